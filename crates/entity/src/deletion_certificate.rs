//! What proves that an organisation was deleted: begun when that begins, signed when it is done, kept for its former owners.

use domain::OrganisationId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deletion_certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub organisation_id: Uuid,
    /// SHA-256 of the token in the mailed address.
    #[sea_orm(unique)]
    pub token_hash: Option<Vec<u8>>,
    /// Name and address of whoever asked for it.
    pub requested_by: String,
    pub requested_at: DateTimeUtc,
    pub begun_at: DateTimeUtc,
    /// `None` until everything is gone.
    pub issued_at: Option<DateTimeUtc>,
    /// Who is to be mailed, as JSON; nothing once they were.
    pub recipients: Option<String>,
    /// The signed file, letter by letter.
    pub body: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0))
    }

    pub fn by_token_hash(hash: &[u8]) -> Select<Self> {
        Self::find().filter(Column::TokenHash.eq(hash))
    }
}
