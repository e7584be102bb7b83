//! One row per change: who, what, from what to what. Written in the transaction of the change.

use domain::OrganisationId;
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Option<Uuid>,
    /// Nobody when the change came from a mailed link or from the shell of the machine.
    pub person_id: Option<Uuid>,
    /// `general.save`, `entrance.reset_password`: room and use-case.
    pub action: String,
    /// The changed fields as a JSON object, without secrets.
    pub before: String,
    pub after: String,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// Newest first: UUID version 7 sorts by time.
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).order_by_desc(Column::Id)
    }
}
