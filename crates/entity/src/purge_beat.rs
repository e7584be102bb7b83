//! The one row that says when the purge last looked at the clock.

use domain::data::Beat;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purge_beat")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
    pub at: DateTimeUtc,
    /// Where the clock stood before it jumped; empty where it had never been looked at.
    pub jumped_from: Option<DateTimeUtc>,
    /// Nothing has been deleted since it jumped.
    pub in_doubt: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub const ONLY: i16 = 1;

    pub fn only() -> Select<Self> {
        Self::find_by_id(Self::ONLY)
    }
}

impl Model {
    pub const fn beat(&self) -> Beat {
        Beat { at: self.at, in_doubt: self.in_doubt }
    }
}
