use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

const RED: Rgb<u8> = Rgb([220, 20, 20]);
const BLUE: Rgb<u8> = Rgb([20, 20, 220]);

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { RED } else { BLUE })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

fn png(picture: &RgbaImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgba8)
        .unwrap();
    bytes
}

/// A JPEG with an EXIF block as phones write it: an orientation, a maker, and a GPS position.
fn phone_photo(picture: &RgbImage, orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let [high, low] = orientation.to_be_bytes();
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    tiff.extend(entry(0x010f, 2, 4, *b"Fon\0"));
    tiff.extend(entry(0x0112, 3, 1, [high, low, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, 50u32.to_be_bytes()));
    tiff.extend([0; 4]);
    tiff.extend([0, 1]);
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend([0; 4]);
    tiff.extend(b"GPS-41.0082-28.9784");
    let length = u16::try_from(tiff.len() + 8).unwrap();
    let plain = jpeg(picture);
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(b"Exif\0\0");
    bytes.extend(tiff);
    bytes.extend(&plain[2..]);
    bytes
}

fn decoded((_, bytes): &(u32, Bytes)) -> RgbImage {
    image::load_from_memory(bytes).unwrap().into_rgb8()
}

fn is_like(found: Rgb<u8>, wanted: Rgb<u8>) -> bool {
    found.0.iter().zip(wanted.0).all(|(&found, wanted)| found.abs_diff(wanted) < 24)
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

#[test]
fn a_photo_becomes_three_squares() {
    let avatar = render_avatar(&jpeg(&halves(900, 600)), None).unwrap();
    assert_eq!(avatar.content_type, "image/jpeg");
    for (rendition, side) in avatar.renditions.iter().zip(SIZES) {
        let picture = decoded(rendition);
        assert_eq!((rendition.0, picture.dimensions()), (side, (side, side)));
        assert!(
            is_like(*picture.get_pixel(2, side / 2), RED) && is_like(*picture.get_pixel(side - 3, 2), BLUE)
        );
    }
}

#[test]
fn a_turned_phone_photo_stands_upright_and_says_nothing() {
    // Stored with red left; each orientation turns that side to where it belongs (TIFF 6.0, tag 274).
    let reds = [(1, (8, 64)), (2, (120, 64)), (3, (120, 64)), (4, (8, 64))];
    let turned = [(5, (64, 8)), (6, (64, 8)), (7, (64, 120)), (8, (64, 120))];
    for (orientation, (x, y)) in reds.into_iter().chain(turned) {
        let file = phone_photo(&halves(600, 400), orientation);
        assert!(holds(&file, b"GPS-41.0082") && holds(&file, b"Exif"));
        let avatar = render_avatar(&file, None).unwrap();
        let picture = decoded(&avatar.renditions[1]);
        assert!(is_like(*picture.get_pixel(x, y), RED), "orientation {orientation}");
        assert!(is_like(*picture.get_pixel(127 - x, 127 - y), BLUE), "orientation {orientation}");
        for (_, bytes) in &avatar.renditions {
            for trace in [&b"Exif"[..], b"GPS", b"Fon", b"http", b"ICC_PROFILE"] {
                assert!(!holds(bytes, trace), "orientation {orientation} keeps {trace:?}");
            }
        }
    }
}

#[test]
fn a_crop_is_taken_from_the_picture_as_it_is_seen() {
    // Orientation 6: seen, the photo is 400 wide and 600 high with red on top.
    let file = phone_photo(&halves(600, 400), 6);
    let top = render_avatar(&file, Some(Crop { x: 100, y: 0, size: 200 })).unwrap();
    let bottom = render_avatar(&file, Some(Crop { x: 100, y: 400, size: 200 })).unwrap();
    for (avatar, colour) in [(top, RED), (bottom, BLUE)] {
        let picture = decoded(&avatar.renditions[0]);
        assert_eq!(picture.dimensions(), (200, 200), "nothing is enlarged");
        assert!(picture.pixels().all(|pixel| is_like(*pixel, colour)));
    }
}

#[test]
fn transparent_pictures_stay_transparent_without_fringes() {
    let logo =
        RgbaImage::from_fn(
            256,
            256,
            |x, _| if x < 128 { Rgba([0, 255, 0, 0]) } else { Rgba([200, 0, 0, 255]) },
        );
    let avatar = render_avatar(&png(&logo), None).unwrap();
    assert_eq!(avatar.content_type, "image/png");
    let small = image::load_from_memory(&avatar.renditions[2].1).unwrap().into_rgba8();
    assert_eq!(small.dimensions(), (32, 32));
    assert_eq!((small.get_pixel(1, 9)[3], small.get_pixel(30, 9)[3]), (0, 255));
    assert!(
        small.pixels().filter(|pixel| pixel[3] > 8).all(|pixel| pixel[1] < 20),
        "green bleeds into the edge"
    );
}

#[test]
fn an_opaque_png_becomes_a_jpeg() {
    let picture = RgbaImage::from_pixel(200, 300, Rgba([10, 200, 30, 255]));
    let avatar = render_avatar(&png(&picture), None).unwrap();
    assert_eq!(avatar.content_type, "image/jpeg");
    assert_eq!(avatar.renditions.each_ref().map(|rendition| decoded(rendition).width()), [200, 128, 32]);
}

#[test]
fn grey_and_deep_pictures_are_read() {
    let mut grey = Vec::new();
    JpegEncoder::new(&mut grey).write_image(&[90; 200 * 200], 200, 200, ExtendedColorType::L8).unwrap();
    let mut deep = Vec::new();
    PngEncoder::new(&mut deep).write_image(&[90; 200 * 200 * 6], 200, 200, ExtendedColorType::Rgb16).unwrap();
    for file in [grey, deep] {
        let picture = decoded(&render_avatar(&file, None).unwrap().renditions[0]);
        assert!(is_like(*picture.get_pixel(9, 9), Rgb([90, 90, 90])));
    }
}

#[test]
fn unusual_encodings_are_read_too() {
    for (file, colour) in [
        (&include_bytes!("samples/cmyk.jpg")[..], Rgb([235, 51, 51])),
        (include_bytes!("samples/progressive.jpg"), Rgb([20, 120, 220])),
        (include_bytes!("samples/animated.png"), Rgb([20, 120, 220])),
    ] {
        let avatar = render_avatar(file, None).unwrap();
        assert!(is_like(*decoded(&avatar.renditions[0]).get_pixel(9, 9), colour), "{colour:?}");
        assert!(!holds(&avatar.renditions[0].1, b"acTL"));
    }
}

#[test]
fn wide_colours_of_phones_become_srgb() {
    // The description tag is all that is looked at.
    let profile: Vec<u8> = "Display P3".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let (pixels, colour) = (RgbImage::from_pixel(200, 200, Rgb([200, 100, 100])), Rgb([200, 100, 100]));
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
    encoder.set_icc_profile(profile).unwrap();
    encoder.write_image(&pixels, 200, 200, ExtendedColorType::Rgb8).unwrap();
    let plain = decoded(&render_avatar(&jpeg(&pixels), None).unwrap().renditions[0]);
    assert!(is_like(*plain.get_pixel(9, 9), colour));
    // Colour science by hand: P3 (200, 100, 100) is sRGB (215, 93, 97), give or take the encoder.
    let found = *decoded(&render_avatar(&file, None).unwrap().renditions[0]).get_pixel(9, 9);
    assert!(found[0] > 206 && found[1] < 99 && found[2] < 100, "{found:?}");
}

#[test]
fn what_is_no_picture_is_refused_by_its_bytes() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    for (file, code) in [
        (&b""[..], Code::FileMissing),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", Code::FileTypeRefused),
        (b"GIF89a\x01\0\x01\0", Code::FileTypeRefused),
        (b"RIFF\0\0\0\0WEBPVP8 ", Code::FileTypeRefused),
        (b"\0\0\0\x18ftypavif\0\0\0\0", Code::FileTypeRefused),
        (heic, Code::FileHeicRefused),
        (b"\xff\xd8", Code::FileTypeRefused),
        (b"\xff\xd8\xff\xe0 polyglot", Code::ImageBroken),
        (b"\x89PNG\r\n\x1a\n", Code::ImageBroken),
    ] {
        assert_eq!(render_avatar(file, None).unwrap_err(), code, "{file:?}");
    }
    assert_eq!(render_avatar(&vec![0xff; MAX_BYTES + 1], None).unwrap_err(), Code::FileTooLarge);
}

#[test]
fn too_small_and_too_large_pictures_are_refused_before_decoding() {
    assert_eq!(render_avatar(&jpeg(&halves(127, 500)), None).unwrap_err(), Code::ImageTooSmall);
    let crop = Some(Crop { x: 0, y: 0, size: 100 });
    assert_eq!(render_avatar(&jpeg(&halves(300, 300)), crop).unwrap_err(), Code::ImageTooSmall);
    let bomb = |width: u32, height: u32| {
        let mut file = png(&RgbaImage::new(1, 1));
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc32(&file[12..29]);
        file[29..33].copy_from_slice(&crc.to_be_bytes());
        file
    };
    for (width, height) in [(8001, 200), (200, 8001), (6000, 4001), (u32::MAX >> 1, u32::MAX >> 1)] {
        let refused = render_avatar(&bomb(width, height), None).unwrap_err();
        assert_eq!(refused, Code::ImageTooManyPixels, "{width} × {height}");
    }
    let mut wide = jpeg(&halves(300, 300));
    let frame = wide.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    wide[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(render_avatar(&wide, None).unwrap_err(), Code::ImageTooManyPixels);
}

/// CRC-32 of PNG chunks (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

#[test]
fn a_cut_off_picture_is_broken_and_not_half_grey() {
    let noise = RgbImage::from_fn(300, 300, |x, y| Rgb([(x * y) as u8, (x * 7) as u8, (y * 13) as u8]));
    let jpeg = phone_photo(&noise, 6);
    let png = png(&image::DynamicImage::ImageRgb8(noise).into_rgba8());
    for file in [jpeg, png] {
        assert!(render_avatar(&file, None).is_ok());
        for tenth in 1..10 {
            let cut = &file[..file.len() * tenth / 10];
            assert_eq!(render_avatar(cut, None).unwrap_err(), Code::ImageBroken, "{tenth} tenths");
        }
        let mut motion = file.clone();
        motion.extend(b"\0\0\0\x18ftypmp42 a short film after the photo \xff\xda");
        assert!(render_avatar(&motion, None).is_ok(), "bytes after the end are ignored");
    }
}

#[tokio::test]
async fn the_renderer_answers_as_the_function_does() {
    let file = jpeg(&halves(300, 300));
    let (one, other) =
        tokio::join!(render(file.clone().into(), None), render(Bytes::from_static(b"no picture"), None));
    assert_eq!(one, render_avatar(&file, None));
    assert_eq!(other, Err(Code::FileTypeRefused));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn random_bytes_never_panic(magic in 0..3usize, bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let start: &[u8] = [&b""[..], b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"][magic];
        prop_assert!(render_avatar(&[start, &bytes].concat(), None).is_err());
    }

    #[test]
    fn damaged_files_never_panic(png_file in any::<bool>(), hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let picture = halves(160, 140);
        let mut file = if png_file {
            png(&image::DynamicImage::ImageRgb8(picture).into_rgba8())
        } else {
            phone_photo(&picture, 6)
        };
        for (at, byte) in hits {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = render_avatar(&file, Some(Crop { x: 3, y: 5, size: 130 }));
    }
}
