//! How a tax identity stands on an invoice: for its preview, which follows the typing, as for the invoice itself.

use super::Tckn;

/// `34394 Şişli / İstanbul`; what is missing is left out.
pub fn place_line(postcode: &str, district: &str, province: &str) -> String {
    let place: Vec<&str> = [district, province].into_iter().filter(|name| !name.is_empty()).collect();
    let line = [postcode.trim().to_owned(), place.join(" / ")];
    line.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A national number as it is being typed, in part: nobody reads it over a shoulder.
pub fn mask_typed(text: &str) -> String {
    match Tckn::parse(text) {
        Ok(number) => number.masked(),
        Err(_) => "*".repeat(text.chars().filter(|mark| !mark.is_whitespace()).count().min(11)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_leaves_out_what_is_missing() {
        assert_eq!(place_line("34394", "Şişli", "İstanbul"), "34394 Şişli / İstanbul");
        assert_eq!(place_line(" ", "", "İstanbul"), "İstanbul");
        assert_eq!(place_line("34394", "", ""), "34394");
        assert_eq!(place_line("", "", ""), "");
    }

    #[test]
    fn a_number_is_masked_from_its_first_digit_on() {
        for (typed, shown) in [
            ("", ""),
            ("1", "*"),
            ("100 0000", "*******"),
            ("10000000145", "***********"),
            ("100 000 001 46", "100******46"),
            ("çok uzun bir metin", "***********"),
        ] {
            assert_eq!(mask_typed(typed), shown, "{typed:?}");
        }
    }
}
