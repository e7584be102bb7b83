use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};

use super::*;

const RED: Rgba<u8> = Rgba([200, 10, 10, 255]);
const WHITE: Rgba<u8> = Rgba([255, 255, 255, 255]);
const CLEAR: Rgba<u8> = Rgba([0, 255, 0, 0]);

fn png(width: u32, height: u32, colour: impl Fn(u32, u32) -> Rgba<u8>) -> Bytes {
    crate::images::encode::png(&RgbaImage::from_fn(width, height, colour)).unwrap()
}

fn decoded(bytes: &Bytes) -> RgbaImage {
    image::load_from_memory(bytes).unwrap().into_rgba8()
}

fn sizes(logo: &Logo) -> [(u32, u32); 2] {
    logo.strips.each_ref().map(|(_, bytes)| decoded(bytes).dimensions())
}

fn area(x: u32, y: u32, width: u32, height: u32) -> Area {
    Area { x, y, width, height }
}

#[test]
fn what_would_have_to_be_enlarged_is_refused() {
    for (width, height) in [(239, 79), (4000, 15), (15, 4000), (1, 1)] {
        let refused = render_logo(&png(width, height, |_, _| RED), Shape::Free, None, Plate::None);
        assert_eq!(refused.unwrap_err(), Code::LogoTooSmall, "{width} × {height}");
    }
    let picture = png(900, 300, |_, _| RED);
    let small = render_logo(&picture, Shape::Free, Some(area(0, 0, 100, 40)), Plate::None);
    assert_eq!(small.unwrap_err(), Code::LogoTooSmall);
    let none = render_logo(&picture, Shape::Free, Some(area(0, 0, 0, 0)), Plate::None);
    assert_eq!(none.unwrap_err(), Code::LogoTooSmall);
}

#[test]
fn the_checks_of_photos_hold_for_logos() {
    let render = |bytes: &[u8]| render_logo(bytes, Shape::Free, None, Plate::None);
    for (file, code) in [
        (&b""[..], Code::FileMissing),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Code::FileTypeRefused),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Code::FileHeicRefused),
        (b"\xff\xd8\xff\xe0 polyglot", Code::ImageBroken),
    ] {
        assert_eq!(render(file).unwrap_err(), code, "{file:?}");
    }
    let whole = png(300, 100, |x, y| Rgba([x as u8, y as u8, 9, 255]));
    assert_eq!(render(&whole[..whole.len() / 2]).unwrap_err(), Code::ImageBroken);
    for file in [
        &include_bytes!("samples/cmyk.jpg")[..],
        include_bytes!("samples/progressive.jpg"),
        include_bytes!("samples/animated.png"),
    ] {
        let logo = render(file).unwrap();
        assert!(!logo.kept.windows(4).any(|window| window == b"acTL" || window == b"eXIf"));
    }
}

#[test]
fn a_large_logo_fills_both_strips() {
    let logo = render_logo(&png(1500, 500, |_, _| RED), Shape::Free, None, Plate::None).unwrap();
    assert_eq!((logo.width, logo.height), KEPT);
    assert_eq!(sizes(&logo), [(960, 320), (480, 160)]);
    assert!(decoded(&logo.strips[1].1).pixels().all(|pixel| pixel[3] == 255), "nothing to pad");
}

#[test]
fn a_small_logo_keeps_its_own_pixels() {
    let logo = render_logo(&png(300, 60, |_, _| RED), Shape::Free, None, Plate::None).unwrap();
    assert_eq!((logo.width, logo.height), (300, 60));
    assert_eq!(sizes(&logo), [(300, 100), (300, 100)]);
    let strip = decoded(&logo.strips[0].1);
    assert_eq!((strip.get_pixel(0, 19)[3], *strip.get_pixel(0, 20), strip.get_pixel(0, 80)[3]), (0, RED, 0));
}

#[test]
fn extreme_shapes_are_padded_with_nothing() {
    let tall = render_logo(&png(100, 2000, |_, _| RED), Shape::Free, None, Plate::None).unwrap();
    assert_eq!((tall.width, tall.height), (16, 320));
    let strip = decoded(&tall.strips[0].1);
    assert_eq!(strip.dimensions(), (960, 320));
    assert_eq!((*strip.get_pixel(8, 160), strip.get_pixel(20, 160)[3]), (RED, 0));

    let wide = render_logo(&png(4000, 16, |_, _| RED), Shape::Free, None, Plate::None).unwrap();
    assert_eq!((wide.width, wide.height), (960, 4));
    let strip = decoded(&wide.strips[0].1);
    assert_eq!((strip.get_pixel(5, 10)[3], strip.get_pixel(5, 160)[3]), (0, 255));
}

#[test]
fn alpha_stays_and_no_colour_bleeds_from_what_is_invisible() {
    let picture = png(1920, 640, |x, _| if x < 960 { RED } else { CLEAR });
    let logo = render_logo(&picture, Shape::Free, None, Plate::None).unwrap();
    for (_, bytes) in &logo.strips {
        let strip = decoded(bytes);
        let (width, middle) = (strip.width(), strip.height() / 2);
        assert_eq!((strip.get_pixel(9, middle)[3], strip.get_pixel(width - 9, middle)[3]), (255, 0));
        assert!(strip.pixels().filter(|pixel| pixel[3] > 8).all(|pixel| pixel[1] < 30), "green bleeds");
    }
}

#[test]
fn a_plate_fills_the_strip_and_leaves_a_margin() {
    let picture = png(900, 300, |_, _| WHITE);
    let logo = render_logo(&picture, Shape::Free, None, Plate::Dark).unwrap();
    let strip = decoded(&logo.strips[1].1);
    assert_eq!(strip.dimensions(), (480, 160));
    let dark = Plate::Dark.colour().unwrap();
    assert_eq!(strip.get_pixel(0, 0).0[..3], dark);
    assert_eq!(strip.get_pixel(240, 10).0[..3], dark, "a tenth of the height is free");
    assert_eq!(*strip.get_pixel(240, 80), WHITE);
    assert!(strip.pixels().all(|pixel| pixel[3] == 255));

    // The plate is no part of what is kept: another one is made without the file.
    assert_eq!(replate(&logo.kept, Plate::Dark).unwrap(), logo.strips);
    let bare = decoded(&replate(&logo.kept, Plate::None).unwrap()[0].1);
    assert_eq!(*bare.get_pixel(0, 160), WHITE);
}

#[test]
fn a_plate_enlarges_nothing_either() {
    let logo = render_logo(&png(240, 80, |_, _| RED), Shape::Free, None, Plate::White).unwrap();
    let strip = decoded(&logo.strips[0].1);
    assert_eq!(strip.dimensions(), (300, 100));
    assert_eq!(strip.pixels().filter(|pixel| **pixel == RED).count(), 240 * 80);
}

#[test]
fn the_wide_shape_is_three_to_one_whatever_is_asked() {
    let fit = |area| fitted(Shape::Wide, area, (1000, 1000));
    assert_eq!(fit(None), Ok(area(0, 333, 1000, 333)));
    assert_eq!(fit(Some(area(100, 50, 600, 999))), Ok(area(100, 50, 600, 200)));
    assert_eq!(fit(Some(area(900, 990, 600, 200))), Ok(area(400, 800, 600, 200)));
    assert_eq!(fit(Some(area(u32::MAX, u32::MAX, u32::MAX, u32::MAX))), Ok(area(0, 667, 1000, 333)));
    assert_eq!(fitted(Shape::Wide, None, (3000, 90)), Ok(area(1365, 0, 270, 90)));
    assert_eq!(fitted(Shape::Wide, None, (3000, 79)), Err(Code::LogoTooSmall));
}

#[test]
fn the_free_shape_is_pushed_inside_the_picture() {
    let fit = |area| fitted(Shape::Free, area, (400, 300));
    assert_eq!(fit(None), Ok(area(0, 0, 400, 300)));
    assert_eq!(fit(Some(area(10, 20, 300, 50))), Ok(area(10, 20, 300, 50)));
    assert_eq!(fit(Some(area(390, 290, 300, 50))), Ok(area(100, 250, 300, 50)));
    assert_eq!(fit(Some(area(u32::MAX, 0, u32::MAX, 90))), Ok(area(0, 0, 400, 90)));
}

#[test]
fn white_and_black_logos_are_told() {
    let told = |picture: &Bytes| render_logo(picture, Shape::Free, None, Plate::None).unwrap().fades_on;
    let letters = |colour: Rgba<u8>| png(300, 100, move |x, _| if x % 3 == 0 { colour } else { CLEAR });
    assert_eq!(told(&letters(WHITE)), Some(Plate::White));
    assert_eq!(told(&letters(Rgba([10, 12, 20, 255]))), Some(Plate::Dark));
    assert_eq!(told(&letters(RED)), None);
    assert_eq!(told(&png(300, 100, |_, _| WHITE)), None, "it brings its own ground");
    assert_eq!(told(&png(300, 100, |_, _| CLEAR)), None);
}

#[test]
fn a_jpg_becomes_a_png_without_what_the_camera_wrote() {
    let mut file = Vec::new();
    let pixels = vec![90; 600 * 200 * 3];
    JpegEncoder::new(&mut file).write_image(&pixels, 600, 200, ExtendedColorType::Rgb8).unwrap();
    let logo = render_logo(&file, Shape::Wide, None, Plate::None).unwrap();
    assert!(logo.kept.starts_with(b"\x89PNG"));
    assert_eq!((logo.width, logo.height, sizes(&logo)), (600, 200, [(600, 200), (480, 160)]));
}
