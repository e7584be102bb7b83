//! Company photos and logos: from an uploaded file to a few pictures without metadata.
//!
//! Order matters: size, magic bytes, header dimensions, and only then decoding, under limits. The
//! stored pictures are always encoded anew, so nothing of the file (GPS position, names, trailing
//! archives) survives. The original is not kept.

mod avatar;
mod cut;
mod encode;
mod logo;
mod scale;
mod sniff;

use bytes::Bytes;
use domain::{
    Code,
    branding::{Plate, Shape},
};
use tokio::sync::Semaphore;

pub use avatar::render_avatar;
pub use logo::{LOGO_WIDTHS, Logo, render_logo, replate};

/// The largest accepted file, in bytes.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The longest accepted side, in pixels.
pub const MAX_SIDE: u32 = 8000;
/// The most accepted pixels: 24 megapixels.
pub const MAX_PIXELS: u64 = 24_000_000;
/// The shortest accepted side, of the picture and of the crop: nothing is ever enlarged.
pub const MIN_SIDE: u32 = 128;
/// The sides of the stored pictures, in pixels, largest first.
pub const SIZES: [u32; 3] = [512, 128, 32];

/// A square of the picture as a person sees it (after its EXIF orientation), in its pixels.
/// Edges that stick out are pushed back in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    pub x: u32,
    pub y: u32,
    /// Side length; at least [`MIN_SIDE`].
    pub size: u32,
}

/// Any part of the picture, told in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// A photo ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// `image/jpeg`, or `image/png` where the crop has transparent pixels.
    pub content_type: &'static str,
    /// Each of [`SIZES`] with its encoded picture. A crop smaller than a size keeps its own pixels.
    pub renditions: [(u32, Bytes); 3],
}

/// [`render_avatar`] in its turn.
pub async fn render(file: Bytes, crop: Option<Crop>) -> Result<Avatar, Code> {
    // The cheap refusals need no turn.
    sniff::check(&file)?;
    in_turn(move || render_avatar(&file, crop)).await
}

/// [`render_logo`] in its turn.
pub async fn draw_logo(file: Bytes, shape: Shape, area: Option<Area>, plate: Plate) -> Result<Logo, Code> {
    sniff::check(&file)?;
    in_turn(move || render_logo(&file, shape, area, plate)).await
}

/// [`replate`] in its turn.
pub async fn draw_plate(kept: Bytes, plate: Plate) -> Result<[(u32, Bytes); 2], Code> {
    in_turn(move || replate(&kept, plate)).await
}

/// Off the async threads and at most two at a time in the process, because one takes up to 200 MB. A decoder
/// that panics is a broken picture.
async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Code> + Send + 'static,
) -> Result<T, Code> {
    static TURNS: Semaphore = Semaphore::const_new(2);

    let turn = TURNS.acquire().await.map_err(|_| Code::Internal)?;
    let work = tokio::task::spawn_blocking(move || {
        // Held to the end of the work, not of the request.
        let _turn = turn;
        work()
    });
    work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "rendering a picture failed");
        Err(Code::ImageBroken)
    })
}

#[cfg(test)]
mod tests;
