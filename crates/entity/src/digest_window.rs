//! What the next daily or weekly digest of an organisation is about. One window begins where the last one ended,
//! whatever happens to the zone or the server meanwhile.

use domain::OrganisationId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "digest_window")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The word of a `domain::notifications::Period`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: String,
    pub starts_at: DateTimeUtc,
    /// The zone in which it began.
    pub starts_zone: String,
    /// What happens from then on is of the next one.
    pub ends_at: DateTimeUtc,
    pub send_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0))
    }
}
