//! Customers, whom an organisation calls or who call it, and the lists on which they stand.

pub mod import;

use serde::{Deserialize, Serialize};

use crate::{
    AppError, Code, CustomerId, ListId,
    error::FieldErrors,
    fold::fold,
    general::{Email, Name, lines, one_line},
};

/// Lists of one organisation.
pub const MOST_LISTS: u64 = 200;
/// Characters of a list's name.
pub const MOST_IN_LIST_NAME: usize = 60;
/// Characters of a note.
pub const MOST_IN_NOTE: usize = 1000;
/// The fewest digits by which a number is looked for.
const FEWEST_DIGITS: usize = 3;

/// A customer, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerForm {
    /// Which one; empty: a new one.
    pub customer: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub note: String,
    pub do_not_call: bool,
    /// The one that was read.
    pub version: i64,
}

/// A customer worth keeping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCustomer {
    pub name: String,
    /// E.164.
    pub phone: String,
    /// Empty where it is not known.
    pub email: String,
    pub note: String,
    pub do_not_call: bool,
}

impl CustomerForm {
    /// Errors: `name` is `Required`, `ControlCharacter` or `TooLong`; `phone` is `Required` or what `phone` says, which
    /// answers in E.164; `email` is `EmailInvalid`; `note` is `ControlCharacter` or `TooLong`.
    pub fn parse(&self, phone: impl FnOnce(&str) -> Result<String, Code>) -> Result<NewCustomer, AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let typed = self.phone.trim();
        let phone = errors.keep("phone", if typed.is_empty() { Err(Code::Required) } else { phone(typed) });
        let email = match Email::parse(&self.email) {
            Err(Code::Required) => Ok(String::new()),
            email => email.map(Email::into_string),
        };
        let email = errors.keep("email", email);
        let note = errors.keep("note", lines(&self.note, MOST_IN_NOTE));
        match (name, phone, email, note) {
            (Some(name), Some(phone), Some(email), Some(note)) => Ok(NewCustomer {
                name: name.into_string(),
                phone,
                email,
                note: note.unwrap_or_default(),
                do_not_call: self.do_not_call,
            }),
            _ => Err(errors.into_error()),
        }
    }

    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn id(&self) -> Result<CustomerId, AppError> {
        self.customer.parse().map_err(|_| Code::NotFound.into())
    }
}

/// One customer, named by a button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneCustomerForm {
    pub customer: String,
}

impl OneCustomerForm {
    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn parse(&self) -> Result<CustomerId, AppError> {
        self.customer.parse().map_err(|_| Code::NotFound.into())
    }
}

/// A list: its name, and which one if it is there already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListForm {
    /// Empty: a new one.
    pub list: String,
    pub name: String,
}

impl ListForm {
    /// Errors: `name` is `Required`, `ControlCharacter` or `TooLong`.
    pub fn name(&self) -> Result<String, AppError> {
        one_line(&self.name, MOST_IN_LIST_NAME).map_err(|code| AppError::field("name", code))
    }

    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn id(&self) -> Result<ListId, AppError> {
        self.list.parse().map_err(|_| Code::NotFound.into())
    }
}

/// One list, named by a button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneListForm {
    pub list: String,
}

impl OneListForm {
    /// What is no identifier belongs to nobody: `NotFound`.
    pub fn parse(&self) -> Result<ListId, AppError> {
        self.list.parse().map_err(|_| Code::NotFound.into())
    }
}

/// A customer to be put on a list or taken off it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedForm {
    pub customer: String,
    pub list: String,
}

impl ListedForm {
    /// Errors: field `list` is `Required`; what is no identifier belongs to nobody: `NotFound`.
    pub fn parse(&self) -> Result<(CustomerId, ListId), AppError> {
        let customer = self.customer.parse().map_err(|_| Code::NotFound)?;
        if self.list.is_empty() {
            return Err(AppError::field("list", Code::Required));
        }
        Ok((customer, self.list.parse().map_err(|_| Code::NotFound)?))
    }
}

/// Which customers somebody wants to see; what is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomersForm {
    /// A part of a name, or of a number.
    pub q: String,
    pub list: String,
    /// Those added before this one: the page after it.
    pub before: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// [`fold`]ed.
    pub name: Option<String>,
    /// Digits of a number, without the zeros before it.
    pub digits: Option<String>,
    pub list: Option<ListId>,
    pub before: Option<CustomerId>,
}

impl CustomersForm {
    /// Errors: `ChoiceUnknown` at `list` and `before`.
    pub fn parse(&self) -> Result<Wanted, AppError> {
        fn id<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Code> {
            if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| Code::ChoiceUnknown) }
        }
        let mut errors = FieldErrors::default();
        let list = errors.keep("list", id(&self.list)).flatten();
        let before = errors.keep("before", id(&self.before)).flatten();
        errors.finish()?;
        // Longer than any name there is nothing to be found, and less to be looked for.
        let typed: String = self.q.chars().take(Name::MAX).collect();
        let name = Some(fold(&typed)).filter(|name| !name.is_empty());
        Ok(Wanted { name, digits: digits(&typed), list, before })
    }

    /// Whether it asks for less than everything.
    pub fn narrows(&self) -> bool {
        !self.q.trim().is_empty() || !self.list.is_empty()
    }
}

/// The digits of what might be a piece of a number: nothing but digits and what stands between them.
fn digits(text: &str) -> Option<String> {
    let is_number = text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-–().,/".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    (is_number && digits.len() >= FEWEST_DIGITS).then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CustomerForm {
        CustomerForm {
            name: "  Şükrü \t Iğdır".into(), phone: " 0532 ".into(), ..CustomerForm::default()
        }
    }

    fn e164(text: &str) -> Result<String, Code> {
        Ok(format!("+90{}", text.trim_start_matches('0')))
    }

    #[test]
    fn a_customer_has_a_name_and_a_number_and_perhaps_more() {
        let customer = form().parse(e164).unwrap();
        assert_eq!((customer.name.as_str(), customer.phone.as_str()), ("Şükrü Iğdır", "+90532"));
        assert_eq!((customer.email.as_str(), customer.note.as_str(), customer.do_not_call), ("", "", false));
        let more = CustomerForm { email: " A@x.co ".into(), note: "\r\nbir\r\niki ".into(), ..form() };
        let more = more.parse(e164).unwrap();
        assert_eq!((more.email.as_str(), more.note.as_str()), ("A@x.co", "bir\niki"));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = CustomerForm {
            name: String::new(),
            phone: " ".into(),
            email: "a@".into(),
            note: "n".repeat(MOST_IN_NOTE + 1),
            ..form()
        };
        let error = wrong.parse(e164).unwrap_err();
        let told = error.fields.iter().map(|field| (field.field.as_str(), field.code)).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                ("name", Code::Required),
                ("phone", Code::Required),
                ("email", Code::EmailInvalid),
                ("note", Code::TooLong)
            ]
        );
        let error = form().parse(|_| Err(Code::PhoneIncomplete)).unwrap_err();
        assert_eq!(error.of("phone"), Some(Code::PhoneIncomplete));
    }

    #[test]
    fn names_and_numbers_are_looked_for_as_they_are_typed() {
        let wanted = |q: &str| {
            let wanted = CustomersForm { q: q.into(), ..CustomersForm::default() }.parse().unwrap();
            (wanted.name.unwrap_or_default(), wanted.digits.unwrap_or_default())
        };
        assert_eq!(wanted(" ŞÜKRÜ  ığ"), ("sukru ig".into(), String::new()));
        assert_eq!(wanted("0532 123"), ("0532 123".into(), "532123".into()));
        assert_eq!(wanted("+90 (532)").1, "90532");
        assert_eq!((wanted("00 12").1, wanted("12 Ali 345").1), (String::new(), String::new()));
        assert_eq!(wanted("%_"), (String::new(), String::new()), "nothing that a pattern would know");
    }

    #[test]
    fn what_is_no_identifier_does_not_exist() {
        let not_found = |error: AppError| assert_eq!(error, Code::NotFound.into());
        not_found(form().id().unwrap_err());
        not_found(OneCustomerForm { customer: "1".into() }.parse().unwrap_err());
        not_found(ListForm { list: "1".into(), name: "VIP".into() }.id().unwrap_err());
        not_found(OneListForm { list: String::new() }.parse().unwrap_err());
        not_found(ListedForm { customer: "1".into(), list: String::new() }.parse().unwrap_err());
        let customer = "019ab000-0000-7000-8000-000000000000".to_owned();
        let listed = |list: &str| ListedForm { customer: customer.clone(), list: list.into() }.parse();
        assert_eq!(listed("").unwrap_err().of("list"), Some(Code::Required));
        not_found(listed("x").unwrap_err());
        let odd = CustomersForm { list: "x".into(), before: "y".into(), ..CustomersForm::default() };
        let error = odd.parse().unwrap_err();
        assert_eq!(
            (error.of("list"), error.of("before")),
            (Some(Code::ChoiceUnknown), Some(Code::ChoiceUnknown))
        );
    }

    #[test]
    fn a_list_has_a_name() {
        let name = |name: &str| ListForm { name: name.into(), ..ListForm::default() }.name();
        assert_eq!(name(" Yaz  kampanyası "), Ok("Yaz kampanyası".into()));
        assert_eq!(name(" ").unwrap_err().of("name"), Some(Code::Required));
        assert_eq!(name(&"ş".repeat(MOST_IN_LIST_NAME + 1)).unwrap_err().of("name"), Some(Code::TooLong));
    }
}
