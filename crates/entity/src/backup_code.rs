//! Backup codes: salted hashes, each used once.

use domain::PersonId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "backup_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub salt: Vec<u8>,
    pub hash: Vec<u8>,
    pub used_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn of_person(person: PersonId) -> Select<Self> {
        Self::find().filter(Column::PersonId.eq(person.0))
    }

    pub fn unused_of_person(person: PersonId) -> Select<Self> {
        Self::of_person(person).filter(Column::UsedAt.is_null())
    }
}
