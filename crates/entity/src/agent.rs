//! An AI agent: who speaks for the organisation in a call that goes out.

use domain::{AgentId, Language, OrganisationId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub name: String,
    /// `domain::fold` of the name: unique within the organisation.
    pub name_key: String,
    /// The tag of a `domain::Language`: what it speaks.
    pub language: String,
    /// What it says first.
    pub greeting: String,
    /// The number it calls from, E.164; empty: the platform's own.
    pub number: String,
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
}

impl Model {
    pub const fn id(&self) -> AgentId {
        AgentId(self.id)
    }

    pub fn language(&self) -> Language {
        Language::from_tag(&self.language).unwrap_or_default()
    }
}
