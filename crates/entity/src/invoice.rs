//! An invoice or a credit note, as it was issued. Never changed: the database refuses. It stays when its organisation goes.

use domain::{
    InvoiceId, Language, OrganisationId,
    invoices::{Kind, Sums},
    money::Money,
};
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    /// The word of a `domain::invoices::Kind`.
    pub kind: String,
    pub number: String,
    /// The invoice that a credit note takes back.
    pub refers_to: Option<Uuid>,
    /// Why, in the words of staff; else empty.
    pub reason: String,
    /// The days it is about.
    pub first_day: Date,
    pub last_day: Date,
    pub issued_at: DateTimeUtc,
    /// The date of that in `time_zone`.
    pub issued_on: Date,
    /// The organisation's, then.
    pub time_zone: String,
    /// As that.
    pub language: String,
    /// JSON of `domain::invoices::Seller` and `Buyer`.
    pub seller: String,
    pub buyer: String,
    /// The random part of the name of the logo then, of which invoices have a copy of their own.
    pub logo: Option<String>,
    /// In kuruş; of a credit note as well, what it gives back.
    pub net: i64,
    pub tax: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// Newest first.
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find()
            .filter(Column::OrganisationId.eq(organisation.0))
            .order_by_desc(Column::IssuedAt)
            .order_by_desc(Column::Number)
    }
}

impl Model {
    pub const fn id(&self) -> InvoiceId {
        InvoiceId(self.id)
    }

    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId(self.organisation_id)
    }

    pub fn kind(&self) -> Kind {
        Kind::from_column(&self.kind)
    }

    pub fn language(&self) -> Language {
        Language::from_tag(&self.language).unwrap_or_default()
    }

    pub const fn sums(&self) -> Sums {
        Sums { net: Money(self.net), tax: Money(self.tax) }
    }
}
