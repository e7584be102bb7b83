//! Files made by hand: pictures that lie, and pictures with more in them than one sees.

use std::io::{Read, Write};

use flate2::{Compression, Crc, write::ZlibEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage, codecs::jpeg::JpegEncoder};

use super::SCRIPT;

/// Stands in the files, and must stand nowhere else.
pub const MARK: &[u8] = b"evil-marker-2f6b";
pub const MEGABYTE: usize = 1024 * 1024;
const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";

type Chunk<'a> = (&'a [u8; 4], Vec<u8>);

fn chunk((name, data): &Chunk<'_>) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(*name);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes()[..], *name, data, &crc.sum().to_be_bytes()].concat()
}

fn header(width: u32, height: u32, depth: u8, colour: u8, interlace: u8) -> Chunk<'static> {
    let rest = [depth, colour, 0, 0, interlace];
    (b"IHDR", [&width.to_be_bytes()[..], &height.to_be_bytes(), &rest].concat())
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// So many bytes of nothing, which are hardly anything as long as they are compressed. Written by hand (RFC 1950, RFC 1951: a
/// zero, then "258 times the one before", over and over), because a compressor that is not optimised takes minutes.
fn nothing(megabytes: usize) -> Vec<u8> {
    let times = megabytes * MEGABYTE / 258;
    let (mut bytes, mut bits, mut held) = (vec![0x78, 0x01], 0_u64, 0);
    let begin = [(0b011, 3), (0x0c, 8)];
    let repeated = std::iter::repeat_n((0xa3, 13), times);
    for (code, length) in begin.into_iter().chain(repeated).chain([(0, 7), (0, 7)]) {
        bits |= code << held;
        held += length;
        while held >= 8 {
            bytes.push((bits & 0xff) as u8);
            bits >>= 8;
            held -= 8;
        }
    }
    let sum = (u32::try_from((1 + 258 * times) % 65521).unwrap() << 16) | 1;
    bytes.extend(sum.to_be_bytes());
    bytes
}

fn png_of(chunks: &[Chunk<'_>]) -> Vec<u8> {
    let end: Chunk<'_> = (b"IEND", Vec::new());
    MAGIC.iter().copied().chain(chunks.iter().chain([&end]).flat_map(chunk)).collect()
}

/// A fine picture with more in it.
fn png(more: &[Chunk<'_>]) -> Vec<u8> {
    let rows = deflated(
        &vec![90; 300 * (1 + 3 * 300)]
            .iter()
            .enumerate()
            .map(|(at, b)| if at % 901 == 0 { 0 } else { *b })
            .collect::<Vec<u8>>(),
    );
    png_of(&[&[header(300, 300, 8, 2, 0)], more, &[(b"IDAT", rows)]].concat())
}

#[test]
fn nothing_is_a_stream_of_zeros() {
    let mut read = Vec::new();
    flate2::read::ZlibDecoder::new(nothing(1).as_slice()).read_to_end(&mut read).unwrap();
    assert!(read.len() > MEGABYTE - 258 && read.iter().all(|byte| *byte == 0));
}

fn jpeg() -> Vec<u8> {
    let (mut bytes, pixels) =
        (Vec::new(), RgbImage::from_fn(300, 300, |x, y| image::Rgb([x as u8, y as u8, 90])));
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .write_image(&pixels, 300, 300, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

/// A JPEG with a segment after its first mark.
fn jpeg_with(code: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    let whole = jpeg();
    [&whole[..2], &[0xff, code], &length, data, &whole[2..]].concat()
}

fn exif(tail: &[u8]) -> Vec<u8> {
    [b"Exif\0\0MM\0\x2a\0\0\0\x08", tail, MARK].concat()
}

/// What is no picture of ours, whatever it says it is.
pub fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let lying =
        |width: u32, height: u32| png_of(&[header(width, height, 8, 2, 0), (b"IDAT", deflated(&[0; 5000]))]);
    let mut wrong_sum = png(&[]);
    wrong_sum[29] ^= 1;
    let mut huge = jpeg();
    let frame = huge.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    let mut deep = jpeg();
    deep[frame + 4] = 12;
    let (whole, half) = (png(&[]), jpeg());
    vec![
        ("SVG", format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{SCRIPT}</svg>").into()),
        ("SVG with a declaration", b"<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><svg>&a;</svg>".to_vec()),
        ("SVG, compressed", b"\x1f\x8b\x08\0\0\0\0\0".to_vec()),
        ("HTML", format!("<!DOCTYPE html>{SCRIPT}").into()),
        ("GIF and a script", b"GIF89a/*\x01\0\x01\0*/=1;alert(1)//;".to_vec()),
        ("GIF that moves", [b"GIF89a\x80\0\x80\0\0\0\0!\xff\x0bNETSCAPE2.0\x03\x01\xff\xff\0".as_slice(), &b"!\xf9\x04\0\0\0\0\0,\0\0\0\0\x80\0\x80\0\0\x02\x01D\0;".repeat(5000)].concat()),
        ("WebP", b"RIFF\x24\0\0\0WEBPVP8L\x17\0\0\0\x2f\xff\xff\xff\x0f".to_vec()),
        ("BMP", b"BM\xff\xff\xff\x7f\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f\x01\0\x18\0".to_vec()),
        ("TIFF", b"II\x2a\0\x08\0\0\0\xff\xff".to_vec()),
        ("AVIF", b"\0\0\0\x18ftypavif\0\0\0\0".to_vec()),
        ("icon", b"\0\0\x01\0\xff\xff".to_vec()),
        ("PDF", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>".to_vec()),
        ("ZIP", b"PK\x03\x04\x14\0".to_vec()),
        ("program", b"\x7fELF\x02\x01\x01".to_vec()),
        ("a picture after a mark of text", [b"\xef\xbb\xbf".as_slice(), &whole].concat()),
        ("a picture after an empty line", [b"\r\n".as_slice(), &whole].concat()),
        ("PNG that is a JPEG", [MAGIC, &half].concat()),
        ("PNG that is HTML", [MAGIC, SCRIPT.as_bytes(), b"IEND\xae\x42\x60\x82"].concat()),
        ("JPEG that is HTML", [b"\xff\xd8\xff\xe0".as_slice(), SCRIPT.as_bytes(), b"\xff\xd9"].concat()),
        ("JPEG that is a PNG", [b"\xff\xd8\xff".as_slice(), &whole].concat()),
        ("PNG without pixels", lying(0, 0)),
        ("PNG wider than its pixels", lying(512, 512)),
        ("PNG of a size that is negative", lying(u32::MAX, u32::MAX)),
        ("PNG of 64 megapixels", lying(8000, 8000)),
        ("PNG one pixel too wide", lying(8001, 300)),
        ("PNG that is one line", lying(1, 24_000_000)),
        ("PNG whose sum is wrong", wrong_sum),
        ("PNG without a header", png_of(&[(b"IDAT", deflated(&[0; 100]))])),
        ("PNG of a colour there is not", png_of(&[header(300, 300, 3, 5, 0), (b"IDAT", deflated(&[0; 5000]))])),
        ("PNG of colours that it has not", png_of(&[header(300, 300, 8, 3, 0), (b"IDAT", deflated(&vec![0; 300 * 301]))])),
        ("PNG, half of it", whole[..whole.len() / 2].to_vec()),
        ("PNG without its end", whole[..whole.len() - 12].to_vec()),
        ("PNG whose pixels are no stream", png_of(&[header(300, 300, 8, 2, 0), (b"IDAT", vec![0xff; 5000])])),
        ("JPEG of 65535 x 65535", huge),
        ("JPEG of twelve bits", deep),
        ("JPEG, half of it", half[..half.len() / 2].to_vec()),
        ("JPEG of segments without end", b"\xff\xd8\xff\xe1\xff\xff".repeat(20_000)),
        ("JPEG of fill bytes", [b"\xff\xd8".as_slice(), &vec![0xff; 100_000]].concat()),
        ("too many bytes", [whole.as_slice(), &vec![0; 2 * MEGABYTE]].concat()),
    ]
}

/// Pictures with more in them than one sees: the picture is kept, or refused, and the rest is gone.
pub fn loaded() -> Vec<(&'static str, Vec<u8>)> {
    let text = [b"Comment\0".as_slice(), MARK, SCRIPT.as_bytes()].concat();
    let profile = |stream: Vec<u8>| [b"p\0\0".as_slice(), &stream].concat();
    let loop_back =
        exif(b"\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08");
    let far = exif(b"\xff\xff\x01\x12\0\x03\xff\xff\xff\xff\xff\xff\xff\xff");
    let frames: Vec<Chunk<'_>> = (0..2000).map(|_| (b"fcTL", vec![0xff; 26])).collect();
    let many: Vec<Chunk<'_>> = (0..60_000).map(|_| (b"tEXt", b"a\0b".to_vec())).collect();
    let moving: Vec<Chunk<'_>> = [(b"acTL", vec![0xff; 8])].into_iter().chain(frames).collect();
    let grown = nothing(240);
    vec![
        ("PNG with a text", png(&[(b"tEXt", text.clone())])),
        ("PNG with a comment that grows", png(&[(b"zTXt", [b"Comment\0\0".as_slice(), &grown].concat())])),
        (
            "PNG with a text that grows",
            png(&[(b"iTXt", [b"Comment\0\x01\0\0\0".as_slice(), &grown].concat())]),
        ),
        ("PNG with a profile", png(&[(b"iCCP", profile(deflated(&text)))])),
        ("PNG with a profile that grows", png(&[(b"iCCP", profile(grown.clone()))])),
        ("PNG with a profile that is no stream", png(&[(b"iCCP", profile(vec![0xff; 100_000]))])),
        ("PNG with EXIF", png(&[(b"eXIf", loop_back[6..].to_vec())])),
        ("PNG with a chunk of nobody's", png(&[(b"evIl", text.clone())])),
        ("PNG with sixty thousand texts", png(&many)),
        ("PNG that moves without end", png(&moving)),
        ("PNG whose pixels do not end", png_of(&[header(300, 300, 8, 2, 0), (b"IDAT", grown.clone())])),
        ("PNG in layers", png_of(&[header(300, 300, 8, 2, 1), (b"IDAT", nothing(2))])),
        ("PNG and HTML", [png(&[]), MARK.to_vec(), SCRIPT.into()].concat()),
        (
            "PNG and an archive",
            [png(&[]), b"PK\x03\x04".to_vec(), MARK.to_vec(), b"PK\x05\x06".to_vec()].concat(),
        ),
        ("JPEG with a comment", jpeg_with(0xfe, &text)),
        (
            "JPEG whose comment ends a page",
            jpeg_with(0xfe, &[b"-->".as_slice(), SCRIPT.as_bytes(), b"<!--", MARK].concat()),
        ),
        ("JPEG and HTML", [jpeg(), MARK.to_vec(), SCRIPT.into()].concat()),
        ("JPEG and an archive", [jpeg(), b"PK\x03\x04".to_vec(), MARK.to_vec()].concat()),
        ("JPEG with EXIF in a circle", jpeg_with(0xe1, &loop_back)),
        ("JPEG with EXIF that points far away", jpeg_with(0xe1, &far)),
        (
            "JPEG with half a profile",
            jpeg_with(0xe2, &[b"ICC_PROFILE\0\x01\xff".as_slice(), &MARK.repeat(2000)].concat()),
        ),
        ("JPEG with a profile of none", jpeg_with(0xe2, b"ICC_PROFILE\0\0\0")),
        (
            "JPEG with XMP",
            jpeg_with(
                0xe1,
                &[b"http://ns.adobe.com/xap/1.0/\0".as_slice(), SCRIPT.as_bytes(), MARK].concat(),
            ),
        ),
    ]
}
