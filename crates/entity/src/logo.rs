//! The logo of an organisation as it is now. The row stays when the logo goes, so that versions only grow.

use domain::{OrganisationId, branding::Plate};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "logo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The random part of the object names, if there is a logo.
    pub name: Option<String>,
    pub plate: String,
    /// The plate's word for the ground on which the logo can't be seen; empty for none.
    pub fades_on: String,
    /// Of the logo as it is kept, without padding.
    pub width: i32,
    pub height: i32,
    /// Grows by one with each change.
    pub version: i64,
    pub changed_at: DateTimeUtc,
    pub changed_by: Option<Uuid>,
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
    /// An unknown word is no plate.
    pub fn plate(&self) -> Plate {
        Plate::from_word(&self.plate).unwrap_or_default()
    }

    pub fn fades_on(&self) -> Option<Plate> {
        Plate::from_word(&self.fades_on)
    }
}
