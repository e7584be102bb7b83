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
            t::line_low_credit(language, balance.text(language), threshold.text(language))
        }
        News::Invoice { number, total, taken: None } => {
            t::line_invoice(language, number, total.text(language))
        }
        News::Invoice { number, total, taken: Some(taken) } => {
            t::line_credited(language, number, taken, total.text(language))
        }
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
