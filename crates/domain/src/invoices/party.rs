//! Who an invoice is from and to, as they were when it was issued.

use serde::{Deserialize, Serialize};

use crate::billing::Taxpayer;

/// Whoever runs this installation and is paid for it; what the configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    pub title: String,
    /// VKN; empty: not configured.
    pub tax_number: String,
    pub tax_office: String,
    /// Lines.
    pub address: String,
    pub email: String,
}

/// The organisation, without a national number: that is kept sealed, apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// The organisation's own name.
    pub name: String,
    /// [`Taxpayer::word`].
    pub taxpayer: String,
    pub legal_title: String,
    /// Of a company.
    pub tax_number: String,
    pub tax_office: String,
    /// Names, not codes.
    pub office_province: String,
    pub address: String,
    pub postcode: String,
    pub district: String,
    pub province: String,
}

impl Buyer {
    pub fn is_person(&self) -> bool {
        self.taxpayer == Taxpayer::SoleTrader.word()
    }
}
