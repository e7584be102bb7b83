//! Everything that an organisation owns, as a file: asked for, made, and for a day there to be downloaded.

use domain::{OrganisationId, data::ExportState};
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_export")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    /// The owner who asked for it.
    pub person_id: Uuid,
    pub state: String,
    /// Rows and files that are written, and how many there were to write when it began.
    pub done: i64,
    pub total: i64,
    /// The random part of the object's name: from before its first byte is stored until it is deleted.
    pub object: Option<String>,
    pub bytes: i64,
    pub asked_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    /// Until when it can be downloaded.
    pub expires_at: Option<DateTimeUtc>,
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
    /// Newest first.
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).order_by_desc(Column::Id)
    }
}

impl Model {
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId(self.organisation_id)
    }

    pub fn state(&self) -> ExportState {
        ExportState::from_column(&self.state)
    }
}
