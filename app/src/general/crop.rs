//! The arithmetic of the cropper: a square that stays inside the picture, whatever is dragged, pinched or typed.
//!
//! Positions are pixels of the picture as a person sees it. What is sent is whole pixels ([`Square`]), and the server
//! fits it once more.

/// Nothing smaller is cropped, because nothing is ever enlarged; the server's own least side.
pub const MIN_SIDE: f64 = 128.0;
/// How far one may zoom in; less where that would go below [`MIN_SIDE`].
pub const MAX_ZOOM: f64 = 3.0;

/// The chosen square in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Square {
    pub x: u32,
    pub y: u32,
    pub size: u32,
}

/// A picture and the square chosen in it. Zoom 1 is the largest square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    width: f64,
    height: f64,
    zoom: f64,
    /// The left upper corner.
    x: f64,
    y: f64,
}

impl View {
    /// The largest centred square. `None` when a side is shorter than [`MIN_SIDE`].
    pub fn new(width: u32, height: u32) -> Option<Self> {
        let (width, height) = (f64::from(width), f64::from(height));
        let side = width.min(height);
        (side >= MIN_SIDE).then_some(Self {
            width,
            height,
            zoom: 1.0,
            x: (width - side) / 2.0,
            y: (height - side) / 2.0,
        })
    }

    pub fn zoom(self) -> f64 {
        self.zoom
    }

    pub fn max_zoom(self) -> f64 {
        (self.width.min(self.height) / MIN_SIDE).min(MAX_ZOOM)
    }

    /// The side of the square, in pixels of the picture.
    pub fn side(self) -> f64 {
        self.width.min(self.height) / self.zoom
    }

    /// Moves the square by a part of its own side: `1.0` is a whole square to the right or down.
    pub fn moved(self, right: f64, down: f64) -> Self {
        let side = self.side();
        Self { x: self.x + right * side, y: self.y + down * side, ..self }.inside()
    }

    /// Zooms so that the point at (`right`, `down`) of the square, each 0 to 1, stays where it is seen.
    pub fn zoomed(self, zoom: f64, (right, down): (f64, f64)) -> Self {
        let before = self.side();
        // A number that is none (a pinch of no width) changes nothing.
        let zoom = if zoom.is_finite() { zoom.clamp(1.0, self.max_zoom()) } else { self.zoom };
        let view = Self { zoom, ..self };
        let grown = before - view.side();
        Self { x: self.x + grown * right, y: self.y + grown * down, ..view }.inside()
    }

    /// The square in whole pixels; never outside, never below the least side.
    pub fn square(self) -> Square {
        let size = self.side().round().min(self.width.min(self.height)).max(MIN_SIDE);
        let near = |at: f64, length: f64| at.round().clamp(0.0, length - size) as u32;
        Square { x: near(self.x, self.width), y: near(self.y, self.height), size: size as u32 }
    }

    fn inside(self) -> Self {
        let side = self.side();
        let fit =
            |at: f64, length: f64| if at.is_finite() { at.clamp(0.0, (length - side).max(0.0)) } else { 0.0 };
        Self { x: fit(self.x, self.width), y: fit(self.y, self.height), ..self }
    }
}

/// Width and height after the longer side was reduced to `longest`; unchanged when it is short enough.
pub fn reduced(width: u32, height: u32, longest: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= longest {
        return (width, height);
    }
    let scale =
        |side: u32| ((f64::from(side) * f64::from(longest) / f64::from(longer)).round() as u32).max(1);
    (scale(width), scale(height))
}

/// The fingers (or the mouse) that are down on the stage, each at a part of the stage's side.
#[derive(Clone, Debug, Default)]
pub struct Fingers(Vec<(i32, f64, f64)>);

impl Fingers {
    pub fn down(&mut self, id: i32, x: f64, y: f64) {
        self.up(id);
        // A third finger says nothing about a square.
        if self.0.len() < 2 {
            self.0.push((id, x, y));
        }
    }

    pub fn up(&mut self, id: i32) {
        self.0.retain(|(other, ..)| *other != id);
    }

    /// One finger drags the picture, two also pinch it: the middle is dragged, the distance zooms.
    pub fn moved(&mut self, id: i32, x: f64, y: f64, view: View) -> View {
        let (middle, width) = self.span();
        let Some(finger) = self.0.iter_mut().find(|(other, ..)| *other == id) else { return view };
        *finger = (id, x, y);
        let (to, wider) = self.span();
        let pinched = width > 0.0 && wider > 0.0;
        let view = if pinched { view.zoomed(view.zoom() * wider / width, middle) } else { view };
        // The picture follows the finger, so the square goes the other way.
        view.moved(middle.0 - to.0, middle.1 - to.1)
    }

    /// The middle of the fingers and how far they are apart.
    fn span(&self) -> ((f64, f64), f64) {
        match self.0.as_slice() {
            [(_, x, y)] => ((*x, *y), 0.0),
            [(_, ax, ay), (_, bx, by), ..] => (((ax + bx) / 2.0, (ay + by) / 2.0), (ax - bx).hypot(ay - by)),
            [] => ((0.5, 0.5), 0.0),
        }
    }
}

#[cfg(test)]
#[path = "crop_tests.rs"]
mod tests;
