//! Passkeys: the public half of a key pair in somebody's phone, laptop or security key.

use domain::PersonId;
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    /// What the authenticator calls it (W3C WebAuthn level 3, section 4: credential ID).
    #[sea_orm(unique)]
    pub credential_id: Vec<u8>,
    /// Public key, counter and flags, as JSON of webauthn-rs.
    pub credential: String,
    pub name: String,
    pub created_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
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
    /// Oldest first.
    pub fn of_person(person: PersonId) -> Select<Self> {
        Self::find().filter(Column::PersonId.eq(person.0)).order_by_asc(Column::CreatedAt)
    }

    pub fn by_credential_id(id: &[u8]) -> Select<Self> {
        Self::find().filter(Column::CredentialId.eq(id))
    }
}
