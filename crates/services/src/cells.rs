//! Lines of a CSV file (RFC 4180) that a spreadsheet opens.

/// A line of quoted cells.
pub(crate) fn row_of<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|text| cell(text.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

/// A spreadsheet must not take what somebody typed for a formula: an apostrophe makes it text.
fn cell(text: &str) -> String {
    let apostrophe = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (typed, written) in [
            ("=1+1", "\"'=1+1\""),
            ("+90 212", "\"'+90 212\""),
            ("-5", "\"'-5\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("a=1", "\"a=1\""),
            ("\"=1\"", "\"\"\"=1\"\"\""),
            ("", "\"\""),
            ("bir\niki, üç", "\"bir\niki, üç\""),
        ] {
            assert_eq!(cell(typed), written);
        }
        assert_eq!(row_of(["a", "=b"]), "\"a\",\"'=b\"\r\n");
    }
}
