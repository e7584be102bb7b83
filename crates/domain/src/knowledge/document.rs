//! Which documents are kept, and whether one is what its name says: told from its bytes while they pass, so that no file
//! is held in memory.

use crate::Code;

/// The largest one.
pub const MOST_BYTES: u64 = 25 * 1024 * 1024;

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    Docx,
    Txt,
    Md,
    Csv,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Pdf, Self::Docx, Self::Txt, Self::Md, Self::Csv];

    /// The ending of a name, and the word of a column.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Txt => "txt",
            Self::Md => "md",
            Self::Csv => "csv",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The kind that a name claims; there is something before the ending.
    pub fn of_name(name: &str) -> Option<Self> {
        let (before, ending) = name.rsplit_once('.')?;
        Self::from_word(&ending.to_ascii_lowercase()).filter(|_| !before.is_empty())
    }

    /// As it is served: never anything that a browser would run.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Txt => "text/plain; charset=utf-8",
            Self::Md => "text/markdown; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// As much of the end of a DOCX as is looked at: its table of contents.
const TAIL: usize = 256 * 1024;
const PDF: &[u8] = b"%PDF-";
const ZIP: &[u8] = b"PK\x03\x04";
/// A record of a ZIP's table of contents, and what stands at the end of that table.
const ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// Sees a document pass, piece by piece.
#[derive(Debug)]
pub struct Check {
    kind: Kind,
    bytes: u64,
    /// The first bytes of a PDF or DOCX; of text what is left of a letter that was cut.
    start: Vec<u8>,
    /// The last bytes of a DOCX.
    tail: Vec<u8>,
}

impl Check {
    pub const fn new(kind: Kind) -> Self {
        Self { kind, bytes: 0, start: Vec::new(), tail: Vec::new() }
    }

    /// Errors: `DocumentMismatch`.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), Code> {
        self.bytes += piece.len() as u64;
        let fine = match self.kind {
            Kind::Pdf => self.begins_with(PDF, piece),
            Kind::Docx => {
                self.keep_tail(piece);
                self.begins_with(ZIP, piece)
            }
            Kind::Txt | Kind::Md | Kind::Csv => self.is_text(piece),
        };
        if fine { Ok(()) } else { Err(Code::DocumentMismatch) }
    }

    /// After the last piece. Errors: `DocumentEmpty`, `DocumentMismatch`.
    pub fn finish(&self) -> Result<(), Code> {
        let fine = match self.kind {
            _ if self.bytes == 0 => return Err(Code::DocumentEmpty),
            Kind::Pdf => self.start.len() == PDF.len(),
            Kind::Docx => self.start.len() == ZIP.len() && is_word(&self.tail),
            Kind::Txt | Kind::Md | Kind::Csv => self.start.is_empty(),
        };
        if fine { Ok(()) } else { Err(Code::DocumentMismatch) }
    }

    fn begins_with(&mut self, magic: &[u8], piece: &[u8]) -> bool {
        let missing = magic.len() - self.start.len();
        self.start.extend(piece.iter().take(missing));
        magic.starts_with(&self.start)
    }

    fn keep_tail(&mut self, piece: &[u8]) {
        self.tail.extend_from_slice(piece);
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
    }

    /// UTF-8 without NUL, whose letters may be cut anywhere.
    fn is_text(&mut self, piece: &[u8]) -> bool {
        let mut whole = std::mem::take(&mut self.start);
        let mut rest = piece;
        // Only as much as ends the cut letter is put together.
        while let (false, Some((next, after))) = (whole.is_empty(), rest.split_first()) {
            whole.push(*next);
            rest = after;
            match std::str::from_utf8(&whole) {
                Ok(_) => whole.clear(),
                Err(error) if error.error_len().is_some() => return false,
                Err(_) => {}
            }
        }
        if !whole.is_empty() {
            self.start = whole;
            return true;
        }
        let valid = match std::str::from_utf8(rest) {
            Ok(_) => rest.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return false,
        };
        self.start = rest.get(valid..).unwrap_or_default().to_vec();
        !rest.contains(&0)
    }
}

/// Whether the end of a ZIP lists what a Word document has.
fn is_word(tail: &[u8]) -> bool {
    let is_end = |at: &usize| {
        let comment = number(tail, at + 20, 2);
        tail.get(*at..).is_some_and(|rest| rest.starts_with(END)) && comment == Some(tail.len() - at - 22)
    };
    let Some(end) = (0..=tail.len().saturating_sub(22)).rev().find(is_end) else { return false };
    let Some(mut at) = number(tail, end + 12, 4).and_then(|size| end.checked_sub(size)) else { return false };
    let (mut has_types, mut has_word) = (false, false);
    while tail.get(at..end).is_some_and(|rest| rest.starts_with(ENTRY)) {
        let lengths = [28, 30, 32].map(|offset| number(tail, at + offset, 2).unwrap_or_default());
        let name = tail.get(at + 46..at + 46 + lengths[0]).unwrap_or_default();
        has_types |= name == b"[Content_Types].xml";
        has_word |= name.starts_with(b"word/");
        at += 46 + lengths.iter().sum::<usize>();
    }
    has_types && has_word
}

/// A little-endian number.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ZIP of empty files, as far as anybody looks.
    fn zip(names: &[&str], comment: &[u8]) -> Vec<u8> {
        let mut zip = [ZIP, &[0; 26]].concat();
        let mut contents = Vec::new();
        for name in names {
            contents.extend([ENTRY, &[0; 24]].concat());
            contents.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            contents.extend([0; 16]);
            contents.extend(name.as_bytes());
        }
        let size = u32::try_from(contents.len()).unwrap().to_le_bytes();
        zip.extend(vec![7; 3 * TAIL]);
        zip.extend(contents);
        zip.extend([END, &[0; 8], &size, &[0; 4]].concat());
        zip.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
        zip.extend(comment);
        zip
    }

    /// The whole document, in pieces of one size.
    fn check(kind: Kind, bytes: &[u8], size: usize) -> Result<(), Code> {
        let mut check = Check::new(kind);
        for piece in bytes.chunks(size) {
            check.take(piece)?;
        }
        check.finish()
    }

    #[test]
    fn a_document_is_what_its_name_says() {
        let word = zip(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"], b"");
        for size in [1, 3, 7, 1024, usize::MAX] {
            let fine = |kind, bytes: &[u8]| assert_eq!(check(kind, bytes, size), Ok(()), "{kind:?} {size}");
            fine(Kind::Pdf, b"%PDF-1.7\n...");
            fine(Kind::Docx, &word);
            fine(Kind::Docx, &zip(&["word/document.xml", "[Content_Types].xml"], b"PK\x05\x06 a comment"));
            fine(Kind::Txt, "\u{feff}Şükrü Iğdır 🇹🇷\r\n".as_bytes());
            fine(Kind::Csv, "ad;telefon\nİnci;0532\n".as_bytes());
            fine(Kind::Md, b"# <script>alert(1)</script>");
            let refused = |kind, bytes: &[u8]| {
                assert_eq!(
                    check(kind, bytes, size),
                    Err(Code::DocumentMismatch),
                    "{kind:?} {size} {bytes:?}"
                );
            };
            refused(Kind::Pdf, b"<html>%PDF-");
            refused(Kind::Pdf, b"%PDF");
            refused(Kind::Docx, b"%PDF-1.7");
            refused(Kind::Docx, b"PK\x03\x04");
            refused(Kind::Docx, &zip(&["[Content_Types].xml", "xl/workbook.xml"], b""));
            refused(Kind::Docx, &zip(&["word/document.xml"], b""));
            refused(Kind::Docx, &word[..word.len() - 1]);
            refused(Kind::Txt, b"a\0b");
            refused(Kind::Txt, &[0xff, 0xfe, b'a', 0]);
            refused(Kind::Csv, &[b'a', 0xfe, b'b']);
            refused(Kind::Md, "ş".as_bytes().split_last().unwrap().1);
            assert_eq!(check(Kind::Txt, b"", size), Err(Code::DocumentEmpty));
        }
    }

    #[test]
    fn what_a_zip_says_of_itself_is_not_believed() {
        let mut zip = zip(&["[Content_Types].xml", "word/document.xml"], b"");
        let length = zip.len();
        zip[length - 10..length - 6].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(check(Kind::Docx, &zip, 1024), Err(Code::DocumentMismatch));
    }

    #[test]
    fn a_large_document_takes_little_memory() {
        let mut check = Check::new(Kind::Docx);
        check.take(ZIP).unwrap();
        for _ in 0..64 {
            check.take(&[7; 512 * 1024]).unwrap();
        }
        assert!(check.tail.capacity() <= 8 * TAIL, "{}", check.tail.capacity());
    }

    #[test]
    fn words_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
            assert_eq!(Kind::of_name(&format!("a.b.{}", kind.word().to_ascii_uppercase())), Some(kind));
        }
    }
}
