//! Sizes of files as people read them.

use domain::Language;

const UNITS: [&str; 4] = ["B", "KB", "MB", "GB"];

/// `850 B`, `1,2 MB`, `12 MB`: in whole numbers, so that a browser needs no code for others.
pub fn size(l: Language, bytes: u64) -> String {
    let (mut tenths, mut unit) = (bytes * 10, 0);
    while tenths >= 10 * 1024 && unit + 1 < UNITS.len() {
        tenths = (tenths + 512) / 1024;
        unit += 1;
    }
    let point = if l == Language::Tr { ',' } else { '.' };
    let name = UNITS[unit];
    match (tenths / 10, tenths % 10) {
        (whole, part) if whole < 10 && part > 0 => format!("{whole}{point}{part} {name}"),
        (whole, part) => format!("{} {name}", if part >= 5 { whole + 1 } else { whole }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let tr = |bytes| size(Language::Tr, bytes);
        assert_eq!((tr(0), tr(850)), ("0 B".into(), "850 B".into()));
        assert_eq!((tr(1024), tr(1_300_000)), ("1 KB".into(), "1,2 MB".into()));
        assert_eq!((tr(25 * 1024 * 1024), tr(10 << 30)), ("25 MB".into(), "10 GB".into()));
        assert_eq!(size(Language::En, 1_300_000), "1.2 MB");
        assert_eq!(tr(250 << 30), "250 GB");
    }
}
