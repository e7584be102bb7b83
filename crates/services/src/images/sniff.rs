//! What a file is, told from its bytes alone; its name and declared type are never asked.

use domain::Code;

use super::MAX_BYTES;

/// The two kinds of picture that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
}

/// Size, then magic bytes, then whether the file ends where it says.
///
/// Fails with `FileMissing`, `FileTooLarge`, `FileHeicRefused`, `FileTypeRefused` or `ImageBroken`.
pub(super) fn check(bytes: &[u8]) -> Result<Kind, Code> {
    if bytes.is_empty() {
        return Err(Code::FileMissing);
    }
    if bytes.len() > MAX_BYTES {
        return Err(Code::FileTooLarge);
    }
    let kind = kind(bytes)?;
    let whole = match kind {
        Kind::Jpeg => jpeg_is_whole(bytes),
        // The decoder checks every chunk's length and CRC, but is content without the end.
        Kind::Png => contains(bytes, b"IEND\xae\x42\x60\x82"),
    };
    if whole { Ok(kind) } else { Err(Code::ImageBroken) }
}

fn kind(bytes: &[u8]) -> Result<Kind, Code> {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Ok(Kind::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Ok(Kind::Png)
    } else if is_heic(bytes) {
        Err(Code::FileHeicRefused)
    } else {
        Err(Code::FileTypeRefused)
    }
}

/// ISO 23008-12: an `ftyp` box with one of the HEIF brands, the default of iPhone cameras.
fn is_heic(bytes: &[u8]) -> bool {
    let brand = bytes.get(8..12).unwrap_or_default();
    let brands: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
    bytes.get(4..8) == Some(b"ftyp") && brands.contains(&brand)
}

/// Whether the picture data is closed by an end marker (ITU-T T.81 annex B). The decoder fills what
/// is missing with grey, and an end marker inside an EXIF thumbnail must not count: so the
/// segments are walked up to the first scan. Bytes after the end (motion photos) are fine.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[mark, code, high, low]) = bytes.get(at..at + 4) {
        match (mark, code) {
            // Fill bytes before a marker.
            (0xff, 0xff) => at += 1,
            // Start of scan: within coded data, FF D9 can only be the end marker.
            (0xff, 0xda) => return contains(&bytes[at..], &[0xff, 0xd9]),
            (0xff, _) => at += 2 + usize::from(u16::from_be_bytes([high, low])),
            _ => return false,
        }
    }
    false
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
