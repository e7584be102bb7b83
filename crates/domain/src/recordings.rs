//! Recordings of calls: which files are taken, and how long they last where that can be told.

/// The largest one.
pub const MOST_BYTES: u64 = 50 * 1024 * 1024;
/// As much of its start as is looked at.
pub const HEAD: usize = 64;

/// A kind of file, told from its first bytes; what somebody says it is does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudioKind {
    Wav,
    Mp3,
    Ogg,
    M4a,
}

impl AudioKind {
    pub const ALL: [Self; 4] = [Self::Wav, Self::Mp3, Self::Ogg, Self::M4a];

    pub fn of(head: &[u8]) -> Option<Self> {
        let at = |from: usize, magic: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(magic));
        if at(0, b"RIFF") && at(8, b"WAVE") {
            Some(Self::Wav)
        } else if at(0, b"OggS") && (at(28, b"OpusHead") || at(28, b"\x01vorbis")) {
            Some(Self::Ogg)
        } else if at(4, b"ftyp") && BRANDS.iter().any(|brand| at(8, *brand)) {
            Some(Self::M4a)
        } else if at(0, b"ID3") || is_mp3_frame(head) {
            Some(Self::Mp3)
        } else {
            None
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
            Self::M4a => "audio/mp4",
        }
    }

    /// The ending of a file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Ogg => "ogg",
            Self::M4a => "m4a",
        }
    }

    /// What a column says; a type that is none of these (any more) is no recording.
    pub fn from_content_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.content_type() == text)
    }

    /// How many seconds a file of that many bytes lasts: known of a WAV that begins with its format.
    pub fn seconds(self, head: &[u8], bytes: u64) -> Option<u32> {
        let is_known = self == Self::Wav && head.get(12..16) == Some(b"fmt ".as_slice());
        let rate = head.get(28..32).filter(|_| is_known)?;
        let rate = u64::from(u32::from_le_bytes(rate.try_into().ok()?));
        u32::try_from(bytes.saturating_sub(44).checked_div(rate)?).ok()
    }
}

/// MP4 files that hold sound, by what they say first.
const BRANDS: [&[u8; 4]; 6] = [b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2"];

/// A frame of MPEG audio, layer III.
const fn is_mp3_frame(head: &[u8]) -> bool {
    match head {
        // Eleven bits, a version that is not reserved, the layer.
        [0xff, next, ..] => *next & 0xe0 == 0xe0 && *next & 0x18 != 0x08 && *next & 0x06 == 0x02,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_from_the_first_bytes() {
        let ogg = [b"OggS".as_slice(), &[0; 24], b"OpusHead"].concat();
        for (head, kind) in [
            (b"RIFF\0\0\0\0WAVEfmt ".as_slice(), AudioKind::Wav),
            (b"ID3\x04", AudioKind::Mp3),
            (b"\xff\xfb\x90\x64", AudioKind::Mp3),
            (&ogg, AudioKind::Ogg),
            (b"\0\0\0\x20ftypM4A \0", AudioKind::M4a),
        ] {
            assert_eq!(AudioKind::of(head), Some(kind));
            assert_eq!(AudioKind::from_content_type(kind.content_type()), Some(kind));
        }
        for other in [
            b"".as_slice(),
            b"RIFF\0\0\0\0AVI LIST",
            b"OggS\0\0\0\0",
            b"\0\0\0\x20ftypavif",
            b"\xff\xd8\xff\xe0",
            b"\xff\xff",
            b"<html><script>",
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert_eq!(AudioKind::of(other), None, "{other:?}");
        }
        assert_eq!(AudioKind::from_content_type("text/html"), None);
    }

    #[test]
    fn the_length_of_a_wav_is_known() {
        let mut head = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0".to_vec();
        assert_eq!(AudioKind::Wav.seconds(&head, 44 + 16_000 * 3), Some(3));
        assert_eq!(AudioKind::Mp3.seconds(&head, 48_044), None);
        assert_eq!(AudioKind::Wav.seconds(&head[..30], 48_044), None);
        head[28..32].fill(0);
        assert_eq!(AudioKind::Wav.seconds(&head, 48_044), None, "of nothing a second");
    }
}
