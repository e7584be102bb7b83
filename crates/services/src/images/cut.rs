//! Decoding, orienting and cutting: from an uploaded file to the pixels that somebody chose.

use std::io::Cursor;

use domain::Code;
use image::codecs::{jpeg::JpegDecoder, png::PngDecoder};
use image::metadata::{Cicp, Orientation};
use image::{ConvertColorOptions, DynamicImage, ImageDecoder, ImageError, Limits, RgbaImage};

use super::sniff::{self, Kind};
use super::{Area, MAX_PIXELS, MAX_SIDE};

/// The pixels that were cut out, upright.
pub(super) struct Cut {
    pub pixels: RgbaImage,
    /// In Display P3, still to be brought to sRGB.
    pub wide: bool,
}

/// Reads a file and cuts out what `area` chooses, given the width and height as a person sees the picture; what it
/// answers must lie inside. CPU work of up to a second.
///
/// JPEG (all colour models, progressive too) and PNG (of an animation, the still picture) are
/// read. Fails with the codes of files and images in `domain::Code`; never panics on purpose.
pub(super) fn cut(bytes: &[u8], area: impl FnOnce((u32, u32)) -> Result<Area, Code>) -> Result<Cut, Code> {
    let broken = |_| Code::ImageBroken;
    match sniff::check(bytes)? {
        Kind::Jpeg => read(JpegDecoder::new(Cursor::new(bytes)).map_err(broken)?, area),
        // The limits go in first: the reader allocates by the header, and for what is compressed beside the pixels.
        Kind::Png => read(PngDecoder::with_limits(Cursor::new(bytes), beside()).map_err(refusal)?, area),
    }
}

fn read(
    mut decoder: impl ImageDecoder,
    area: impl FnOnce((u32, u32)) -> Result<Area, Code>,
) -> Result<Cut, Code> {
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Code::ImageTooManyPixels);
    }
    // Broken metadata is no reason to refuse a fine picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let seen = area(seen_size(orientation, width, height))?;
    decoder.set_limits(limits()).map_err(refusal)?;
    let wide =
        decoder.icc_profile().is_ok_and(|profile| profile.is_some_and(|profile| is_display_p3(&profile)));
    let stored = unturned(seen, orientation, width, height);
    // Cut before it is turned, and the rest let go: fewer copies of a large picture in memory.
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?.crop_imm(
        stored.x,
        stored.y,
        stored.width,
        stored.height,
    );
    picture.apply_orientation(orientation);
    Ok(Cut { pixels: picture.into_rgba8(), wide })
}

/// The refusal for a picture that can't be decoded: too large for the limits, or broken.
fn refusal(error: ImageError) -> Code {
    match error {
        ImageError::Limits(_) => Code::ImageTooManyPixels,
        _ => Code::ImageBroken,
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    // 24 megapixels of 16-bit RGBA are 192 MB.
    limits.max_alloc = Some(256 * 1024 * 1024);
    limits
}

/// For the PNG reader itself, which holds a few lines, profiles and texts, but no picture. A profile is some kilobytes; one
/// that grows to hundreds of megabytes is left out.
fn beside() -> Limits {
    let mut limits = limits();
    limits.max_alloc = Some(8 * 1024 * 1024);
    limits
}

/// Width and height as a person sees the picture.
const fn seen_size(orientation: Orientation, width: u32, height: u32) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    }
}

/// Where a part of the seen picture lies in the stored one of `width` × `height` pixels.
fn unturned(seen: Area, orientation: Orientation, width: u32, height: u32) -> Area {
    let Area { x, y, width: across, height: down } = seen;
    // Distances from the far edges; all stay inside because `seen` does.
    let far = |side: u32, near: u32, length: u32| side - near - length;
    let upright = |x, y| Area { x, y, width: across, height: down };
    let lying = |x, y| Area { x, y, width: down, height: across };
    match orientation {
        Orientation::NoTransforms => upright(x, y),
        Orientation::FlipHorizontal => upright(far(width, x, across), y),
        Orientation::FlipVertical => upright(x, far(height, y, down)),
        Orientation::Rotate180 => upright(far(width, x, across), far(height, y, down)),
        Orientation::Rotate90 => lying(y, far(height, x, across)),
        Orientation::Rotate270 => lying(far(width, y, down), x),
        Orientation::Rotate90FlipH => lying(y, x),
        Orientation::Rotate270FlipH => lying(far(width, y, down), far(height, x, across)),
    }
}

/// Phones write Display P3, which looks dull where its profile is gone (we remove all metadata). Of the
/// colour profiles it is told by its description (ICC.1 `mluc` text, UTF-16); others count as sRGB.
fn is_display_p3(profile: &[u8]) -> bool {
    let name: Vec<u8> = "Display P3".encode_utf16().flat_map(u16::to_be_bytes).collect();
    profile.windows(name.len()).any(|window| window == name)
}

pub(super) fn in_srgb(mut picture: DynamicImage, wide: bool) -> Result<DynamicImage, ImageError> {
    if wide {
        picture.set_color_space(Cicp::DISPLAY_P3)?;
        picture.apply_color_space(Cicp::SRGB, ConvertColorOptions::default())?;
    }
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    #[test]
    fn a_part_found_before_turning_is_the_one_seen_after() {
        let picture = RgbImage::from_fn(7, 5, |x, y| Rgb([x as u8, y as u8, 0]));
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let mut turned = DynamicImage::ImageRgb8(picture.clone());
            turned.apply_orientation(orientation);
            let (width, height) = seen_size(orientation, 7, 5);
            assert_eq!((turned.width(), turned.height()), (width, height));
            for (across, down) in [(3, 3), (4, 2), (1, 5)] {
                for (x, y) in [(0, 0), (1, 0), (width - across, height - down)] {
                    let seen = turned.crop_imm(x, y, across, down);
                    let area = Area { x, y, width: across, height: down };
                    let stored = unturned(area, orientation, 7, 5);
                    let mut found = DynamicImage::ImageRgb8(picture.clone()).crop_imm(
                        stored.x,
                        stored.y,
                        stored.width,
                        stored.height,
                    );
                    found.apply_orientation(orientation);
                    assert_eq!(found, seen, "orientation {exif}, {across} × {down} at {x},{y}");
                }
            }
        }
    }
}
