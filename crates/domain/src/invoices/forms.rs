//! What is posted about invoices and credit.

use serde::{Deserialize, Serialize};

use super::is_number;
use crate::{AppError, Code, OrganisationId, error::FieldErrors, general::one_line, money::Money};

/// Characters of a reason that staff give.
pub const MOST_IN_REASON: usize = 200;

/// One invoice, by its number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneInvoiceForm {
    pub number: String,
}

impl OneInvoiceForm {
    /// What is no number does not exist: `NotFound`.
    pub fn parse(&self) -> Result<&str, AppError> {
        if is_number(&self.number) { Ok(&self.number) } else { Err(Code::NotFound.into()) }
    }
}

/// The invoice to be mailed once more, to whoever asks.
pub type MailForm = OneInvoiceForm;

/// When credit is low.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdForm {
    /// Empty: nobody is to be told.
    #[serde(default)]
    pub threshold: String,
}

impl ThresholdForm {
    /// Errors: field `threshold` is `AmountInvalid`.
    pub fn parse(&self) -> Result<Option<Money>, AppError> {
        match Money::parse(&self.threshold) {
            Err(Code::Required) => Ok(None),
            Ok(amount) if !amount.is_negative() => Ok(Some(amount)),
            _ => Err(AppError::field("threshold", Code::AmountInvalid)),
        }
    }
}

/// A payment that staff write down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditForm {
    pub organisation: String,
    #[serde(default)]
    pub amount: String,
    #[serde(default)]
    pub reason: String,
}

/// What staff add, or with a minus take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    pub organisation: OrganisationId,
    pub amount: Money,
    pub reason: String,
}

impl CreditForm {
    /// Errors: `NotFound` for what is no identifier; `amount` is `Required` or `AmountInvalid`; `reason` is `Required`,
    /// `ControlCharacter` or `TooLong`.
    pub fn parse(&self) -> Result<Addition, AppError> {
        let organisation = self.organisation.parse().map_err(|_| Code::NotFound)?;
        let mut errors = FieldErrors::default();
        let amount = Money::parse(&self.amount)
            .and_then(|amount| if amount == Money::ZERO { Err(Code::AmountInvalid) } else { Ok(amount) });
        let amount = errors.keep("amount", amount);
        let reason = errors.keep("reason", one_line(&self.reason, MOST_IN_REASON));
        match (amount, reason) {
            (Some(amount), Some(reason)) => Ok(Addition { organisation, amount, reason }),
            _ => Err(errors.into_error()),
        }
    }
}

/// An invoice that staff take back as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditNoteForm {
    pub organisation: String,
    #[serde(default)]
    pub number: String,
    #[serde(default)]
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    pub organisation: OrganisationId,
    pub number: String,
    pub reason: String,
}

impl CreditNoteForm {
    /// Errors: `NotFound` for what is no identifier; `number` is `Required` or `InvoiceUnknown`; `reason` as that of
    /// [`CreditForm`].
    pub fn parse(&self) -> Result<Withdrawal, AppError> {
        let organisation = self.organisation.parse().map_err(|_| Code::NotFound)?;
        let mut errors = FieldErrors::default();
        let typed = self.number.trim().to_ascii_uppercase();
        let number = match typed.is_empty() {
            true => Err(Code::Required),
            false if is_number(&typed) => Ok(typed),
            false => Err(Code::InvoiceUnknown),
        };
        let number = errors.keep("number", number);
        let reason = errors.keep("reason", one_line(&self.reason, MOST_IN_REASON));
        match (number, reason) {
            (Some(number), Some(reason)) => Ok(Withdrawal { organisation, number, reason }),
            _ => Err(errors.into_error()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORGANISATION: &str = "0190b6f0-0000-7000-8000-000000000001";

    #[test]
    fn a_threshold_is_an_amount_or_nothing() {
        let of = |threshold: &str| ThresholdForm { threshold: threshold.into() }.parse();
        assert_eq!((of(" "), of("1.500")), (Ok(None), Ok(Some(Money::lira(1_500)))));
        for wrong in ["-1", "çok"] {
            assert_eq!(of(wrong).unwrap_err().of("threshold"), Some(Code::AmountInvalid), "{wrong}");
        }
    }

    #[test]
    fn staff_say_how_much_and_why() {
        let of = |amount: &str, reason: &str| {
            CreditForm { organisation: ORGANISATION.into(), amount: amount.into(), reason: reason.into() }
                .parse()
        };
        assert_eq!(
            of("2.500,50", " Havale ").map(|added| (added.amount, added.reason)),
            Ok((Money(250_050), "Havale".into()))
        );
        let error = of("0", "").unwrap_err();
        assert_eq!(
            (error.of("amount"), error.of("reason")),
            (Some(Code::AmountInvalid), Some(Code::Required))
        );
    }

    #[test]
    fn an_invoice_is_named_by_its_number() {
        let of = |number: &str| {
            let form = CreditNoteForm {
                organisation: ORGANISATION.into(),
                number: number.into(),
                reason: "Yanlış".into(),
            };
            form.parse().map(|found| found.number).map_err(|error| error.of("number").unwrap())
        };
        assert_eq!(of(" ayr2026000000007 "), Ok("AYR2026000000007".into()));
        assert_eq!((of(""), of("7")), (Err(Code::Required), Err(Code::InvoiceUnknown)));
        assert_eq!(OneInvoiceForm { number: "7".into() }.parse(), Err(Code::NotFound.into()));
    }
}
