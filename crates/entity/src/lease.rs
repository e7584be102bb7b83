//! A slot that is or was held. Its holder prolongs it while the call runs; one whose time has run out is free, whether or
//! not anybody has written that down. The row stays for an hour, so that its holder learns what became of it.

use domain::{LeaseId, OrganisationId, slots::Direction};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lease")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    /// The word of a `domain::slots::Direction`.
    pub direction: String,
    pub acquired_at: DateTimeUtc,
    /// When it ends, unless it is prolonged; when it ended.
    pub expires_at: DateTimeUtc,
    /// Counted in `slot_pool`.
    pub held: bool,
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
    pub const fn id(&self) -> LeaseId {
        LeaseId(self.id)
    }

    pub fn direction(&self) -> Direction {
        Direction::from_column(&self.direction)
    }
}
