//! Customers out of a table: which column means what, what becomes of those who are known, and what is wrong with a row.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CustomerForm, MOST_IN_LIST_NAME, NewCustomer};
use crate::{AppError, Code, FieldError, ListId, error::FieldErrors, fold::fold, general::one_line};

/// Bytes of a file.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Rows below the head of a table.
pub const MOST_ROWS: usize = 50_000;
/// Columns that can be chosen from.
pub const MOST_COLUMNS: usize = 60;

/// Which column of the table is what, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    pub name: Option<usize>,
    /// Follows the name where it has a column of its own.
    pub surname: Option<usize>,
    pub phone: Option<usize>,
    pub email: Option<usize>,
    pub note: Option<usize>,
    /// Says whether they do not want to be called.
    pub quiet: Option<usize>,
}

/// Words that heads of columns are, folded; a head that only begins with one of them is a worse guess.
const NAMES: &[&str] = &[
    "ad soyad",
    "adi soyadi",
    "ad",
    "adi",
    "isim",
    "isim soyisim",
    "musteri",
    "musteri adi",
    "unvan",
    "yetkili",
    "kisi",
    "name",
    "full name",
    "customer",
    "customer name",
    "first name",
    "firstname",
    "contact",
];
const SURNAMES: &[&str] = &["soyad", "soyadi", "soyisim", "surname", "last name", "lastname", "family name"];
const PHONES: &[&str] = &[
    "telefon",
    "telefon no",
    "telefon numarasi",
    "tel",
    "tel no",
    "gsm",
    "gsm no",
    "cep",
    "cep telefonu",
    "cep tel",
    "cep no",
    "numara",
    "phone",
    "phone number",
    "mobile",
    "mobile phone",
    "cell",
    "number",
];
const EMAILS: &[&str] = &[
    "e posta",
    "eposta",
    "e posta adresi",
    "posta",
    "mail",
    "email",
    "e mail",
    "mail adresi",
    "email address",
];
const NOTES: &[&str] =
    &["not", "notlar", "aciklama", "yorum", "note", "notes", "comment", "comments", "remark"];
const QUIET: &[&str] = &["aranmasin", "aramayin", "arama izni yok", "do not call", "dnc", "no calls"];
/// What a cell says of somebody who does not want to be called.
const YES: &[&str] = &["evet", "e", "yes", "y", "true", "dogru", "1", "x", "var"];

impl Columns {
    /// What the heads of a table say.
    pub fn guess(heads: &[String]) -> Self {
        let heads: Vec<String> = heads.iter().map(|head| fold(head)).collect();
        let mut taken = Vec::new();
        let mut find = |words: &[&str]| {
            let free = |at: &usize| !taken.contains(at);
            let exact =
                words.iter().find_map(|word| (0..heads.len()).find(|at| free(at) && heads[*at] == *word));
            let begun = || {
                words
                    .iter()
                    .filter(|word| word.len() > 3)
                    .find_map(|word| (0..heads.len()).find(|at| free(at) && heads[*at].starts_with(*word)))
            };
            let found = exact.or_else(begun);
            taken.extend(found);
            found
        };
        // The ones that are told apart best come first: `soyad` before `ad`, `cep telefonu` before everything.
        let (phone, email, surname) = (find(PHONES), find(EMAILS), find(SURNAMES));
        let (name, note, quiet) = (find(NAMES), find(NOTES), find(QUIET));
        Self { name, surname, phone, email, note, quiet }
    }

    /// What a row says of a customer, as somebody might have typed it.
    pub fn read<'r>(&self, cell: impl Fn(usize) -> &'r str) -> CustomerForm {
        let text = |column: Option<usize>| column.map_or("", |column| cell(column));
        // An apostrophe at the start is how spreadsheets are told that a number is text.
        let phone = text(self.phone).trim();
        CustomerForm {
            name: format!("{} {}", text(self.name), text(self.surname)),
            phone: phone.strip_prefix('\'').unwrap_or(phone).to_owned(),
            email: text(self.email).to_owned(),
            note: text(self.note).to_owned(),
            do_not_call: YES.contains(&fold(text(self.quiet)).as_str()),
            ..CustomerForm::default()
        }
    }
}

/// What becomes of somebody whose number is known already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// They stay as they are.
    #[default]
    Keep,
    /// They become as the row says, as far as it says something.
    Update,
}

impl Known {
    pub const ALL: [Self; 2] = [Self::Keep, Self::Update];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Update => "update",
        }
    }

    fn from_word(word: &str) -> Result<Self, Code> {
        Self::ALL.into_iter().find(|known| known.word() == word).ok_or(Code::ChoiceUnknown)
    }
}

/// The list on which everybody of the table is put.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    #[default]
    None,
    List(ListId),
    /// One of this name, made if there is none.
    Named(String),
}

/// What is to be done with a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    pub columns: Columns,
    pub known: Known,
    pub target: Target,
}

/// [`Choices`] as they are chosen on the page; columns are numbers, empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChoicesForm {
    pub import: String,
    pub name: String,
    pub surname: String,
    pub phone: String,
    pub email: String,
    pub note: String,
    pub quiet: String,
    /// A [`Known::word`].
    pub known: String,
    /// A list that is there; empty: none, or the one named in `new_list`.
    pub list: String,
    pub new_list: String,
}

impl ChoicesForm {
    /// For a table of so many columns. Errors: `name` and `phone` are `Required`, each column is `ChoiceUnknown` or
    /// `ColumnTwice`; `known` and `list` are `ChoiceUnknown`; `new_list` is `TooLong`, `ControlCharacter` or
    /// `ListTwice` (another one is chosen as well).
    pub fn parse(&self, columns: usize) -> Result<Choices, AppError> {
        let mut errors = FieldErrors::default();
        let mut taken: Vec<usize> = Vec::new();
        let mut column = |field: &str, text: &str, is_required: bool| {
            let chosen = match text.parse::<usize>() {
                Ok(at) if at < columns && taken.contains(&at) => Err(Code::ColumnTwice),
                Ok(at) if at < columns => Ok(Some(at)),
                _ if !text.is_empty() => Err(Code::ChoiceUnknown),
                _ if is_required => Err(Code::Required),
                _ => Ok(None),
            };
            let chosen = errors.keep(field, chosen).flatten();
            taken.extend(chosen);
            chosen
        };
        let columns = Columns {
            name: column("name", &self.name, true),
            surname: column("surname", &self.surname, false),
            phone: column("phone", &self.phone, true),
            email: column("email", &self.email, false),
            note: column("note", &self.note, false),
            quiet: column("quiet", &self.quiet, false),
        };
        let known = errors.keep("known", Known::from_word(&self.known));
        let list = if self.list.is_empty() { Ok(None) } else { self.list.parse().map(Some) };
        let list = errors.keep("list", list.map_err(|_| Code::ChoiceUnknown)).flatten();
        let named = match one_line(&self.new_list, MOST_IN_LIST_NAME) {
            Err(Code::Required) => Ok(None),
            Ok(_) if list.is_some() => Err(Code::ListTwice),
            named => named.map(Some),
        };
        let named = errors.keep("new_list", named).flatten();
        let target = match (list, named) {
            (Some(list), _) => Target::List(list),
            (None, Some(name)) => Target::Named(name),
            (None, None) => Target::None,
        };
        match known {
            Some(known) if errors.is_empty() => Ok(Choices { columns, known, target }),
            _ => Err(errors.into_error()),
        }
    }

    /// The form that chooses so.
    pub fn of(import: Uuid, choices: &Choices) -> Self {
        let text = |column: Option<usize>| column.map(|at| at.to_string()).unwrap_or_default();
        let Choices { columns, known, target } = choices;
        let (list, new_list) = match target {
            Target::None => (String::new(), String::new()),
            Target::List(list) => (list.to_string(), String::new()),
            Target::Named(name) => (String::new(), name.clone()),
        };
        Self {
            import: import.to_string(),
            name: text(columns.name),
            surname: text(columns.surname),
            phone: text(columns.phone),
            email: text(columns.email),
            note: text(columns.note),
            quiet: text(columns.quiet),
            known: known.word().to_owned(),
            list,
            new_list,
        }
    }

    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn id(&self) -> Result<Uuid, AppError> {
        parse_id(&self.import)
    }
}

/// One uploaded table, named by a button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneImportForm {
    pub import: String,
}

impl OneImportForm {
    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn parse(&self) -> Result<Uuid, AppError> {
        parse_id(&self.import)
    }
}

fn parse_id(text: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(text).map_err(|_| Code::NotFound.into())
}

/// What a row of a table is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Of the file, counted from 1.
    pub line: u64,
    pub customer: Result<NewCustomer, Vec<FieldError>>,
}

impl Row {
    pub fn read(line: u64, form: &CustomerForm, phone: impl FnOnce(&str) -> Result<String, Code>) -> Self {
        Self { line, customer: form.parse(phone).map_err(|error| error.fields) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(heads: &[&str]) -> Columns {
        Columns::guess(&heads.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn columns_are_known_by_their_heads() {
        let all =
            Columns { name: Some(0), phone: Some(1), email: Some(2), note: Some(3), ..Columns::default() };
        assert_eq!(heads(&["Müşteri", "GSM", "E-Posta", "Not"]), all);
        assert_eq!(heads(&["İSİM", "Cep Telefonu", "E-posta adresi", "AÇIKLAMA"]), all);
        assert_eq!(heads(&["Name", "Phone", "Email", "Notes"]), all);
        let two = Columns { name: Some(1), surname: Some(2), phone: Some(0), ..Columns::default() };
        assert_eq!(heads(&["Telefon (GSM)", "Adı", "Soyadı", "Şehir"]), two);
        assert_eq!(heads(&["Phone", "First Name", "Last Name"]), two);
        assert_eq!(heads(&["Nota", "Adres", "Tarih"]), Columns::default(), "words that only look like one");
    }

    #[test]
    fn whoever_does_not_want_to_be_called_is_not() {
        let columns = heads(&["Ad", "Telefon", "Aranmasın"]);
        assert_eq!(columns.quiet, Some(2));
        let says = |cell: &'static str| columns.read(|at| ["Can", "0532", cell][at]).do_not_call;
        assert!(["evet", "EVET", "Yes", "1", " x "].into_iter().all(says));
        assert!(!["hayır", "no", "", "0", "belki"].into_iter().any(says));
    }

    #[test]
    fn a_row_is_read_as_if_it_were_typed() {
        let columns = Columns { name: Some(0), surname: Some(1), phone: Some(2), ..Columns::default() };
        let row = ["Ayşe", "Erdem", " '+90 532 ", "x"];
        let form = columns.read(|at| row[at]);
        assert_eq!(
            (form.name.as_str(), form.phone.as_str(), form.note.as_str()),
            ("Ayşe Erdem", "+90 532", "")
        );
        let row = Row::read(7, &form, |_| Err(Code::PhoneIncomplete));
        let fault = FieldError { field: "phone".into(), code: Code::PhoneIncomplete };
        assert_eq!(row, Row { line: 7, customer: Err(vec![fault]) });
    }

    fn form() -> ChoicesForm {
        ChoicesForm { name: "0".into(), phone: "2".into(), known: "update".into(), ..ChoicesForm::default() }
    }

    #[test]
    fn choices_are_read_back() {
        let choices = form().parse(3).unwrap();
        assert_eq!((choices.columns.phone, choices.known), (Some(2), Known::Update));
        assert_eq!(choices.target, Target::None);
        let named = ChoicesForm { new_list: " VIP ".into(), ..form() }.parse(3).unwrap();
        assert_eq!(named.target, Target::Named("VIP".into()));
        let id = Uuid::nil();
        let list = ChoicesForm { list: id.to_string(), ..form() }.parse(3).unwrap();
        for choices in [choices, named, list] {
            assert_eq!(ChoicesForm::of(id, &choices).parse(3), Ok(choices));
        }
    }

    #[test]
    fn every_wrong_choice_is_named() {
        let wrong = ChoicesForm {
            name: "1".into(),
            surname: "3".into(),
            phone: String::new(),
            email: "1".into(),
            known: "burn".into(),
            list: Uuid::nil().to_string(),
            new_list: "VIP".into(),
            ..form()
        };
        let error = wrong.parse(3).unwrap_err();
        let told = error.fields.iter().map(|field| (field.field.as_str(), field.code)).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                ("surname", Code::ChoiceUnknown),
                ("phone", Code::Required),
                ("email", Code::ColumnTwice),
                ("known", Code::ChoiceUnknown),
                ("new_list", Code::ListTwice)
            ]
        );
        assert_eq!(form().id(), Err(Code::NotFound.into()));
    }
}
