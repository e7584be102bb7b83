//! A named list of customers: whom a campaign calls.

use domain::{ListId, OrganisationId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_list")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub name: String,
    /// `domain::fold` of the name: unique within the organisation.
    pub name_key: String,
    pub created_at: DateTimeUtc,
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
}

impl Model {
    pub const fn id(&self) -> ListId {
        ListId(self.id)
    }
}
