//! A telephone call. It has the id of the slot that it holds while it runs.

use domain::{CallId, LeaseId, OrganisationId, calls::Outcome, slots::Direction};
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "call")]
pub struct Model {
    /// UUID version 7: sorts by the start.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    /// The word of a `domain::slots::Direction`.
    pub direction: String,
    /// E.164, or empty where it is withheld.
    pub from_number: String,
    pub to_number: String,
    /// The word of a `domain::calls::Outcome`.
    pub outcome: String,
    pub started_at: DateTimeUtc,
    pub answered_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    /// The organisation's zone when it began, and the date there.
    pub time_zone: String,
    pub day: Date,
    pub transcript: Option<String>,
    /// Grows by one with each change.
    pub version: i64,
    /// Null: unknown, or deleted.
    pub agent_id: Option<Uuid>,
    pub customer_id: Option<Uuid>,
    /// Null: no campaign made it.
    pub campaign_id: Option<Uuid>,
    /// The name of the object that holds the sound; null: there is none. The next two say what it is.
    pub recording: Option<String>,
    pub recording_bytes: Option<i64>,
    pub recording_type: Option<String>,
    /// Null: unknown.
    pub recording_seconds: Option<i32>,
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
    pub const fn id(&self) -> CallId {
        CallId(self.id)
    }

    pub const fn lease(&self) -> LeaseId {
        LeaseId(self.id)
    }

    pub fn direction(&self) -> Direction {
        Direction::from_column(&self.direction)
    }

    pub fn outcome(&self) -> Outcome {
        Outcome::from_column(&self.outcome)
    }

    /// How long somebody spoke, in whole seconds.
    pub fn talk_seconds(&self) -> i64 {
        self.answered_at.zip(self.ended_at).map_or(0, |(from, to)| (to - from).num_seconds().max(0))
    }
}
