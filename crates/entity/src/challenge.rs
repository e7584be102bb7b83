//! A sign-in whose password was right and whose code is still owed. It is no session and opens nothing.

use domain::PersonId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    pub person_id: Uuid,
    /// The guess budget that its codes are taken from.
    pub subject: String,
    /// The browser, if the person had signed in from it before.
    pub browser_id: Option<Uuid>,
    pub next: String,
    pub tries: i32,
    pub expires_at: DateTimeUtc,
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
    pub fn by_token_hash(hash: &[u8]) -> Select<Self> {
        Self::find().filter(Column::TokenHash.eq(hash))
    }
}

impl Model {
    pub const fn person(&self) -> PersonId {
        PersonId(self.person_id)
    }
}
