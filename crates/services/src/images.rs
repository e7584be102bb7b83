//! Company photos: from an uploaded file to three square pictures without metadata.
//!
//! Order matters: size, magic bytes, header dimensions, and only then decoding, under limits. The
//! stored pictures are always encoded anew, so nothing of the file (GPS position, names, trailing
//! archives) survives. The original is not kept.

mod render;
mod sniff;

use bytes::Bytes;
use domain::Code;
use tokio::sync::Semaphore;

pub use render::render_avatar;

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

/// A photo ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// `image/jpeg`, or `image/png` where the crop has transparent pixels.
    pub content_type: &'static str,
    /// Each of [`SIZES`] with its encoded picture. A crop smaller than a size keeps its own pixels.
    pub renditions: [(u32, Bytes); 3],
}

/// [`render_avatar`] off the async threads and at most two at a time in the process, because one takes
/// up to 200 MB. A decoder that panics is a broken picture.
pub async fn render(file: Bytes, crop: Option<Crop>) -> Result<Avatar, Code> {
    static TURNS: Semaphore = Semaphore::const_new(2);

    // The cheap refusals need no turn.
    sniff::check(&file)?;
    let turn = TURNS.acquire().await.map_err(|_| Code::Internal)?;
    let work = tokio::task::spawn_blocking(move || {
        // Held to the end of the work, not of the request.
        let _turn = turn;
        render_avatar(&file, crop)
    });
    work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "rendering a photo failed");
        Err(Code::ImageBroken)
    })
}

#[cfg(test)]
mod tests;
