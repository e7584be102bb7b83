//! A person: somebody who can sign in. `email_key` is the normalised address.

use domain::{Language, PersonId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub email: String,
    #[sea_orm(unique)]
    pub email_key: String,
    pub verified_at: Option<DateTimeUtc>,
    pub password_hash: String,
    /// A language tag when the person overrides the organisation's.
    pub language: Option<String>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn by_id(id: PersonId) -> Select<Self> {
        Self::find_by_id(id.0)
    }

    pub fn by_email_key(key: &str) -> Select<Self> {
        Self::find().filter(Column::EmailKey.eq(key))
    }
}

impl Model {
    pub const fn id(&self) -> PersonId {
        PersonId(self.id)
    }

    /// The person's own choice of language, if they made one.
    pub fn language(&self) -> Option<Language> {
        self.language.as_deref().and_then(Language::from_tag)
    }
}
