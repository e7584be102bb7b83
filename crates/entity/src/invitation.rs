//! An address that was asked to join an organisation: one row per address, deleted when it is accepted or revoked.

use domain::{InvitationId, OrganisationId, Role};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    /// As it was typed; `email_key` is the normalised form.
    pub email: String,
    pub email_key: String,
    pub role: String,
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    /// Nobody when that person's account is gone.
    pub invited_by: Option<Uuid>,
    /// When the newest mail was sent.
    pub sent_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::organisation::Entity",
        from = "Column::OrganisationId",
        to = "super::organisation::Column::Id",
        on_delete = "Cascade"
    )]
    Organisation,
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "Column::InvitedBy",
        to = "super::person::Column::Id",
        on_delete = "SetNull"
    )]
    InvitedBy,
}

impl Related<super::person::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::InvitedBy.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0))
    }

    pub fn by_token_hash(hash: &[u8]) -> Select<Self> {
        Self::find().filter(Column::TokenHash.eq(hash))
    }
}

impl Model {
    pub const fn id(&self) -> InvitationId {
        InvitationId(self.id)
    }

    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId(self.organisation_id)
    }

    /// An unknown word gives the least role: a row this version cannot read must not give rights.
    pub fn role(&self) -> Role {
        Role::from_word(&self.role).unwrap_or(Role::Member)
    }
}
