//! Decoding, orienting, cropping, scaling and encoding.

use std::io::Cursor;

use bytes::Bytes;
use domain::Code;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::imageops::{FilterType, resize};
use image::metadata::{Cicp, Orientation};
use image::{ConvertColorOptions, DynamicImage, ImageDecoder, ImageError, Limits, RgbImage, RgbaImage};

use super::sniff::{self, Kind};
use super::{Avatar, Crop, MAX_PIXELS, MAX_SIDE, MIN_SIDE, SIZES};

/// Turns an uploaded file into the three stored pictures. Without a crop, or without JavaScript, it
/// is the largest centred square. CPU work of up to a second: call it through `images::render`.
///
/// JPEG (all colour models, progressive too) and PNG (of an animation, the still picture) are
/// read. Fails with the codes of files and images in `domain::Code`; never panics on purpose.
pub fn render_avatar(bytes: &[u8], crop: Option<Crop>) -> Result<Avatar, Code> {
    let broken = |_| Code::ImageBroken;
    match sniff::check(bytes)? {
        Kind::Jpeg => render(JpegDecoder::new(Cursor::new(bytes)).map_err(broken)?, crop),
        // The limits go in first: the reader allocates by the header.
        Kind::Png => render(PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(refusal)?, crop),
    }
}

fn render(mut decoder: impl ImageDecoder, crop: Option<Crop>) -> Result<Avatar, Code> {
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Code::ImageTooManyPixels);
    }
    if width.min(height) < MIN_SIDE {
        return Err(Code::ImageTooSmall);
    }
    decoder.set_limits(limits()).map_err(refusal)?;
    // Broken metadata is no reason to refuse a fine picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let wide =
        decoder.icc_profile().is_ok_and(|profile| profile.is_some_and(|profile| is_display_p3(&profile)));
    let square = unturned(fitted(crop, seen_size(orientation, width, height))?, orientation, width, height);
    // Cropped before it is turned, and the rest let go: fewer copies of a large picture in memory.
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?.crop_imm(
        square.x,
        square.y,
        square.size,
        square.size,
    );
    picture.apply_orientation(orientation);
    let pixels = picture.into_rgba8();
    if pixels.pixels().all(|pixel| pixel[3] == u8::MAX) {
        opaque(DynamicImage::ImageRgba8(pixels).into_rgb8(), wide)
    } else {
        transparent(pixels, wide)
    }
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

/// The wanted square pushed inside the picture, or the largest centred one.
fn fitted(crop: Option<Crop>, (width, height): (u32, u32)) -> Result<Crop, Code> {
    let largest = width.min(height);
    let Some(Crop { x, y, size }) = crop else {
        return Ok(Crop { x: (width - largest) / 2, y: (height - largest) / 2, size: largest });
    };
    let size = size.min(largest);
    if size < MIN_SIDE {
        return Err(Code::ImageTooSmall);
    }
    Ok(Crop { x: x.min(width - size), y: y.min(height - size), size })
}

/// Where a square of the seen picture lies in the stored one of `width` × `height` pixels.
fn unturned(seen: Crop, orientation: Orientation, width: u32, height: u32) -> Crop {
    let Crop { x, y, size } = seen;
    // Distances from the far edges; all stay inside because `fitted` made them so.
    let far = |side: u32, near: u32| side - near - size;
    let (x, y) = match orientation {
        Orientation::NoTransforms => (x, y),
        Orientation::FlipHorizontal => (far(width, x), y),
        Orientation::FlipVertical => (x, far(height, y)),
        Orientation::Rotate180 => (far(width, x), far(height, y)),
        Orientation::Rotate90 => (y, far(height, x)),
        Orientation::Rotate270 => (far(width, y), x),
        Orientation::Rotate90FlipH => (y, x),
        Orientation::Rotate270FlipH => (far(width, y), far(height, x)),
    };
    Crop { x, y, size }
}

/// Phones write Display P3, which looks dull where its profile is gone (we remove all metadata). Of the
/// colour profiles it is told by its description (ICC.1 `mluc` text, UTF-16); others count as sRGB.
fn is_display_p3(profile: &[u8]) -> bool {
    let name: Vec<u8> = "Display P3".encode_utf16().flat_map(u16::to_be_bytes).collect();
    profile.windows(name.len()).any(|window| window == name)
}

fn in_srgb(mut picture: DynamicImage, wide: bool) -> Result<DynamicImage, ImageError> {
    if wide {
        picture.set_color_space(Cicp::DISPLAY_P3)?;
        picture.apply_color_space(Cicp::SRGB, ConvertColorOptions::default())?;
    }
    Ok(picture)
}

fn opaque(mut square: RgbImage, wide: bool) -> Result<Avatar, Code> {
    let renditions = SIZES.map(|size| {
        let pixels = size.min(square.width());
        // Each size is made from the one before: three walks over a large picture take three times as long.
        square = resize(&square, pixels, pixels, FilterType::Lanczos3);
        let picture = in_srgb(DynamicImage::ImageRgb8(square.clone()), wide)?;
        let mut bytes = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 85))?;
        Ok((size, Bytes::from(bytes)))
    });
    finish("image/jpeg", renditions)
}

/// Colours are weighted by their opacity while scaling, or the colour of invisible pixels would
/// bleed into the edges.
fn transparent(mut square: RgbaImage, wide: bool) -> Result<Avatar, Code> {
    for pixel in square.pixels_mut() {
        let alpha = u16::from(pixel[3]);
        pixel.0[..3].iter_mut().for_each(|value| *value = ((u16::from(*value) * alpha + 127) / 255) as u8);
    }
    let renditions = SIZES.map(|size| {
        let pixels = size.min(square.width());
        square = resize(&square, pixels, pixels, FilterType::Lanczos3);
        let mut picture = square.clone();
        for pixel in picture.pixels_mut() {
            let alpha = u16::from(pixel[3]).max(1);
            let full = |value: u8| (u16::from(value) * 255 + alpha / 2) / alpha;
            pixel.0[..3].iter_mut().for_each(|value| *value = full(*value).min(255) as u8);
        }
        let picture = in_srgb(DynamicImage::ImageRgba8(picture), wide)?;
        let mut bytes = Vec::new();
        picture.write_with_encoder(PngEncoder::new(&mut bytes))?;
        Ok((size, Bytes::from(bytes)))
    });
    finish("image/png", renditions)
}

fn finish(
    content_type: &'static str,
    renditions: [Result<(u32, Bytes), ImageError>; 3],
) -> Result<Avatar, Code> {
    let [large, medium, small] = renditions;
    let renditions = (|| Ok([large?, medium?, small?]))().map_err(|error: ImageError| {
        tracing::error!(%error, "encoding a photo failed");
        Code::Internal
    })?;
    Ok(Avatar { content_type, renditions })
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn a_square_found_before_turning_is_the_one_seen_after() {
        let picture = RgbImage::from_fn(7, 5, |x, y| Rgb([x as u8, y as u8, 0]));
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let mut turned = DynamicImage::ImageRgb8(picture.clone());
            turned.apply_orientation(orientation);
            let (width, height) = seen_size(orientation, 7, 5);
            assert_eq!((turned.width(), turned.height()), (width, height));
            for (x, y) in [(0, 0), (1, 2), (width - 3, height - 3)] {
                let seen = turned.crop_imm(x, y, 3, 3);
                let stored = unturned(Crop { x, y, size: 3 }, orientation, 7, 5);
                let mut found = DynamicImage::ImageRgb8(picture.clone()).crop_imm(stored.x, stored.y, 3, 3);
                found.apply_orientation(orientation);
                assert_eq!(found, seen, "orientation {exif} at {x},{y}");
            }
        }
    }

    #[test]
    fn a_crop_is_pushed_inside_the_picture() {
        let fit = |x, y, size| fitted(Some(Crop { x, y, size }), (400, 300));
        assert_eq!(fitted(None, (400, 300)), Ok(Crop { x: 50, y: 0, size: 300 }));
        assert_eq!(fit(10, 20, 200), Ok(Crop { x: 10, y: 20, size: 200 }));
        assert_eq!(fit(390, 290, 200), Ok(Crop { x: 200, y: 100, size: 200 }));
        assert_eq!(fit(u32::MAX, u32::MAX, u32::MAX), Ok(Crop { x: 100, y: 0, size: 300 }));
        assert_eq!(fit(0, 0, 127), Err(Code::ImageTooSmall));
    }
}
