//! A table that somebody has uploaded to make customers of: theirs alone, for an hour.

use domain::{OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub person_id: Uuid,
    pub file_name: String,
    /// The file, as text.
    pub content: String,
    /// JSON of `domain::customers::import::Choices`: guessed until somebody has chosen.
    pub choices: String,
    pub is_chosen: bool,
    /// Rows that have been taken over or refused, and what became of them.
    pub done: i32,
    pub added: i32,
    pub updated: i32,
    pub unchanged: i32,
    pub refused: i32,
    /// The list they were put on; empty: none.
    pub list_name: String,
    pub expires_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
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
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "Column::PersonId",
        to = "super::person::Column::Id",
        on_delete = "Cascade"
    )]
    Person,
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// Those of one person, who has uploaded them.
    pub fn in_organisation(organisation: OrganisationId, person: PersonId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).filter(Column::PersonId.eq(person.0))
    }
}
