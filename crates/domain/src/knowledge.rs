//! The knowledge base: categories with one level below them, and documents in them or in none.

mod document;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{AppError, CategoryId, Code, FileId, error::FieldErrors, fold::fold, general::one_line};

pub use document::{Check, Kind, MOST_BYTES};

/// Categories of one organisation.
pub const MOST_CATEGORIES: u64 = 200;
/// Characters of a category's name.
pub const MOST_IN_CATEGORY_NAME: usize = 60;
/// Characters of a file's name.
pub const MOST_IN_FILE_NAME: usize = 150;
/// Files of one form.
pub const MOST_AT_ONCE: usize = 10;
/// How long a deleted category can be taken back.
pub const UNDO: TimeDelta = TimeDelta::minutes(10);
/// In place of a category: none.
pub const NONE: &str = "none";

/// What is no identifier belongs to nobody: `NotFound`.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| Code::NotFound.into())
}

/// [`id`]; nothing typed is none.
fn id_or_none<T: std::str::FromStr>(text: &str) -> Result<Option<T>, AppError> {
    if text.is_empty() || text == NONE { Ok(None) } else { id(text).map(Some) }
}

/// A category: its name, the one it stands below, and which one it is if it is there already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CategoryForm {
    /// Empty: a new one.
    pub category: String,
    /// Empty: it stands on the first level.
    pub parent: String,
    pub name: String,
}

impl CategoryForm {
    /// Its name and the category it stands below. Errors: `name` is `Required`, `ControlCharacter` or `TooLong`;
    /// `NotFound`.
    pub fn parse(&self) -> Result<(String, Option<CategoryId>), AppError> {
        let name =
            one_line(&self.name, MOST_IN_CATEGORY_NAME).map_err(|code| AppError::field("name", code))?;
        Ok((name, id_or_none(&self.parent)?))
    }

    /// Errors: `NotFound`.
    pub fn id(&self) -> Result<CategoryId, AppError> {
        id(&self.category)
    }
}

/// One category, named by a button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneCategoryForm {
    pub category: String,
}

impl OneCategoryForm {
    /// Errors: `NotFound`.
    pub fn parse(&self) -> Result<CategoryId, AppError> {
        id(&self.category)
    }
}

/// Where a category is to stand among those beside it: a step up or down, or before another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlaceForm {
    pub category: String,
    /// `up`, `down`; empty: `before` counts.
    pub step: String,
    /// Empty: at the end.
    pub before: String,
}

/// A parsed [`PlaceForm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Up,
    Down,
    Before(CategoryId),
    Last,
}

impl PlaceForm {
    /// Errors: `step` is `ChoiceUnknown`; `NotFound`.
    pub fn parse(&self) -> Result<(CategoryId, Place), AppError> {
        let place = match self.step.as_str() {
            "up" => Place::Up,
            "down" => Place::Down,
            "" => id_or_none(&self.before)?.map_or(Place::Last, Place::Before),
            _ => return Err(AppError::field("step", Code::ChoiceUnknown)),
        };
        Ok((id(&self.category)?, place))
    }
}

/// A category that is to become part of another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MergeForm {
    pub category: String,
    pub into: String,
}

impl MergeForm {
    /// Errors: `into` is `Required`; `NotFound`.
    pub fn parse(&self) -> Result<(CategoryId, CategoryId), AppError> {
        let category = id(&self.category)?;
        if self.into.is_empty() {
            return Err(AppError::field("into", Code::Required));
        }
        Ok((category, id(&self.into)?))
    }
}

/// What is said of a file before it comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadForm {
    pub name: String,
    /// Empty: none.
    pub category: String,
}

/// A file worth receiving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    pub name: String,
    pub kind: Kind,
    pub category: Option<CategoryId>,
}

impl UploadForm {
    /// Errors: `name` is `Required`, `ControlCharacter`, `TooLong` or `DocumentTypeRefused`; `NotFound`.
    pub fn parse(&self) -> Result<NewFile, AppError> {
        let parsed = file_name(&self.name).and_then(|name| match Kind::of_name(&name) {
            Some(kind) => Ok((name, kind)),
            None => Err(Code::DocumentTypeRefused),
        });
        let (name, kind) = parsed.map_err(|code| AppError::field("name", code))?;
        Ok(NewFile { name, kind, category: id_or_none(&self.category)? })
    }
}

/// The last part of a path, as some programs send one.
fn file_name(text: &str) -> Result<String, Code> {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    one_line(last, MOST_IN_FILE_NAME)
}

/// Another name or category of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileForm {
    pub name: String,
    /// Empty: none.
    pub category: String,
}

impl FileForm {
    /// Its name, which goes on ending as what it is, and its category. Errors: `name` is `Required`,
    /// `ControlCharacter` or `TooLong`; `NotFound`.
    pub fn parse(&self, kind: Kind) -> Result<(String, Option<CategoryId>), AppError> {
        let name = file_name(&self.name).map(|name| match Kind::of_name(&name) {
            Some(told) if told == kind => name,
            _ => format!("{name}.{}", kind.word()),
        });
        Ok((name.map_err(|code| AppError::field("name", code))?, id_or_none(&self.category)?))
    }
}

/// Files that were chosen in the list, and what is to become of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilesForm {
    pub files: Vec<String>,
    /// `move`, `delete`.
    pub act: String,
    /// Where to move them; [`NONE`]: out of their categories.
    pub category: String,
}

/// A parsed [`FilesForm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Move(Option<CategoryId>),
    Delete,
}

impl FilesForm {
    /// Errors: `files` and, to move them, `category` are `Required`; `act` is `ChoiceUnknown`; `NotFound`.
    pub fn parse(&self) -> Result<(Vec<FileId>, Act), AppError> {
        let mut errors = FieldErrors::default();
        if self.files.is_empty() {
            errors.push("files", Code::Required);
        }
        if self.act == "move" && self.category.is_empty() {
            errors.push("category", Code::Required);
        }
        if !["move", "delete"].contains(&self.act.as_str()) {
            errors.push("act", Code::ChoiceUnknown);
        }
        errors.finish()?;
        let files = self.files.iter().map(|file| id(file)).collect::<Result<_, _>>()?;
        let act = if self.act == "move" { Act::Move(id_or_none(&self.category)?) } else { Act::Delete };
        Ok((files, act))
    }
}

/// Which files somebody wants to see; what is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KnowledgeForm {
    /// A part of a name.
    pub q: String,
    /// [`NONE`]: those without one.
    pub category: String,
    /// Those uploaded before this one: the page after it.
    pub before: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// [`fold`]ed.
    pub name: Option<String>,
    pub within: Within,
    pub before: Option<FileId>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Within {
    #[default]
    Anything,
    /// Files without a category.
    Nothing,
    /// A category and those below it.
    Category(CategoryId),
}

impl KnowledgeForm {
    /// Errors: `ChoiceUnknown` at `category` and `before`.
    pub fn parse(&self) -> Result<Wanted, AppError> {
        let mut errors = FieldErrors::default();
        let known = |text: &str| id_or_none(text).map_err(|_| Code::ChoiceUnknown);
        let category = errors.keep("category", known(&self.category)).flatten();
        let before = id_or_none(&self.before).map_err(|_: AppError| Code::ChoiceUnknown);
        let before = errors.keep("before", before).flatten();
        errors.finish()?;
        let within = match category {
            Some(category) => Within::Category(category),
            None if self.category == NONE => Within::Nothing,
            None => Within::Anything,
        };
        let typed: String = self.q.chars().take(MOST_IN_FILE_NAME).collect();
        let name = Some(fold(&typed)).filter(|name| !name.is_empty());
        Ok(Wanted { name, within, before })
    }

    /// Whether it asks for less than everything.
    pub fn narrows(&self) -> bool {
        !self.q.trim().is_empty() || !self.category.is_empty()
    }
}

#[cfg(test)]
mod tests;
