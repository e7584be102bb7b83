//! Who invoices are made out to: a company with its tax number, or a sole trader with the national number of the person.
//!
//! What is a district or a tax office needs lists that never travel whole to the browser, so
//! [`TaxIdentityForm::parse`] takes the finder of a province as an argument.

mod number;
mod print;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    AppError, Code,
    error::FieldErrors,
    fold::fold,
    general::{Address, one_line},
};

pub use number::{Tckn, Vkn};
pub use print::{mask_typed, place_line};

/// The choice in place of a tax office that is not in the list.
pub const OTHER_OFFICE: &str = "other";

/// What kind of taxpayer: decides which number is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taxpayer {
    Company,
    SoleTrader,
}

impl Taxpayer {
    pub const ALL: [Self; 2] = [Self::Company, Self::SoleTrader];

    /// The word of the form and of the column.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::SoleTrader => "sole_trader",
        }
    }

    /// Fails with `ChoiceUnknown`.
    pub fn parse(word: &str) -> Result<Self, Code> {
        Self::ALL.into_iter().find(|taxpayer| taxpayer.word() == word).ok_or(Code::ChoiceUnknown)
    }
}

/// A province with what stands in the lists that depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Province {
    /// The plate code, two digits.
    pub code: String,
    pub name: String,
    pub districts: Vec<String>,
    pub tax_offices: Vec<String>,
}

/// A national number in the open, as typed or as told to whoever asked: never in a log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpenNumber(pub String);

impl fmt::Debug for OpenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenNumber(…)")
    }
}

/// The page as it is posted; everything is text as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxIdentityForm {
    /// The version the page was rendered from; a save from an older one is a conflict.
    pub version: i64,
    /// [`Taxpayer::word`].
    pub taxpayer: String,
    pub legal_title: String,
    /// Asked of a company only.
    pub tax_number: String,
    /// Asked of a sole trader only. Never sent to a page; empty, the saved one stays.
    pub national_number: OpenNumber,
    /// A plate code.
    pub office_province: String,
    /// A name of the list, or [`OTHER_OFFICE`].
    pub tax_office: String,
    /// The name of an office that the list lacks.
    pub tax_office_name: String,
    /// A plate code.
    pub province: String,
    pub district: String,
    pub address: String,
    /// Optional.
    pub postcode: String,
}

/// The number an invoice carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaxNumber {
    Company(Vkn),
    SoleTrader(Tckn),
    /// That of a sole trader, as it is saved.
    Kept,
}

/// A tax identity that passed every rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxIdentity {
    pub legal_title: String,
    pub number: TaxNumber,
    /// Plate code of the office's province.
    pub office_province: String,
    pub tax_office: String,
    /// Plate code of the address.
    pub province: String,
    pub district: String,
    pub address: Address,
    pub postcode: String,
}

impl TaxIdentityForm {
    /// Characters, not bytes.
    pub const MAX_TITLE: usize = 250;
    pub const MAX_OFFICE: usize = 120;

    /// Parses the form; errors come all at once, in page order. The number that is not asked of the chosen taxpayer is not
    /// read. `find` gives the province of a plate code; `is_kept` says whether there is a national number that an empty field
    /// leaves as it is.
    pub fn parse<'p>(
        &self,
        find: impl Fn(&str) -> Option<&'p Province>,
        is_kept: bool,
    ) -> Result<TaxIdentity, AppError> {
        let mut errors = FieldErrors::default();
        let taxpayer = errors.keep("taxpayer", self.parse_taxpayer());
        let legal_title = errors.keep("legal_title", one_line(&self.legal_title, Self::MAX_TITLE));
        let number = match taxpayer {
            Some(Taxpayer::Company) => {
                errors.keep("tax_number", Vkn::parse(&self.tax_number).map(TaxNumber::Company))
            }
            Some(Taxpayer::SoleTrader) if is_kept && self.national_number.0.trim().is_empty() => {
                Some(TaxNumber::Kept)
            }
            Some(Taxpayer::SoleTrader) => errors
                .keep("national_number", Tckn::parse(&self.national_number.0).map(TaxNumber::SoleTrader)),
            None => None,
        };
        let at = errors.keep("office_province", find_in(&find, &self.office_province));
        let tax_office = at.and_then(|at| self.parse_office(at, &mut errors));
        let address = Address::parse(&self.address).and_then(|address| address.ok_or(Code::Required));
        let address = errors.keep("address", address);
        let province = errors.keep("province", find_in(&find, &self.province));
        let district = province.and_then(|province| errors.keep("district", self.parse_district(province)));
        let postcode = errors.keep("postcode", self.parse_postcode(province));
        match (legal_title, number, at, tax_office, address, province, district, postcode) {
            (
                Some(legal_title),
                Some(number),
                Some(at),
                Some(tax_office),
                Some(address),
                Some(province),
                Some(district),
                Some(postcode),
            ) => Ok(TaxIdentity {
                legal_title,
                number,
                office_province: at.code.clone(),
                tax_office,
                province: province.code.clone(),
                district,
                address,
                postcode,
            }),
            _ => Err(errors.into_error()),
        }
    }

    /// Errors: `ChoiceUnknown`, `CompanyTitle`.
    fn parse_taxpayer(&self) -> Result<Taxpayer, Code> {
        match Taxpayer::parse(&self.taxpayer)? {
            Taxpayer::SoleTrader if names_a_company(&self.legal_title) => Err(Code::CompanyTitle),
            taxpayer => Ok(taxpayer),
        }
    }

    /// An office of the list, or a name that was written. Errors at `tax_office` and `tax_office_name`.
    fn parse_office(&self, province: &Province, errors: &mut FieldErrors) -> Option<String> {
        let written = !self.tax_office_name.trim().is_empty();
        match self.tax_office.as_str() {
            "" if !written => errors.keep("tax_office", Err(Code::Required)),
            "" | OTHER_OFFICE => {
                let name =
                    errors.keep("tax_office_name", one_line(&self.tax_office_name, Self::MAX_OFFICE))?;
                // It is in the list after all, spelled otherwise.
                let listed = province.tax_offices.iter().find(|listed| fold(listed) == fold(&name));
                Some(listed.cloned().unwrap_or(name))
            }
            chosen if !province.tax_offices.iter().any(|listed| listed == chosen) => {
                errors.keep("tax_office", Err(Code::TaxOfficeElsewhere))
            }
            _ if written => errors.keep("tax_office_name", Err(Code::TaxOfficeTwice)),
            chosen => Some(chosen.to_owned()),
        }
    }

    /// Errors: `Required`, `DistrictElsewhere`.
    fn parse_district(&self, province: &Province) -> Result<String, Code> {
        match self.district.as_str() {
            "" => Err(Code::Required),
            name if province.districts.iter().any(|district| district == name) => Ok(name.to_owned()),
            _ => Err(Code::DistrictElsewhere),
        }
    }

    /// Post codes begin with the plate code of their province. Errors: `PostcodeInvalid`.
    fn parse_postcode(&self, province: Option<&Province>) -> Result<String, Code> {
        let digits: String = self.postcode.chars().filter(|mark| !mark.is_whitespace()).collect();
        let fits = digits.len() == 5
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && province.is_none_or(|province| digits.starts_with(&province.code));
        if fits || digits.is_empty() { Ok(digits) } else { Err(Code::PostcodeInvalid) }
    }
}

/// Errors: `Required`, `ChoiceUnknown`.
fn find_in<'p>(find: impl Fn(&str) -> Option<&'p Province>, code: &str) -> Result<&'p Province, Code> {
    if code.is_empty() { Err(Code::Required) } else { find(code).ok_or(Code::ChoiceUnknown) }
}

/// Whether a title says that its bearer is a company: law 6102, articles 42 to 44, makes it name its form.
fn names_a_company(title: &str) -> bool {
    let folded = fold(title);
    let words: Vec<&str> = folded.split(' ').collect();
    let abbreviated = words.windows(2).skip(2).any(|pair| pair == ["a", "s"]) || words.ends_with(&["a", "s"]);
    // Aş is a family name too: of a person it is the second or the third word.
    let written_as_one = title.split_whitespace().skip(3).any(|word| word == "AŞ");
    abbreviated
        || written_as_one
        || words.iter().any(|word| matches!(*word, "sirketi" | "sti" | "ltd" | "kooperatifi"))
}

#[cfg(test)]
mod tests;
