//! The arithmetic of the cropper: a rectangle that stays inside the picture, whatever is dragged, pinched or typed.
//!
//! Positions are pixels of the picture as a person sees it. What is sent is whole pixels ([`Rectangle`]), and the server
//! fits it once more.

use domain::branding::{LEAST_SIDE, SHOWN};

use super::Subject;

mod pull;

pub use pull::{Grip, Pane, Pull, Seen};

/// No smaller photo is cropped, because nothing is ever enlarged; the server's own least side.
pub const MIN_SIDE: f64 = 128.0;
/// How far one may zoom into a photo; less where that would go below [`MIN_SIDE`].
pub const MAX_ZOOM: f64 = 3.0;
/// How far one may zoom into a logo, which may have wide margins.
const MAX_LOGO_ZOOM: f64 = 8.0;

/// The chosen part in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rectangle {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// A picture and the part chosen in it. Zoom 1 is the largest part of its shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    subject: Subject,
    width: f64,
    height: f64,
    /// The width of the part by its height.
    ratio: f64,
    zoom: f64,
    /// The left upper corner.
    x: f64,
    y: f64,
}

impl View {
    /// The largest centred part: a square of a photo, all of a logo. `None` when that is too small.
    pub fn new(subject: Subject, width: u32, height: u32) -> Option<Self> {
        let (width, height) = (f64::from(width), f64::from(height));
        let ratio = match subject {
            Subject::Photo => 1.0,
            Subject::Logo => width / height,
        };
        if !ratio.is_finite() || ratio <= 0.0 {
            return None;
        }
        let view = Self { subject, width, height, ratio, zoom: 1.0, x: 0.0, y: 0.0 };
        let (across, down) = view.size();
        let view = Self { x: (width - across) / 2.0, y: (height - down) / 2.0, ..view };
        (view.most() >= 1.0).then_some(view)
    }

    pub fn zoom(self) -> f64 {
        self.zoom
    }

    pub fn ratio(self) -> f64 {
        self.ratio
    }

    /// The shape of the whole picture.
    pub fn own_ratio(self) -> f64 {
        self.width / self.height
    }

    pub fn max_zoom(self) -> f64 {
        self.most().max(1.0)
    }

    /// The width and height of the part, in pixels of the picture.
    pub fn size(self) -> (f64, f64) {
        let (width, height) = self.largest();
        (width / self.zoom, height / self.zoom)
    }

    /// Left, top, right and bottom of the part.
    fn sides(self) -> (f64, f64, f64, f64) {
        let (width, height) = self.size();
        (self.x, self.y, self.x + width, self.y + height)
    }

    /// Moves the part by a share of its own sides: `1.0` is a whole width to the right or height down.
    pub fn moved(self, right: f64, down: f64) -> Self {
        let (width, height) = self.size();
        Self { x: self.x + right * width, y: self.y + down * height, ..self }.inside()
    }

    /// Zooms so that the point at (`right`, `down`) of the part, each 0 to 1, stays where it is seen.
    pub fn zoomed(self, zoom: f64, (right, down): (f64, f64)) -> Self {
        let before = self.size();
        // A number that is none (a pinch of no width) changes nothing.
        let zoom = if zoom.is_finite() { zoom.clamp(1.0, self.max_zoom()) } else { self.zoom };
        let view = Self { zoom, ..self };
        let after = view.size();
        let (x, y) = (self.x + (before.0 - after.0) * right, self.y + (before.1 - after.1) * down);
        Self { x, y, ..view }.inside()
    }

    /// The part in another shape around the same middle; `None` where no part of that shape is large enough.
    pub fn shaped(self, ratio: f64) -> Option<Self> {
        if !ratio.is_finite() || ratio <= 0.0 {
            return None;
        }
        let (width, height) = self.size();
        let middle = (self.x + width / 2.0, self.y + height / 2.0);
        let view = Self { ratio, ..self };
        let most = view.most();
        let view = Self { zoom: self.zoom.clamp(1.0, most.max(1.0)), ..view };
        let (width, height) = view.size();
        (most >= 1.0).then(|| Self { x: middle.0 - width / 2.0, y: middle.1 - height / 2.0, ..view }.inside())
    }

    /// The part in whole pixels; never outside, never below what the server accepts.
    pub fn rectangle(self) -> Rectangle {
        let least = match self.subject {
            Subject::Photo => MIN_SIDE,
            Subject::Logo => f64::from(LEAST_SIDE),
        };
        let (width, height) = self.size();
        let whole = |length: f64, most: f64| length.round().min(most).max(least);
        let (width, height) = (whole(width, self.width), whole(height, self.height));
        let near = |at: f64, length: f64| at.round().clamp(0.0, length.max(0.0)) as u32;
        Rectangle {
            x: near(self.x, self.width - width),
            y: near(self.y, self.height - height),
            width: width as u32,
            height: height as u32,
        }
    }

    /// The largest part of this shape.
    fn largest(self) -> (f64, f64) {
        if self.own_ratio() > self.ratio {
            (self.height * self.ratio, self.height)
        } else {
            (self.width, self.width / self.ratio)
        }
    }

    /// How often the largest part may be divided; below 1 when it is too small itself.
    fn most(self) -> f64 {
        let (width, height) = self.largest();
        let shorter = width.min(height);
        match self.subject {
            Subject::Photo => (shorter / MIN_SIDE).min(MAX_ZOOM),
            Subject::Logo => (width / f64::from(SHOWN.0))
                .max(height / f64::from(SHOWN.1))
                .min(shorter / f64::from(LEAST_SIDE))
                .min(MAX_LOGO_ZOOM),
        }
    }

    fn inside(self) -> Self {
        let (width, height) = self.size();
        let fit = |at: f64, room: f64| if at.is_finite() { at.clamp(0.0, room.max(0.0)) } else { 0.0 };
        Self { x: fit(self.x, self.width - width), y: fit(self.y, self.height - height), ..self }
    }
}

/// The largest box of a shape inside another one, in whole pixels.
pub fn boxed(ratio: f64, (width, height): (u32, u32)) -> (u32, u32) {
    let (width, height) = (f64::from(width), f64::from(height));
    let (across, down) =
        if ratio > width / height { (width, width / ratio) } else { (height * ratio, height) };
    ((across.round() as u32).max(1), (down.round() as u32).max(1))
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

/// The fingers (or the mouse) that are down on the stage, each at a share of the part's sides.
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

    pub fn any(&self) -> bool {
        !self.0.is_empty()
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
