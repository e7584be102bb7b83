//! An organisation's connection to the platform that places its calls. The one that was used before stands beside it
//! for a while, to be fallen back to.

use domain::OrganisationId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upstream")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// An address that passed `services::upstream`, without a slash at its end.
    pub base: String,
    /// `services::sealing::Place::UpstreamKey`.
    pub key: String,
    /// Its last characters.
    pub key_end: String,
    pub old_base: Option<String>,
    /// `services::sealing::Place::UpstreamOldKey`.
    pub old_key: Option<String>,
    pub old_key_end: Option<String>,
    pub old_until: Option<DateTimeUtc>,
    /// When the platform refused a new key and the old one was taken back, and the end of the new one.
    pub rolled_back_at: Option<DateTimeUtc>,
    pub refused_end: Option<String>,
    /// The last test, if there was one.
    pub tested_at: Option<DateTimeUtc>,
    /// The word of a `domain::upstream::Failure`; null: it was good.
    pub failure: Option<String>,
    /// The account's name there.
    pub account: Option<String>,
    /// Words between spaces, those of `domain::upstream::NEEDED` that the key has; null: unknown.
    pub permissions: Option<String>,
    /// Milliseconds.
    pub latency: Option<i32>,
    pub connected_at: DateTimeUtc,
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
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find_by_id(organisation.0)
    }
}

impl Model {
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId(self.organisation_id)
    }

    /// Until when the connection that was used before can be fallen back to, if it can `now`.
    pub fn fallback_until(&self, now: DateTimeUtc) -> Option<DateTimeUtc> {
        self.old_until.filter(|until| *until > now && self.old_key.is_some())
    }
}
