//! Logos: any shape, alpha kept, never enlarged, padded to the strip that a mail shows.

use bytes::Bytes;
use domain::{
    Code,
    branding::{KEPT, Plate, RATIO, Shape, is_large_enough},
};
use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageError, Rgba, RgbaImage, imageops::overlay};

use super::Area;
use super::cut::{Cut, cut, in_srgb};
use super::encode::png;
use super::scale::Weighted;

/// The widths of the padded pictures, in pixels, largest first; each is a third as high. Mails, invoices and the page
/// show them; the smaller one is sharp on most screens where a mail shows it.
pub const LOGO_WIDTHS: [u32; 2] = [960, 480];

/// A logo ready to be stored, all of it PNG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// What was cut out, no larger than [`KEPT`] and without padding: other plates are made from it.
    pub kept: Bytes,
    pub width: u32,
    pub height: u32,
    /// The ground on which it can hardly be seen: its visible pixels are all as light or as dark as that.
    pub fades_on: Option<Plate>,
    /// Each of [`LOGO_WIDTHS`] with its picture. A logo smaller than that gets a smaller strip, and keeps its own pixels.
    pub strips: [(u32, Bytes); 2],
}

/// Turns an uploaded file into a logo. Without an area it is the whole picture, or the largest centred one of the
/// shape. CPU work of up to a second: call it through `images::draw_logo`. Fails as [`cut`] does, and with `LogoTooSmall`.
pub fn render_logo(bytes: &[u8], shape: Shape, area: Option<Area>, plate: Plate) -> Result<Logo, Code> {
    let Cut { pixels, wide } = cut(bytes, |size| fitted(shape, area, size))?;
    let (width, height) = contained(pixels.dimensions(), KEPT);
    let small = Weighted::new(pixels).scaled(width, height).plain();
    let kept = in_srgb(DynamicImage::ImageRgba8(small), wide).map_err(failed)?.into_rgba8();
    let bytes = png(&kept).map_err(failed)?;
    let fades_on = fades_on(&kept);
    Ok(Logo { kept: bytes, width, height, fades_on, strips: strips(kept, plate)? })
}

/// The strips of a logo that is kept, on another plate. CPU work.
pub fn replate(kept: &[u8], plate: Plate) -> Result<[(u32, Bytes); 2], Code> {
    let decoder = PngDecoder::new(std::io::Cursor::new(kept)).map_err(failed)?;
    strips(DynamicImage::from_decoder(decoder).map_err(failed)?.into_rgba8(), plate)
}

/// The wanted part pushed inside the picture and into its shape.
fn fitted(shape: Shape, area: Option<Area>, (width, height): (u32, u32)) -> Result<Area, Code> {
    let whole = (width.min(height.saturating_mul(RATIO)), height.min((width / RATIO).max(1)));
    let (across, down) = match (shape, area) {
        (Shape::Free, None) => (width, height),
        (Shape::Free, Some(area)) => (area.width.min(width), area.height.min(height)),
        (Shape::Wide, None) => whole,
        (Shape::Wide, Some(area)) => {
            let across = area.width.min(whole.0);
            (across, (across / RATIO).clamp(1, height))
        }
    };
    if !is_large_enough(across, down) {
        return Err(Code::LogoTooSmall);
    }
    let (x, y) = area.map_or(((width - across) / 2, (height - down) / 2), |area| (area.x, area.y));
    Ok(Area { x: x.min(width - across), y: y.min(height - down), width: across, height: down })
}

/// The size of a picture in a box: reduced to fit, never enlarged, never nothing.
fn contained((width, height): (u32, u32), (across, down): (u32, u32)) -> (u32, u32) {
    if width <= across && height <= down {
        return (width, height);
    }
    let scale = (f64::from(across) / f64::from(width)).min(f64::from(down) / f64::from(height));
    let side = |side: u32, most: u32| ((f64::from(side) * scale).round() as u32).clamp(1, most);
    (side(width, across), side(height, down))
}

fn strips(kept: RgbaImage, plate: Plate) -> Result<[(u32, Bytes); 2], Code> {
    let size = kept.dimensions();
    let mut logo = Weighted::new(kept);
    let drawn = LOGO_WIDTHS.map(|most| {
        let strip = Strip::of(size, most / RATIO, plate);
        logo = logo.scaled(strip.logo.0, strip.logo.1);
        Ok((most, png(&strip.draw(&logo.plain(), plate)).map_err(failed)?))
    });
    let [large, small] = drawn;
    Ok([large?, small?])
}

/// How a logo stands in its strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Strip {
    height: u32,
    logo: (u32, u32),
}

impl Strip {
    /// The lowest strip that holds a logo of this size, and no higher than `most`.
    fn of((width, height): (u32, u32), most: u32, plate: Plate) -> Self {
        // On a plate a tenth of its height stays free all around, in tenths.
        let free = if plate == Plate::None { 0 } else { 1 };
        let (across, down) = (10 * RATIO - 2 * free, 10 - 2 * free);
        let needed = (width * 10).div_ceil(across).max((height * 10).div_ceil(down));
        let strip = needed.min(most);
        let logo = contained((width, height), (strip * across / 10, strip * down / 10));
        Self { height: strip, logo }
    }

    /// Without a plate nothing marks the strip's edge, so the logo begins where the text below it does.
    fn draw(self, logo: &RgbaImage, plate: Plate) -> RgbaImage {
        let width = self.height * RATIO;
        let (left, ground) = match plate.colour() {
            None => (0, Rgba([255, 255, 255, 0])),
            Some([red, green, blue]) => ((width - self.logo.0) / 2, Rgba([red, green, blue, 255])),
        };
        let mut strip = RgbaImage::from_pixel(width, self.height, ground);
        overlay(&mut strip, logo, i64::from(left), i64::from((self.height - self.logo.1) / 2));
        strip
    }
}

/// Nine tenths of what is seen being nearly white or nearly black is what people call a white or a black logo. A
/// picture without transparent places brings its own ground.
fn fades_on(logo: &RgbaImage) -> Option<Plate> {
    let (mut seen, mut light, mut dark) = (0_u32, 0_u32, 0_u32);
    for pixel in logo.pixels().filter(|pixel| pixel[3] > 127) {
        // ITU-R BT.709, without its gamma: good enough for the two ends.
        let [red, green, blue] = [0, 1, 2].map(|channel: usize| u32::from(pixel[channel]));
        let luma = (2126 * red + 7152 * green + 722 * blue) / 10_000;
        seen += 1;
        light += u32::from(luma > 215);
        dark += u32::from(luma < 40);
    }
    let transparent = seen < logo.width() * logo.height();
    let most = |part: u32| transparent && seen > 0 && part * 10 >= seen * 9;
    match (most(light), most(dark)) {
        (true, _) => Some(Plate::White),
        (_, true) => Some(Plate::Dark),
        _ => None,
    }
}

fn failed(error: ImageError) -> Code {
    tracing::error!(%error, "drawing a logo failed");
    Code::Internal
}

#[cfg(test)]
#[path = "logo_tests.rs"]
mod tests;
