//! A campaign: an agent calls everybody who stood on a list, a few at a time.

use domain::{CampaignId, OrganisationId, campaigns::State};
use sea_orm::{
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};

use crate::written;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "campaign")]
pub struct Model {
    /// UUID version 7: sorts by when it was planned.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub name: String,
    /// Null: the agent was deleted.
    pub agent_id: Option<Uuid>,
    /// The list's name when it was planned; whom it calls are its targets.
    pub list_name: String,
    /// The word of a `domain::campaigns::State`.
    pub state: String,
    /// It calls nobody before.
    pub starts_at: DateTimeUtc,
    /// The most calls at once; 0: as many as there are free slots.
    pub at_once: i32,
    /// How often somebody who is not reached is called, the first time among them.
    pub attempts: i32,
    pub retry_minutes: i32,
    /// Why the upstream platform takes no calls: the word of a class of failure.
    pub trouble: Option<String>,
    /// It calls nobody until then, after trouble.
    pub retry_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    /// Grows by one with each change that a person makes.
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
    #[sea_orm(
        belongs_to = "super::agent::Entity",
        from = "Column::AgentId",
        to = "super::agent::Column::Id",
        on_delete = "SetNull"
    )]
    Agent,
}

impl Related<super::agent::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Agent.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// That a campaign is under way.
    pub fn is_active() -> Expr {
        Expr::col((Self, Column::State)).eq(written(State::Active.as_str()))
    }

    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0))
    }
}

impl Model {
    pub const fn id(&self) -> CampaignId {
        CampaignId(self.id)
    }

    pub fn state(&self) -> State {
        State::from_column(&self.state)
    }
}
