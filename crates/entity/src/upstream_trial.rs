//! A connection that somebody has just tried out, and how it went: kept for the session that did, to be saved. One per
//! session, the newest.

use domain::{OrganisationId, SessionId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upstream_trial")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    pub organisation_id: Uuid,
    pub base: String,
    /// `services::sealing::Place::UpstreamTrial`.
    pub key: String,
    pub key_end: String,
    pub tested_at: DateTimeUtc,
    /// These four as in `upstream`.
    pub failure: Option<String>,
    pub account: Option<String>,
    pub permissions: Option<String>,
    pub latency: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// Of a session, made where it stands now.
    pub fn of_session(session: SessionId, organisation: OrganisationId) -> Select<Self> {
        Self::find_by_id(session.0).filter(Column::OrganisationId.eq(organisation.0))
    }
}
