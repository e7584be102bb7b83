//! A logo that may be asked for by its name, without a session: the one of now and those that mails sent earlier show.

use domain::OrganisationId;
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "logo_file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub organisation_id: Uuid,
    pub created_at: DateTimeUtc,
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
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).order_by_desc(Column::CreatedAt)
    }

    pub fn by_name(name: &str) -> Select<Self> {
        Self::find_by_id(name.to_owned())
    }
}

impl Model {
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId(self.organisation_id)
    }
}
