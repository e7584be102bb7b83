//! A new secret as an app takes it: a QR code, and the key for typing.

use domain::AppError;
use qrcode::{Color, EcLevel, QrCode};
use totp_rs::{Builder, Secret, TotpError};

use crate::failure::internal;

/// What the entry in the app is called, before the address.
const ISSUER: &str = "Ayar";

/// A secret to be scanned or typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Base 32 in groups of four, for typing.
    pub key: String,
    /// `otpauth://totp/…` (Google's Key URI format), for an app on this very device.
    pub uri: String,
    /// The URI as a QR code: modules a side, and the dark ones as an SVG path of unit squares.
    pub size: usize,
    pub path: String,
    /// An app that is in use already will be replaced.
    pub replaces: bool,
}

pub(super) fn present(secret: Vec<u8>, email: &str, replaces: bool) -> Result<Enrolment, AppError> {
    let letters: Vec<char> = Secret::from(secret.clone()).to_base32().chars().collect();
    let key = letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    let uri = uri(secret, email).map_err(internal)?;
    let code = QrCode::with_error_correction_level(uri.as_bytes(), EcLevel::M).map_err(internal)?;
    let size = code.width();
    Ok(Enrolment { key, uri, size, path: dark_modules(&code.to_colors(), size), replaces })
}

/// Google's Key URI. A colon separates issuer and account there, and totp-rs refuses one in the account, even though
/// it would be written as `%3A`: a letter that nobody uses takes its place on the way.
fn uri(secret: Vec<u8>, account: &str) -> Result<String, TotpError> {
    let account = account.replace(':', "\u{e000}");
    let totp = Builder::new().with_secret(secret).with_issuer(Some(ISSUER)).with_account_name(account);
    Ok(totp.build()?.to_url()?.replace("%EE%80%80", "%3A"))
}

/// Runs of dark modules, row by row: `M4 0h7v1H4z`.
fn dark_modules(modules: &[Color], size: usize) -> String {
    use std::fmt::Write;
    let mut path = String::new();
    for (y, row) in modules.chunks(size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                _ = write!(path, "M{x} {y}h{}v1H{x}z", run.len());
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_survives_turkish_letters_and_colons() {
        let secret = vec![7; 20];
        for email in ["ayşe.ığüöç@yıldız.example", "ayse:erdem@yildiz.example", "a+b@x.example"] {
            let shown = present(secret.clone(), email, false).unwrap();
            let uri = url::Url::parse(&shown.uri).unwrap();
            assert_eq!((uri.scheme(), uri.host_str()), ("otpauth", Some("totp")));
            let pairs: Vec<_> = uri.query_pairs().collect();
            assert!(pairs.contains(&("issuer".into(), "Ayar".into())), "{}", shown.uri);
            assert!(shown.uri.is_ascii(), "{}", shown.uri);
            let label: String =
                url::form_urlencoded::parse(&uri.path().as_bytes()[1..]).next().unwrap().0.into();
            assert_eq!(label.replace('+', " "), format!("Ayar:{email}").replace('+', " "), "{}", shown.uri);
            assert_eq!(uri.path().matches(':').count(), 1, "{}", shown.uri);
            assert_eq!(shown.key.replace(' ', "").len(), 32);
        }
    }

    #[test]
    fn the_picture_has_as_many_squares_as_the_code_has_dark_modules() {
        let code = QrCode::with_error_correction_level("otpauth://totp/x", EcLevel::M).unwrap();
        let path = dark_modules(&code.to_colors(), code.width());
        let squares: usize =
            path.split('h').skip(1).map(|run| run.split('v').next().unwrap().parse::<usize>().unwrap()).sum();
        assert_eq!(squares, code.to_colors().iter().filter(|module| **module == Color::Dark).count());
    }
}
