//! An organisation's account with whoever is paid: until when it is charged, and its credit. Its row is the lock of both.

use domain::{OrganisationId, money::Money};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "billing_account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The first day that is in no charge yet, on the organisation's calendar.
    pub charged_from: Date,
    /// In kuruş: the sum of its entries.
    pub credit: i64,
    /// Below it, credit is low; null: nobody is to be told.
    pub threshold: Option<i64>,
    /// Its owners were told so, and it has not risen since.
    pub is_low: bool,
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
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find_by_id(organisation.0)
    }
}

impl Model {
    pub const fn credit(&self) -> Money {
        Money(self.credit)
    }

    pub fn threshold(&self) -> Option<Money> {
        self.threshold.map(Money)
    }
}
