//! A file as a table: which letters it is written in, what stands between its columns, whether its first row names them.

use domain::{
    Code,
    customers::import::{Columns, MOST_COLUMNS, MOST_ROWS},
};
use encoding_rs::{Encoding, WINDOWS_1254};

use crate::phones;

/// Characters of a cell on the page.
const SHOWN: usize = 60;

pub(super) struct Table {
    /// Of the first row, where it names columns.
    pub heads: Option<csv::StringRecord>,
    /// Those below, with the line of the file on which each begins.
    pub rows: Vec<(u64, csv::StringRecord)>,
    pub columns: usize,
}

/// The text of a file: what its first bytes say, UTF-8, or else what Turkish spreadsheets write. Errors: `TableUnreadable`.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Code> {
    let text = match (Encoding::for_bom(bytes), str::from_utf8(bytes)) {
        (Some((encoding, _)), _) => encoding.decode(bytes).0,
        (None, Ok(text)) => text.into(),
        (None, Err(_)) => WINDOWS_1254.decode_without_bom_handling(bytes).0,
    };
    // No text has one, and PostgreSQL keeps none; packed spreadsheets are full of them.
    if text.contains('\0') { Err(Code::TableUnreadable) } else { Ok(text.into_owned()) }
}

impl Table {
    /// `country` is that of numbers without a code. Errors: `TableUnreadable`, `TooManyRows`.
    pub fn read(text: &str, country: Option<&str>) -> Result<Self, Code> {
        let (text, skipped, separator) = match text.split_once('\n') {
            // Some spreadsheets say it.
            Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => {
                (rest, 1, first.as_bytes()[4])
            }
            _ => (text, 0, separator(text)),
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let (mut rows, mut at, mut line) = (Vec::new(), 0, 1 + skipped);
        for record in reader.records() {
            let record = record.map_err(|_| Code::TableUnreadable)?;
            // The reader counts the ends of the lines before a row as its own.
            let said = record.position().and_then(|position| usize::try_from(position.byte()).ok());
            let ends =
                said.map_or(0, |from| text[from..].bytes().take_while(|b| b"\r\n".contains(b)).count());
            let from = said.unwrap_or(at) + ends;
            line += text.as_bytes()[at..from].iter().filter(|byte| **byte == b'\n').count() as u64;
            at = from;
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push((line, record));
            }
            if rows.len() > MOST_ROWS + 1 {
                return Err(Code::TooManyRows);
            }
        }
        let columns = rows.iter().map(|(_, row)| row.len()).max().unwrap_or(0);
        let is_head = |row: &csv::StringRecord| !row.iter().any(|cell| is_number(cell, country));
        let heads = match rows.first() {
            Some((_, first)) if is_head(first) => Some(rows.remove(0).1),
            _ => None,
        };
        match (rows.len(), columns) {
            (0, _) => Err(Code::TableUnreadable),
            (_, 2..=MOST_COLUMNS) if rows.len() <= MOST_ROWS => Ok(Self { heads, rows, columns }),
            (_, 2..=MOST_COLUMNS) => Err(Code::TooManyRows),
            _ => Err(Code::TableUnreadable),
        }
    }

    /// What a column is called; empty where nothing says so.
    pub fn head(&self, column: usize) -> String {
        self.heads.as_ref().and_then(|heads| heads.get(column)).map(shortened).unwrap_or_default()
    }

    /// The first cells of a column that say something.
    pub fn samples(&self, column: usize, most: usize) -> Vec<String> {
        let cells = self.rows.iter().filter_map(|(_, row)| row.get(column)).map(shortened);
        cells.filter(|cell| !cell.is_empty()).take(most).collect()
    }

    /// What the columns are, as far as their heads and the first row tell.
    pub fn guess(&self, country: Option<&str>) -> Columns {
        let heads: Vec<String> = (0..self.columns).map(|column| self.head(column)).collect();
        let mut columns = Columns::guess(&heads);
        let first = self.rows.first().map(|(_, row)| row);
        let like = |is_it: &dyn Fn(&str) -> bool| first.and_then(|row| row.iter().position(is_it));
        columns.phone = columns.phone.or_else(|| like(&|cell| is_number(cell, country)));
        if self.heads.is_none() {
            let is_name =
                |cell: &str| !cell.trim().is_empty() && !cell.chars().any(|c| c.is_ascii_digit() || c == '@');
            columns.name = like(&is_name);
            columns.email = like(&|cell| cell.contains('@'));
        }
        columns
    }
}

/// Whatever stands most often in the first line that says something, outside of quotes.
fn separator(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: char| {
        let mut quoted = false;
        line.chars()
            .filter(|c| {
                quoted ^= *c == '"';
                !quoted && *c == separator
            })
            .count()
    };
    let best = [',', '\t', ';'].into_iter().max_by_key(|separator| count(*separator));
    best.and_then(|separator| u8::try_from(separator).ok()).unwrap_or(b';')
}

/// Whether a cell is a whole telephone number.
fn is_number(cell: &str, country: Option<&str>) -> bool {
    let cell = cell.trim().trim_start_matches('\'');
    cell.bytes().filter(u8::is_ascii_digit).count() >= 10 && phones::parse(cell, country).is_ok()
}

fn shortened(cell: &str) -> String {
    let text = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        Table::read(text, None).unwrap_or_else(|code| panic!("{code:?}"))
    }

    fn refused(text: &str) -> Option<Code> {
        Table::read(text, None).err()
    }

    #[test]
    fn letters_are_read_as_they_were_written() {
        let turkish = "Şükrü;İğdır";
        let utf16: Vec<u8> =
            [0xfeff].into_iter().chain(turkish.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [
            turkish.as_bytes(),
            format!("\u{feff}{turkish}").as_bytes(),
            b"\xde\xfckr\xfc;\xdd\xf0d\xfdr",
            &utf16,
        ] {
            assert_eq!(decode(bytes).as_deref(), Ok(turkish), "{bytes:?}");
        }
        assert_eq!(decode(b"PK\x03\x04\x00\x00"), Err(Code::TableUnreadable));
    }

    #[test]
    fn columns_are_told_apart_by_what_stands_between_them() {
        for text in [
            "Ad;Telefon\nAyşe, Erdem;0532 123 45 67\n",
            "Ad,Telefon\r\n\"Ayşe, Erdem\",0532 123 45 67\r\n",
            "Ad\tTelefon\nAyşe, Erdem\t0532 123 45 67",
            "sep=|\nAd|Telefon\nAyşe, Erdem|0532 123 45 67",
            "\"Ad, soyad, unvan\";Telefon\nAyşe, Erdem;0532 123 45 67",
        ] {
            let table = table(text);
            let line = if text.starts_with("sep") { 3 } else { 2 };
            assert_eq!(
                table.rows,
                [(line, csv::StringRecord::from(vec!["Ayşe, Erdem", "0532 123 45 67"]))],
                "{text}"
            );
            assert_eq!(table.head(1), "Telefon");
        }
    }

    #[test]
    fn a_row_keeps_the_line_it_stands_on() {
        let table = table("Ad;Not;Tel\n\nAli;\"iki\nsatır\";1\n;;\nVeli;;2\n");
        assert_eq!(table.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 6]);
        assert_eq!(table.samples(1, 3), ["iki satır"]);
    }

    #[test]
    fn a_table_without_heads_is_one_too() {
        let table = table("0532 123 45 67;ayse@x.co;Ayşe\n0532 123 45 68;;Ali\n");
        assert_eq!((table.rows.len(), table.head(0)), (2, String::new()));
        let guess = Columns { name: Some(2), phone: Some(0), email: Some(1), ..Columns::default() };
        assert_eq!(table.guess(None), guess);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        for text in
            ["", "\n\n", "Ad;Telefon\n", "yalnızca bir satır yazı\nve bir tane daha", &";".repeat(200)]
        {
            assert_eq!(refused(text), Some(Code::TableUnreadable), "{text}");
        }
        let many = |rows: usize| format!("Ad;Tel\n{}", "a;b\n".repeat(rows));
        assert_eq!(refused(&many(MOST_ROWS)), None);
        assert_eq!(refused(&many(MOST_ROWS + 1)), Some(Code::TooManyRows));
    }
}
