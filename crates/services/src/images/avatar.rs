//! Square pictures: the company's photo.

use bytes::Bytes;
use domain::Code;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageError, imageops::FilterType};

use super::cut::{Cut, cut, in_srgb};
use super::encode::png;
use super::scale::Weighted;
use super::{Area, Avatar, Crop, MIN_SIDE, SIZES};

/// Turns an uploaded file into the three stored pictures. Without a crop, or without JavaScript, it
/// is the largest centred square. CPU work of up to a second: call it through `images::render`.
/// Fails as [`cut`] does.
pub fn render_avatar(bytes: &[u8], crop: Option<Crop>) -> Result<Avatar, Code> {
    let Cut { pixels, wide } = cut(bytes, |size| fitted(crop, size))?;
    if pixels.pixels().all(|pixel| pixel[3] == u8::MAX) {
        opaque(DynamicImage::ImageRgba8(pixels).into_rgb8().into(), wide)
    } else {
        transparent(Weighted::new(pixels), wide)
    }
}

/// The wanted square pushed inside the picture, or the largest centred one.
fn fitted(crop: Option<Crop>, (width, height): (u32, u32)) -> Result<Area, Code> {
    let largest = width.min(height);
    if largest < MIN_SIDE {
        return Err(Code::ImageTooSmall);
    }
    let square = |x, y, size| Area { x, y, width: size, height: size };
    let Some(Crop { x, y, size }) = crop else {
        return Ok(square((width - largest) / 2, (height - largest) / 2, largest));
    };
    let size = size.min(largest);
    if size < MIN_SIDE {
        return Err(Code::ImageTooSmall);
    }
    Ok(square(x.min(width - size), y.min(height - size), size))
}

fn opaque(mut square: DynamicImage, wide: bool) -> Result<Avatar, Code> {
    let renditions = SIZES.map(|size| {
        let pixels = size.min(square.width());
        // Each size is made from the one before: three walks over a large picture take three times as long.
        square = square.resize_exact(pixels, pixels, FilterType::Lanczos3);
        let picture = in_srgb(square.clone(), wide)?;
        let mut bytes = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 85))?;
        Ok((size, Bytes::from(bytes)))
    });
    finish("image/jpeg", renditions)
}

fn transparent(mut square: Weighted, wide: bool) -> Result<Avatar, Code> {
    let renditions = SIZES.map(|size| {
        let pixels = size.min(square.width());
        square = square.scaled(pixels, pixels);
        let picture = in_srgb(DynamicImage::ImageRgba8(square.plain()), wide)?.into_rgba8();
        Ok((size, png(&picture)?))
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
    use super::*;

    #[test]
    fn a_crop_is_pushed_inside_the_picture() {
        let square = |x, y, size| Ok(Area { x, y, width: size, height: size });
        let fit = |x, y, size| fitted(Some(Crop { x, y, size }), (400, 300));
        assert_eq!(fitted(None, (400, 300)), square(50, 0, 300));
        assert_eq!(fit(10, 20, 200), square(10, 20, 200));
        assert_eq!(fit(390, 290, 200), square(200, 100, 200));
        assert_eq!(fit(u32::MAX, u32::MAX, u32::MAX), square(100, 0, 300));
        assert_eq!(fit(0, 0, 127), Err(Code::ImageTooSmall));
    }
}
