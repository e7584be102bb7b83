//! A customer: somebody whom the organisation calls, or who calls it.

use domain::{CustomerId, OrganisationId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    /// UUID version 7: sorts by when it was added.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub name: String,
    /// `domain::fold` of the name, for searching.
    pub name_key: String,
    /// E.164; unique within the organisation.
    pub phone: String,
    /// Empty where it is not known.
    pub email: String,
    pub note: String,
    /// No campaign calls them.
    pub do_not_call: bool,
    pub created_at: DateTimeUtc,
    /// Grows by one with each change.
    pub version: i64,
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
        Self::find().filter(Column::OrganisationId.eq(organisation.0))
    }

    pub fn by_phone(organisation: OrganisationId, phone: &str) -> Select<Self> {
        Self::in_organisation(organisation).filter(Column::Phone.eq(phone))
    }
}

impl Model {
    pub const fn id(&self) -> CustomerId {
        CustomerId(self.id)
    }
}
