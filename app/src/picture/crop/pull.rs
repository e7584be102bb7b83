//! Handles: pulling the sides of a part, and what of the picture is seen meanwhile.

use domain::branding::{LEAST_SIDE, SHOWN};

use super::{MAX_LOGO_ZOOM, View};

/// The sides that a handle pulls: `-1.0` the left or upper one, `1.0` the right or lower one, `0.0` neither.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grip {
    right: f64,
    down: f64,
}

impl Grip {
    pub const CORNERS: [&str; 4] = ["nw", "ne", "sw", "se"];
    pub const EDGES: [&str; 4] = ["n", "e", "s", "w"];

    /// From the directions it points to, as the cursors of CSS name them.
    pub fn from_word(word: &str) -> Self {
        let towards = |less, more| f64::from(i8::from(word.contains(more)) - i8::from(word.contains(less)));
        Self { right: towards('w', 'e'), down: towards('n', 's') }
    }
}

/// A handle that is held. All follows from where that began, so that no error adds up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pull {
    /// The finger.
    pub id: i32,
    pub grip: Grip,
    pub from: View,
    /// Where on the stage it began.
    pub at: (f64, f64),
}

impl Pull {
    /// The part, now that the finger is at (`x`, `y`) of a pane.
    pub fn moved(self, (x, y): (f64, f64), pane: Pane, free: bool) -> View {
        let seen = Seen::new(pane, self.from, None);
        let by = ((x - self.at.0) * seen.width, (y - self.at.1) * seen.height);
        self.from.pulled(self.grip, by, free)
    }
}

impl View {
    /// With the sides of a grip moved by pixels of the picture; the opposite ones stay. Unless it is `free`, the part
    /// keeps its shape.
    pub fn pulled(self, grip: Grip, (right, down): (f64, f64), free: bool) -> Self {
        if !right.is_finite() || !down.is_finite() {
            return self;
        }
        let (width, height) = self.size();
        // As far as the picture goes on the pulled side.
        let room = (
            if grip.right < 0.0 { self.x + width } else { self.width - self.x },
            if grip.down < 0.0 { self.y + height } else { self.height - self.y },
        );
        let wanted = (width + right * grip.right, height + down * grip.down);
        let (across, below) =
            if free { self.reshaped(grip, wanted, room) } else { self.resized(wanted, room) };
        let view = Self {
            ratio: across / below,
            x: if grip.right < 0.0 { self.x + width - across } else { self.x },
            y: if grip.down < 0.0 { self.y + height - below } else { self.y },
            ..self
        };
        Self { zoom: (view.largest().0 / across).max(1.0), ..view }.inside()
    }

    /// The nearest size to a wanted one that a logo may have.
    fn reshaped(self, grip: Grip, (width, height): (f64, f64), room: (f64, f64)) -> (f64, f64) {
        let least = f64::from(LEAST_SIDE);
        let (mut width, mut height) = (width.max(least).min(room.0), height.max(least).min(room.1));
        let shown = (f64::from(SHOWN.0), f64::from(SHOWN.1));
        let closest = (self.width / MAX_LOGO_ZOOM, self.height / MAX_LOGO_ZOOM);
        // One side at least has to be as long as this.
        for (across, below) in [shown, closest] {
            // Half a pixel is rounded away.
            if width + 0.5 >= across || height + 0.5 >= below {
                continue;
            }
            let widen = match (grip.right != 0.0, grip.down != 0.0) {
                (true, true) => room.1 < below || (room.0 >= across && width / across >= height / below),
                (sideways, _) => sideways,
            };
            if widen { width = across } else { height = below }
        }
        (width, height)
    }

    /// The size of this shape that is nearest to a wanted one.
    fn resized(self, (width, height): (f64, f64), room: (f64, f64)) -> (f64, f64) {
        let most = self.largest().1;
        let height = (width * self.ratio + height) / (self.ratio * self.ratio + 1.0);
        let height = height.max(most / self.max_zoom()).min(most).min(room.1).min(room.0 / self.ratio);
        (height * self.ratio, height)
    }
}

/// A stage's shape: its width by its height, and the share of its width that stays free around the part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pane {
    pub ratio: f64,
    pub margin: f64,
}

/// What a stage shows, in pixels of the picture; where the picture ends, nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Seen {
    /// The part and its surroundings. While it is pulled, also all that it was before: the picture lies still as long as
    /// the part gets smaller.
    pub fn new(pane: Pane, view: View, before: Option<View>) -> Self {
        let (mut left, mut top, mut right, mut bottom) = view.sides();
        if let Some(before) = before {
            let sides = before.sides();
            (left, top) = (left.min(sides.0), top.min(sides.1));
            (right, bottom) = (right.max(sides.2), bottom.max(sides.3));
        }
        let free = 1.0 - 2.0 * pane.margin;
        // The margin is as wide above as beside.
        let free_height = 1.0 / pane.ratio - 2.0 * pane.margin;
        let width = ((right - left) / free).max((bottom - top) / free_height);
        let height = width / pane.ratio;
        Self { x: (left + right - width) / 2.0, y: (top + bottom - height) / 2.0, width, height }
    }

    /// Where the part lies on the stage: left, top, width and height in percent.
    pub fn part(self, view: View) -> [f64; 4] {
        self.place(view.sides())
    }

    /// Where the whole picture lies.
    pub fn picture(self, view: View) -> [f64; 4] {
        self.place((0.0, 0.0, view.width, view.height))
    }

    fn place(self, (left, top, right, bottom): (f64, f64, f64, f64)) -> [f64; 4] {
        [
            (left - self.x) / self.width,
            (top - self.y) / self.height,
            (right - left) / self.width,
            (bottom - top) / self.height,
        ]
        .map(|share| share * 100.0)
    }
}
