//! How far the deletion of an organisation is: one row per step, in their order, with what went wrong.

use domain::OrganisationId;
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deletion_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The word of a `services::deletion` step.
    #[sea_orm(primary_key, auto_increment = false)]
    pub step: String,
    pub place: i16,
    /// [`WAITING`], [`RUNNING`], [`FAILED`] or [`DONE`].
    pub state: String,
    pub attempts: i16,
    pub error: Option<String>,
    /// What it has removed so far.
    pub rows: i64,
    pub started_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
}

pub const WAITING: &str = "waiting";
pub const RUNNING: &str = "running";
pub const FAILED: &str = "failed";
pub const DONE: &str = "done";

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// In the order in which they are done.
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).order_by_asc(Column::Place)
    }
}
