//! PNG files as small as their pictures allow: each is made once and sent many times.

use bytes::Bytes;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageError, RgbaImage};

/// Flat colours are smaller as they are, soft ones as differences to their neighbours: both are tried.
pub(super) fn png(picture: &RgbaImage) -> Result<Bytes, ImageError> {
    let (flat, soft) = (filtered(picture, FilterType::NoFilter)?, filtered(picture, FilterType::Adaptive)?);
    Ok(if flat.len() <= soft.len() { flat } else { soft }.into())
}

fn filtered(picture: &RgbaImage, filter: FilterType) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, filter))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn the_smaller_file_of_the_same_picture_is_taken() {
        // Letters of two colours, and a soft ground that says something else at every pixel.
        let flat = RgbaImage::from_fn(480, 160, |x, y| match (x * x / 64 + y * y / 32) % 7 {
            0..3 => Rgba([200, 30, 40, 255]),
            _ => Rgba([255, 255, 255, 0]),
        });
        let soft = RgbaImage::from_fn(480, 160, |x, y| Rgba([x as u8, (x + y) as u8, (3 * y) as u8, 255]));
        for (picture, smaller) in [(&flat, FilterType::NoFilter), (&soft, FilterType::Adaptive)] {
            let file = png(picture).unwrap();
            assert_eq!(file, filtered(picture, smaller).unwrap());
            assert_eq!(image::load_from_memory(&file).unwrap().into_rgba8(), *picture);
        }
    }
}
