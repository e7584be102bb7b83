//! A file of the knowledge base. A row stands here before its content is stored, and until it is deleted, so that none
//! is forgotten.

use domain::{FileId, OrganisationId, knowledge::Kind};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "knowledge_file")]
pub struct Model {
    /// UUID version 7: sorts by when it was uploaded.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub category_id: Option<Uuid>,
    /// Of one without a category: the deleted one in which it was.
    pub former_category_id: Option<Uuid>,
    pub name: String,
    /// `domain::fold` of the name, for searching.
    pub name_key: String,
    /// The word of a `domain::knowledge::Kind`.
    pub kind: String,
    pub bytes: i64,
    /// SHA-256 of the content.
    pub hash: Vec<u8>,
    /// The random part of its object's name.
    pub object: String,
    pub created_at: DateTimeUtc,
    /// `None`: its content is not whole yet, or is to go.
    pub stored_at: Option<DateTimeUtc>,
    /// Grows by one with each change.
    pub version: i64,
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
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// Those that can be read.
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).filter(Column::StoredAt.is_not_null())
    }

    /// Those whose content is not whole, or is to go.
    pub fn leaving() -> Select<Self> {
        Self::find().filter(Column::StoredAt.is_null())
    }
}

impl Model {
    pub const fn id(&self) -> FileId {
        FileId(self.id)
    }

    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId(self.organisation_id)
    }

    /// A word that is none (any more) is plain text.
    pub fn kind(&self) -> Kind {
        Kind::from_word(&self.kind).unwrap_or(Kind::Txt)
    }

    pub const fn size(&self) -> u64 {
        self.bytes.unsigned_abs()
    }
}
