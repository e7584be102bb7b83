//! The authenticator app of a person: the shared secret, sealed, and the last time step whose code was used.

use domain::PersonId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authenticator")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// `services::sealing::Place::AuthenticatorSecret`.
    pub secret: String,
    /// RFC 6238 time step; only codes of later steps are accepted.
    pub last_step: i64,
    pub confirmed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
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
    pub fn of_person(person: PersonId) -> Select<Self> {
        Self::find_by_id(person.0)
    }
}
