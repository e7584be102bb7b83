//! A question put to a browser's authenticator, waiting for its answer. Deleted when answered, so answered once.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ceremony")]
pub struct Model {
    /// Random: it travels to the browser and back.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub purpose: Purpose,
    /// Nobody yet, when the passkey itself is to say who it is.
    pub person_id: Option<Uuid>,
    /// What a new passkey is to be called.
    pub name: Option<String>,
    /// What webauthn-rs has to remember, as JSON.
    pub state: String,
    pub expires_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    /// A new passkey for somebody who is signed in.
    #[sea_orm(string_value = "add")]
    Add,
    /// Signing in with nothing but a passkey.
    #[sea_orm(string_value = "sign_in")]
    SignIn,
    /// The second step of a sign-in.
    #[sea_orm(string_value = "second_step")]
    SecondStep,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
