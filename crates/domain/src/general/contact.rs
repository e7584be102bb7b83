//! The texts of a company or person, checked: name, e-mail, website, postal address, telephone.

use serde::Serialize;

use crate::Code;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }

            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

texts! {
    /// The name of a company or a person: 1 to 120 characters, trimmed, runs of white space
    /// folded to one space, nothing invisible in it.
    Name,
    /// An e-mail address as it was typed (case kept), at most 254 bytes, ASCII.
    Email,
    /// An `http` or `https` address with a dotted host and no user part, at most 300 characters.
    Website,
    /// A postal address of one or more lines (`\n`), at most 500 characters.
    Address,
}

impl Name {
    /// Characters, not bytes.
    pub const MAX: usize = 120;

    /// Fails with `Required`, `ControlCharacter` or `TooLong`.
    pub fn parse(text: &str) -> Result<Self, Code> {
        one_line(text, Self::MAX).map(Self)
    }
}

/// Text of one line as a name is read, with at most `most` characters. Errors as those of [`Name::parse`].
pub(crate) fn one_line(text: &str, most: usize) -> Result<String, Code> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().any(is_invisible) {
        return Err(Code::ControlCharacter);
    }
    // Joiners are real letters' glue in Persian or emoji, but alone they show nothing.
    if folded.chars().all(|c| matches!(c, '\u{200c}' | '\u{200d}' | ' ')) {
        return Err(Code::Required);
    }
    if folded.chars().count() > most { Err(Code::TooLong) } else { Ok(folded) }
}

impl Email {
    /// RFC 5321 section 4.5.3.1: 64 bytes before the @, 254 in all (256 with the angle brackets).
    pub const MAX: usize = 254;
    const MAX_LOCAL: usize = 64;

    /// Fails with `Required` or `EmailInvalid`.
    ///
    /// Stricter than RFC 5322 on purpose: no quoted local parts, no comments, no address
    /// literals. Letters outside ASCII are refused too, because no two mail systems agree on
    /// their case; an internationalised domain is written in its `xn--` form.
    pub fn parse(text: &str) -> Result<Self, Code> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Code::Required);
        }
        let (local, host) = text.split_once('@').ok_or(Code::EmailInvalid)?;
        let fine = text.len() <= Self::MAX
            && local.len() <= Self::MAX_LOCAL
            && is_local_part(local)
            && is_mail_host(host);
        if fine { Ok(Self(text.to_owned())) } else { Err(Code::EmailInvalid) }
    }

    /// The form that is compared and unique: ASCII lower case. Never a locale's lower case:
    /// in Turkish `I` would become `ı` and lock `INFO@…` out.
    pub fn normalised(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl Website {
    /// Characters, not bytes.
    pub const MAX: usize = 300;

    /// Empty is `None`; `sirket.com` becomes `https://sirket.com`; scheme and host in lower case.
    /// Fails with `TooLong` or `WebsiteInvalid`.
    pub fn parse(text: &str) -> Result<Option<Self>, Code> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > Self::MAX {
            return Err(Code::TooLong);
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
            // A `://` further on belongs to a query (`a.com/?to=https://b.com`).
            Some((before, _)) if !before.contains(['/', '?', '#']) => return Err(Code::WebsiteInvalid),
            _ => ("https", text),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (host, port) =
            authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        // Port 0 and non-numbers are refused; an `@` can't pass as a host letter.
        let port_fine =
            port.is_none_or(|port| is_digits(port) && port.parse::<u16>().is_ok_and(|port| port > 0));
        let tail_fine =
            !tail.chars().any(|c| c.is_whitespace() || is_invisible(c) || "\\<>\"`{}|^".contains(c));
        if !(is_host(host, char::is_alphanumeric) && port_fine && tail_fine) {
            return Err(Code::WebsiteInvalid);
        }
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let address = format!("{scheme}://{}{port}{tail}", host.to_ascii_lowercase());
        if address.chars().count() > Self::MAX { Err(Code::TooLong) } else { Ok(Some(Self(address))) }
    }
}

impl Address {
    /// Characters, not bytes; a line break counts as one.
    pub const MAX: usize = 500;

    /// Empty is `None`. Line ends of any system become `\n`; blank lines at both ends and spaces at
    /// line ends go. Fails with `ControlCharacter` or `TooLong`.
    pub fn parse(text: &str) -> Result<Option<Self>, Code> {
        Ok(lines(text, Self::MAX)?.map(Self))
    }
}

/// Text of one or more lines as those of [`Address`], with at most `most` characters.
pub(crate) fn lines(text: &str, most: usize) -> Result<Option<String>, Code> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n").trim().to_owned();
    if text.chars().any(|c| c != '\n' && is_invisible(c)) {
        return Err(Code::ControlCharacter);
    }
    match text.chars().count() {
        0 => Ok(None),
        count if count > most => Err(Code::TooLong),
        _ => Ok(Some(text)),
    }
}

/// Whether `text` could be a telephone number at all: digits with the usual punctuation, 7 to 15
/// of them (E.164 allows no more). The numbering plan is asked on the server.
///
/// Fails with `PhoneInvalid`, or `PhoneIncomplete` for a short number without a foreign country code.
pub fn check_phone_shape(text: &str) -> Result<(), Code> {
    let text = text.trim_matches(is_pasted_mark);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let shape = text.char_indices().all(|(at, c)| {
        c.is_ascii_digit() || c.is_whitespace() || "-–().,/".contains(c) || (c == '+' && at == 0)
    });
    match digits {
        7..=15 if shape => Ok(()),
        1..7 if shape && (!text.starts_with('+') || text.starts_with("+90")) => Err(Code::PhoneIncomplete),
        _ => Err(Code::PhoneInvalid),
    }
}

/// White space and the direction marks that address books put around a copied number.
pub fn is_pasted_mark(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Controls and the format characters that draw nothing or reorder text: they make two names look
/// the same or turn a line around (Unicode TR 36 section 2.5). The joiners U+200C/D are not among them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'
            | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}')
}

/// A dot-atom of RFC 5322 section 3.2.3.
fn is_local_part(local: &str) -> bool {
    let atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(atext))
}

fn is_mail_host(host: &str) -> bool {
    is_host(host, |c| c.is_ascii_alphanumeric())
}

/// Two or more labels of 1 to 63 characters (RFC 1035 section 2.3.4), the last not a number, so that
/// `10.0.0.1` is not a name.
fn is_host(host: &str, letter: impl Fn(char) -> bool) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c == '-' || letter(c))
    };
    let last = host.rsplit_once('.').map(|(_, last)| last);
    host.len() <= 253 && host.split('.').all(label) && last.is_some_and(|last| !is_digits(last))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
