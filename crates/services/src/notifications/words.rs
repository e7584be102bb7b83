//! What happened, as a sentence.

use domain::{Language, notifications::News};

/// A sentence, or a title with a text under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub title: String,
    pub text: Option<String>,
}

pub(crate) fn line(news: &News, language: Language) -> Line {
    use texts::notifications as t;
    let title = match news {
        News::Invitation { inviter, invited } => t::line_invitation(language, invited.join(", "), inviter),
        News::LowCredit { balance, threshold } => {
            t::line_low_credit(language, money(*balance, language), money(*threshold, language))
        }
        News::Invoice { number, total } => t::line_invoice(language, number, money(*total, language)),
        News::SystemUpdate { title_tr, title_en, text_tr, text_en } => {
            let (title, text) = match language {
                Language::Tr => (title_tr, text_tr),
                Language::En => (title_en, text_en),
            };
            return Line { title: title.clone(), text: Some(text.clone()) };
        }
    };
    Line { title, text: None }
}

/// Kuruş as lira, in the digits of the language.
fn money(kurus: i64, language: Language) -> String {
    let (whole, rest) = (kurus.unsigned_abs() / 100, kurus.unsigned_abs() % 100);
    let digits = whole.to_string();
    let (group, point) = match language {
        Language::Tr => ('.', ','),
        Language::En => (',', '.'),
    };
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(group);
        }
        grouped.push(digit);
    }
    let sign = if kurus < 0 { "-" } else { "" };
    match language {
        Language::Tr => format!("{sign}{grouped}{point}{rest:02} ₺"),
        Language::En => format!("{sign}₺{grouped}{point}{rest:02}"),
    }
}
