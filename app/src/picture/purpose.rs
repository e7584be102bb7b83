//! What a picture is for: where it is posted, which rules of size it has, and its words.

use domain::{AppError, Code, Language};
use leptos::prelude::*;

use crate::{
    form::decode,
    state::{Submission, language, page},
};

/// Which rules of shape and size a picture has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Square.
    Photo,
    /// Of any shape.
    Logo,
}

/// One of the pictures of a company.
pub struct Purpose {
    pub subject: Subject,
    /// The name of its field and of its form; errors stand there.
    pub field: &'static str,
    /// The form that removes it.
    pub remove_form: &'static str,
    /// The `do` values of saving and removing.
    pub save: &'static str,
    pub remove: &'static str,
    pub words: Words,
}

type Text = fn(Language) -> &'static str;

pub struct Words {
    pub choose: Text,
    pub replace: Text,
    /// Of the file input.
    pub file: Text,
    /// The button that posts the file without JavaScript.
    pub upload: Text,
    pub reading: Text,
    pub remove: Text,
    pub remove_title: Text,
    pub remove_text: Text,
    pub remove_confirm: Text,
    pub crop_title: Text,
    pub crop_stage: Text,
    pub crop_help: Text,
    pub crop_save: Text,
    pub upload_failed: Text,
    /// Percents.
    pub upload_progress: fn(Language, u32) -> String,
    /// Width and height after reducing.
    pub shrunk: fn(Language, u32, u32) -> String,
    /// Width and height of a picture that is too small.
    pub too_small: fn(Language, u32, u32) -> String,
}

impl Purpose {
    /// What is wrong with the picture, else with the request.
    pub fn sentence(&self, error: &AppError) -> String {
        let l = language();
        // The only large thing in this request is the picture.
        let too_large = (error.code == Code::TooLarge).then_some(Code::FileTooLarge);
        let code = error.of(self.field).or(too_large);
        code.map_or_else(|| texts::error(l, error), |code| texts::code(l, code).to_owned())
    }

    /// What was wrong with a post without JavaScript.
    pub fn refused_post(&self) -> Option<String> {
        self.refused().map(|refused| self.sentence(&refused.error))
    }

    /// What was chosen beside the file of a refused post.
    pub fn chosen(&self, field: &str) -> Option<String> {
        let fields = decode(&self.refused()?.body);
        fields.into_iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    fn refused(&self) -> Option<Submission> {
        let ours = |refused: &Submission| [self.save, self.remove].contains(&refused.action.as_str());
        page().submission.get_value().filter(ours)
    }
}
