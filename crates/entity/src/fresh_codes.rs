//! Backup codes that were just made, sealed: shown to the session that made them until it says they are saved.

use domain::PersonId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fresh_codes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    pub session_id: Uuid,
    /// `services::sealing::Place::FreshCodes`; the codes, a line each.
    pub codes: String,
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
