//! A category of the knowledge base, or one below another one.

use domain::{CategoryId, OrganisationId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "knowledge_category")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    /// `None`: it stands on the first level.
    pub parent_id: Option<Uuid>,
    pub name: String,
    /// `domain::fold::lower` of the name: unique beside each other.
    pub name_key: String,
    /// Ascending among those beside it; not every number is taken.
    pub place: i32,
    pub created_at: DateTimeUtc,
    /// Grows by one with each change of its name or parent.
    pub version: i64,
    /// It is on its way out; until it is swept it can be taken back.
    pub deleted_at: Option<DateTimeUtc>,
    /// Which one was deleted: itself, or the one it stood below.
    pub deleted_with: Option<Uuid>,
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
    /// Those that are not deleted.
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).filter(Column::DeletedAt.is_null())
    }

    /// Those that can be taken back.
    pub fn deleted_in(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).filter(Column::DeletedAt.is_not_null())
    }
}

impl Model {
    pub const fn id(&self) -> CategoryId {
        CategoryId(self.id)
    }
}
