//! Scaling pictures with transparent places.

use image::{DynamicImage, RgbaImage, imageops::FilterType};

/// Colours weighted by their opacity, or the colour of invisible pixels would bleed into the edges while scaling.
pub(super) struct Weighted(DynamicImage);

impl Weighted {
    pub fn new(mut picture: RgbaImage) -> Self {
        for pixel in picture.pixels_mut() {
            let alpha = u16::from(pixel[3]);
            pixel.0[..3]
                .iter_mut()
                .for_each(|value| *value = ((u16::from(*value) * alpha + 127) / 255) as u8);
        }
        Self(picture.into())
    }

    pub fn width(&self) -> u32 {
        self.0.width()
    }

    pub fn scaled(&self, width: u32, height: u32) -> Self {
        Self(self.0.resize_exact(width, height, FilterType::Lanczos3))
    }

    /// With plain colours again.
    pub fn plain(&self) -> RgbaImage {
        let mut picture = self.0.to_rgba8();
        for pixel in picture.pixels_mut() {
            let alpha = u16::from(pixel[3]).max(1);
            let full = |value: u8| (u16::from(value) * 255 + alpha / 2) / alpha;
            pixel.0[..3].iter_mut().for_each(|value| *value = full(*value).min(255) as u8);
        }
        picture
    }
}
