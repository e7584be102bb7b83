//! A piece of work that is done by the clock or after an answer. A mail is one; so is each run of what is done regularly.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Of a mail also its Message-ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The word of a `services::jobs::Kind`.
    pub name: String,
    /// With the name unique: the same work is never noted twice. Of a regular run the time at which it is due.
    pub key: String,
    /// What the work needs to know, sealed: links in mails open accounts. Gone when it is done.
    pub payload: Option<String>,
    pub due_at: DateTimeUtc,
    /// From when on it may be taken: the next try, or the moment at which whoever took it is given up.
    pub free_at: DateTimeUtc,
    /// Who has it; each taking has its own.
    pub runner: Option<Uuid>,
    /// How often it was taken.
    pub attempts: i16,
    /// Why the last try failed; for the operator.
    pub error: Option<String>,
    pub ended_at: Option<DateTimeUtc>,
    /// Given up; only somebody who asks for it brings it back.
    pub dead: bool,
    /// Whom a mail concerns.
    pub organisation_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// What is waiting or running.
    pub fn open() -> Select<Self> {
        Self::find().filter(Column::EndedAt.is_null())
    }

    pub fn dead() -> Select<Self> {
        Self::find().filter(Column::Dead.eq(true))
    }
}
