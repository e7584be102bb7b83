//! One signed-in browser. Only the SHA-256 of its token is stored; ended sessions stay as
//! rows, so that a restored backup cannot bring them back to life.

use domain::{PersonId, SessionId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    pub person_id: Uuid,
    /// The organisation this browser is in now; `None` for staff, whose stays are rows of `support_session`.
    pub organisation_id: Option<Uuid>,
    pub browser: String,
    pub address: String,
    pub created_at: DateTimeUtc,
    /// When the password was last given.
    pub proved_at: DateTimeUtc,
    pub active_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_reason: Option<String>,
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
    #[sea_orm(
        belongs_to = "super::organisation::Entity",
        from = "Column::OrganisationId",
        to = "super::organisation::Column::Id",
        on_delete = "Cascade"
    )]
    Organisation,
}

impl Related<super::organisation::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Organisation.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn by_id(id: SessionId) -> Select<Self> {
        Self::find_by_id(id.0)
    }

    /// Sessions of a person that have not been ended (they may have expired).
    pub fn live_of_person(person: PersonId) -> Select<Self> {
        Self::find().filter(Column::PersonId.eq(person.0)).filter(Column::EndedAt.is_null())
    }
}
