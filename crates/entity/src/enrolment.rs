//! An authenticator app that is being set up: its secret, until a code proves that it works.

use domain::PersonId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// The session that began it, and the only one that is shown the secret.
    pub session_id: Uuid,
    /// `services::sealing::Place::EnrolmentSecret`.
    pub secret: String,
    pub expires_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn of_person(person: PersonId) -> Select<Self> {
        Self::find_by_id(person.0)
    }
}
