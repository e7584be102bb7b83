//! What changed an organisation's credit, and what it came to. Never changed: the database refuses.

use domain::{OrganisationId, invoices::Booking, money::Money};
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credit_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    /// The word of a `domain::invoices::Booking`.
    pub kind: String,
    /// In kuruş.
    pub amount: i64,
    /// Credit after it.
    pub balance: i64,
    /// Of the invoice or credit note.
    pub number: Option<String>,
    /// What staff said; else empty.
    pub reason: String,
    pub at: DateTimeUtc,
    /// Who of staff.
    pub person_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::organisation::Entity",
        from = "Column::OrganisationId",
        to = "super::organisation::Column::Id",
        on_delete = "Cascade"
    )]
    Organisation,
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// Newest first.
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).order_by_desc(Column::Id)
    }
}

impl Model {
    pub fn booking(&self) -> Booking {
        Booking::from_column(&self.kind)
    }

    pub const fn amount(&self) -> Money {
        Money(self.amount)
    }

    pub const fn balance(&self) -> Money {
        Money(self.balance)
    }
}
