//! One row per change: who, what, from what to what. Written in the transaction of the change, never changed after.

use domain::{OrganisationId, PersonId};
use sea_orm::{QueryOrder, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Option<Uuid>,
    /// Nobody when the change came from a mailed link or from the shell of the machine.
    pub person_id: Option<Uuid>,
    /// For whom the person acted, where it was not for themselves.
    pub on_behalf_of: Option<Uuid>,
    /// What stands before the dot of the action.
    pub room: String,
    /// `general.save`, `entrance.reset_password`: room and use-case.
    pub action: String,
    /// The changed fields as a JSON object, without secrets.
    pub before: String,
    pub after: String,
    pub at: DateTimeUtc,
    /// The prefix of the client's address, and the request that did it; empty if it was none.
    pub address: String,
    pub request_id: String,
    /// `None`: for ever.
    pub retained_until: Option<DateTimeUtc>,
    /// The chain the row belongs to, its place there and its hash. `None`: from before there were chains.
    pub chain: Option<Uuid>,
    pub number: Option<i64>,
    pub hash: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which rows of an organisation's trail.
#[derive(Clone, Copy, Debug)]
pub struct Trail {
    pub organisation: OrganisationId,
    pub person: Option<PersonId>,
    pub room: Option<&'static str>,
    pub action: Option<&'static str>,
    /// The least id, and the first one that is too great. Ids tell the time, so one index finds and sorts.
    pub from: Option<Uuid>,
    pub until: Option<Uuid>,
}

impl Entity {
    /// Newest first: UUID version 7 sorts by time.
    pub fn in_organisation(organisation: OrganisationId) -> Select<Self> {
        Self::find().filter(Column::OrganisationId.eq(organisation.0)).order_by_desc(Column::Id)
    }

    /// The rows of a trail, in no order yet.
    pub fn in_trail(trail: &Trail) -> Select<Self> {
        let mut rows = Self::find().filter(Column::OrganisationId.eq(trail.organisation.0));
        if let Some(person) = trail.person {
            rows = rows.filter(Column::PersonId.eq(person.0));
        }
        if let Some(room) = trail.room {
            rows = rows.filter(Column::Room.eq(room));
        }
        if let Some(action) = trail.action {
            rows = rows.filter(Column::Action.eq(action));
        }
        if let Some(from) = trail.from {
            rows = rows.filter(Column::Id.gte(from));
        }
        if let Some(until) = trail.until {
            rows = rows.filter(Column::Id.lt(until));
        }
        rows
    }

    /// The rows of a chain after the one with this number, in their order.
    pub fn in_chain(chain: Uuid, after: i64) -> Select<Self> {
        Self::find()
            .filter(Column::Chain.eq(chain))
            .filter(Column::Number.gt(after))
            .order_by_asc(Column::Number)
    }
}
