//! A chosen file, opened in the browser: recognised by its bytes, turned upright, reduced where it is too large to
//! be sent.

use domain::Code;
use gloo_file::{Blob, File, futures::read_as_bytes};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, ImageBitmapOptions, ImageOrientation,
};

use super::{
    Subject,
    crop::{Rectangle, View, reduced},
};

/// What the server accepts.
const MAX_BYTES: u64 = 2 * 1024 * 1024;
const MAX_SIDE: u32 = 8000;
const MAX_PIXELS: f64 = 24e6;
/// The longer side after reducing: four times the largest stored photo.
const REDUCED_SIDE: u32 = 2048;
/// The same for pictures that may be transparent, which no quality makes smaller: tried one after the other, down to the
/// largest stored logo.
const TRANSPARENT_SIDES: [u32; 3] = [REDUCED_SIDE, 1400, 960];

/// An upright picture and the bytes to send, of the same size in pixels.
#[derive(Clone)]
pub struct Picture {
    pub blob: web_sys::Blob,
    pub bitmap: ImageBitmap,
    /// It was too large, and is smaller now.
    pub reduced: bool,
}

/// Why a file can't be cropped.
pub enum Refusal {
    Code(Code),
    TooSmall { width: u32, height: u32 },
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

/// Opens a file, with the view that shows all of it that fits.
pub async fn open(subject: Subject, file: File) -> Result<(Picture, View), Refusal> {
    let keeps_alpha = recognise(&file).await? == Kind::Png && subject == Subject::Logo;
    let bitmap = decode(file.as_ref()).await.map_err(|_| Code::ImageBroken)?;
    let (width, height) = (bitmap.width(), bitmap.height());
    // Before reducing: it can't make a narrow picture wider.
    let view = View::new(subject, width, height).ok_or(Refusal::TooSmall { width, height })?;
    let too_large = file.size() > MAX_BYTES
        || width.max(height) > MAX_SIDE
        || f64::from(width) * f64::from(height) > MAX_PIXELS;
    if !too_large {
        let blob: &web_sys::Blob = file.as_ref();
        return Ok((Picture { blob: blob.clone(), bitmap, reduced: false }, view));
    }
    let smaller = if keeps_alpha { reduce_clear(&bitmap).await } else { reduce(&bitmap).await };
    bitmap.close();
    let (blob, bitmap) = smaller.map_err(|_| Code::ImageTooManyPixels)?;
    let (width, height) = (bitmap.width(), bitmap.height());
    let view = View::new(subject, width, height).ok_or(Refusal::TooSmall { width, height })?;
    Ok((Picture { blob, bitmap, reduced: true }, view))
}

/// Draws all of the picture over the whole canvas.
pub fn draw_whole(picture: &Picture, canvas: &HtmlCanvasElement) {
    let (width, height) = (picture.bitmap.width(), picture.bitmap.height());
    draw(picture, Rectangle { x: 0, y: 0, width, height }, canvas);
}

/// Draws the chosen part over the whole canvas.
pub fn draw(picture: &Picture, part: Rectangle, canvas: &HtmlCanvasElement) {
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    if let Some(context) = context(canvas) {
        context.clear_rect(0.0, 0.0, width, height);
    }
    draw_into(picture, part, canvas, (0.0, 0.0, width, height));
}

/// Draws the chosen part into a box of the canvas: left, top, width, height.
pub fn draw_into(
    picture: &Picture,
    part: Rectangle,
    canvas: &HtmlCanvasElement,
    (left, top, across, down): (f64, f64, f64, f64),
) {
    let Some(context) = context(canvas) else { return };
    let [x, y, width, height] = [part.x, part.y, part.width, part.height].map(f64::from);
    _ = context.draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        &picture.bitmap,
        x,
        y,
        width,
        height,
        left,
        top,
        across,
        down,
    );
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Jpeg,
    Png,
}

/// Names and types lie: the first bytes say what a file is.
async fn recognise(file: &Blob) -> Result<Kind, Code> {
    let start = read_as_bytes(&file.slice(0, 12)).await.map_err(|_| Code::ImageBroken)?;
    if start.is_empty() {
        Err(Code::ImageBroken)
    } else if start.starts_with(&[0xff, 0xd8, 0xff]) {
        Ok(Kind::Jpeg)
    } else if start.starts_with(b"\x89PNG\r\n\x1a\n") {
        Ok(Kind::Png)
    } else if start.get(4..8) == Some(b"ftyp") {
        // HEIC of phones, or a film; both are best sent as JPG.
        Err(Code::FileHeicRefused)
    } else {
        Err(Code::FileTypeRefused)
    }
}

async fn decode(blob: &web_sys::Blob) -> Result<ImageBitmap, JsValue> {
    let options = ImageBitmapOptions::new();
    options.set_image_orientation(ImageOrientation::FromImage);
    let bitmap = window().create_image_bitmap_with_blob_and_image_bitmap_options(blob, &options)?;
    JsFuture::from(bitmap).await?.dyn_into()
}

/// A JPG of at most [`REDUCED_SIDE`] and [`MAX_BYTES`]; transparent places become white.
async fn reduce(bitmap: &ImageBitmap) -> Result<(web_sys::Blob, ImageBitmap), JsValue> {
    let (width, height) = reduced(bitmap.width(), bitmap.height(), REDUCED_SIDE);
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context = context(&canvas).ok_or(JsValue::NULL)?;
    let (width, height) = (f64::from(width), f64::from(height));
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width, height);
    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)?;
    let mut blob = encode(&canvas, 0.9).await?;
    if blob.size() > MAX_BYTES as f64 {
        blob = encode(&canvas, 0.7).await?;
    }
    let bitmap = decode(&blob).await?;
    Ok((blob, bitmap))
}

/// A PNG of at most [`MAX_BYTES`].
async fn reduce_clear(bitmap: &ImageBitmap) -> Result<(web_sys::Blob, ImageBitmap), JsValue> {
    for longest in TRANSPARENT_SIDES {
        let (width, height) = reduced(bitmap.width(), bitmap.height(), longest);
        let canvas: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
        canvas.set_width(width);
        canvas.set_height(height);
        let context = context(&canvas).ok_or(JsValue::NULL)?;
        let (width, height) = (f64::from(width), f64::from(height));
        context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)?;
        let encoded = js_sys::Promise::new(&mut |resolve, _| {
            _ = canvas.to_blob_with_type(&resolve, "image/png");
        });
        let blob: web_sys::Blob = JsFuture::from(encoded).await?.dyn_into()?;
        if blob.size() <= MAX_BYTES as f64 {
            let bitmap = decode(&blob).await?;
            return Ok((blob, bitmap));
        }
    }
    Err(JsValue::NULL)
}

async fn encode(canvas: &HtmlCanvasElement, quality: f64) -> Result<web_sys::Blob, JsValue> {
    let encoded = js_sys::Promise::new(&mut |resolve, _| {
        _ = canvas.to_blob_with_type_and_encoder_options(&resolve, "image/jpeg", &quality.into());
    });
    JsFuture::from(encoded).await?.dyn_into()
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_image_smoothing_enabled(true);
    Some(context)
}
