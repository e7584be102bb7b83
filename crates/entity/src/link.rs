//! A mailed link: single use (the row is deleted when used), hashed, one per person and purpose; only
//! the links "this wasn't me" may be several, one in each mail.

use domain::PersonId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    pub purpose: Purpose,
    pub person_id: Uuid,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// The new address, for [`Purpose::ChangeEmail`]; what to take back, for [`Purpose::NotMe`].
    pub target: Option<String>,
}

/// What opening the link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    #[sea_orm(string_value = "verify")]
    Verify,
    #[sea_orm(string_value = "reset")]
    Reset,
    #[sea_orm(string_value = "change_email")]
    ChangeEmail,
    /// "This wasn't me": ends all sessions and takes the password away.
    #[sea_orm(string_value = "not_me")]
    NotMe,
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
    pub fn by_token_hash(purpose: Purpose, hash: &[u8]) -> Select<Self> {
        Self::find().filter(Column::Purpose.eq(purpose)).filter(Column::TokenHash.eq(hash))
    }
}

impl Model {
    pub const fn person(&self) -> PersonId {
        PersonId(self.person_id)
    }
}
