//! Somebody whom a campaign calls.

use domain::{CampaignId, campaigns::TargetState};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "campaign_target")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub campaign_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: Uuid,
    pub organisation_id: Uuid,
    /// The word of a `domain::campaigns::TargetState`.
    pub state: String,
    /// Calls so far.
    pub attempts: i32,
    /// Not called before.
    pub next_at: DateTimeUtc,
    /// The last call.
    pub call_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::campaign::Entity",
        from = "Column::CampaignId",
        to = "super::campaign::Column::Id",
        on_delete = "Cascade"
    )]
    Campaign,
    #[sea_orm(
        belongs_to = "super::customer::Entity",
        from = "Column::CustomerId",
        to = "super::customer::Column::Id",
        on_delete = "Cascade"
    )]
    Customer,
}

impl Related<super::customer::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Customer.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn of_campaign(campaign: CampaignId) -> Select<Self> {
        Self::find().filter(Column::CampaignId.eq(campaign.0))
    }
}

impl Model {
    pub fn state(&self) -> TargetState {
        TargetState::from_column(&self.state)
    }
}
