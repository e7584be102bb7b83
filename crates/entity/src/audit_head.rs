//! How long each chain of the audit trail is and the hash of its last row; locked while a row is added.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
pub struct Model {
    /// The organisation, or the person of what concerns no organisation. Nil: the rows from before there were chains.
    #[sea_orm(primary_key, auto_increment = false)]
    pub chain: Uuid,
    pub count: i64,
    pub hash: Vec<u8>,
    /// How many of them were purged, the oldest ones, and the hash of the last of these: the chain is walked from there.
    pub purged: i64,
    pub purged_hash: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
