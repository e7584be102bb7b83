//! The token of an access key that was just made, sealed: shown to the session that made it until it says it has it. One
//! per session, the newest.

use domain::SessionId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fresh_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    pub key_id: Uuid,
    /// `services::sealing::Place::FreshKey`.
    pub token: String,
    pub expires_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::access_key::Entity",
        from = "Column::KeyId",
        to = "super::access_key::Column::Id",
        on_delete = "Cascade"
    )]
    AccessKey,
}

impl Related<super::access_key::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::AccessKey.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn of_session(session: SessionId) -> Select<Self> {
        Self::find_by_id(session.0)
    }
}
