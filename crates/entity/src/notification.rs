//! Something that one member of an organisation is told: in the bell, and perhaps by mail. It goes with the membership.

use domain::{OrganisationId, PersonId, notifications::News};
use sea_orm::{
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};

use crate::written;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub person_id: Uuid,
    /// What it is about; nobody is told of the same thing twice.
    pub key: String,
    /// A `domain::notifications::News`, as JSON.
    pub news: String,
    pub created_at: DateTimeUtc,
    pub seen_at: Option<DateTimeUtc>,
    /// `none`, `waiting` for a digest, or `sent`.
    pub mail: String,
}

/// The words of [`Model::mail`].
pub const NONE: &str = "none";
pub const WAITING: &str = "waiting";
pub const SENT: &str = "sent";

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0))
    }

    /// Those that wait for a digest.
    pub fn waiting(organisation: OrganisationId) -> Select<Self> {
        Self::in_organisation(organisation).filter(Expr::col((Self, Column::Mail)).eq(written(WAITING)))
    }

    pub fn of_member(organisation: OrganisationId, person: PersonId) -> Select<Self> {
        Self::in_organisation(organisation).filter(Column::PersonId.eq(person.0))
    }
}

impl Model {
    /// `None` if another version of the program wrote it.
    pub fn news(&self) -> Option<News> {
        serde_json::from_str(&self.news).ok()
    }
}
