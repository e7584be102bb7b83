//! Work that is done by the clock or after an answer: a row per piece, taken by whichever node is free.
//!
//! A row is written in the transaction of what it is about. It is taken for a minute, which the node prolongs while it
//! works; of a node that died another one takes it over. What fails is tried again, later each time, and given up at last:
//! the row stays then, and the operator sees it (`desk`). Work may therefore be done twice, never not at all.

mod desk;
mod minute;
mod worker;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AppError, OrganisationId, deletion::MOST_ATTEMPTS};
use entity::job::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};
use uuid::Uuid;

use crate::{Context, failure::OrInternal, sealing::Place};

pub use desk::{Queue, Troubled, drop_dead, load_queues, load_troubled, purge, retry_dead};
pub use worker::{run_due, work};

/// How long a taken job is left to whoever took it, unless it prolongs that.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How long what was done stays in the table; mails stay as long as every log (`data::purge`).
const KEPT: TimeDelta = TimeDelta::days(1);

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sends one mail to one recipient.
    Mail,
    /// Everything that is looked after each minute.
    Minute,
    /// Closes the window of one organisation's daily or weekly digest.
    Digest,
    /// Tells every organisation what staff have announced.
    Announce,
    /// Deletes files of which no row knows any more.
    Erase,
    /// Deletes logs whose time is over.
    Purge,
    /// Makes a file of everything that an organisation owns.
    Export,
    /// Takes one organisation apart.
    Deletion,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Mail,
        Self::Minute,
        Self::Digest,
        Self::Announce,
        Self::Erase,
        Self::Purge,
        Self::Export,
        Self::Deletion,
    ];

    /// Its word in the table, in the log and in `ayar jobs`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Minute => "minute",
            Self::Digest => "digest",
            Self::Announce => "announce",
            Self::Erase => "erase",
            Self::Purge => "purge",
            Self::Export => "export",
            Self::Deletion => "deletion",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// How often it is tried before it is given up: a mail for a day and a half.
    pub(crate) const fn tries(self) -> i16 {
        match self {
            Self::Mail | Self::Erase => 13,
            Self::Minute => 1,
            Self::Digest | Self::Announce | Self::Purge => 8,
            Self::Export => 3,
            Self::Deletion => MOST_ATTEMPTS,
        }
    }

    /// How often it is due, of what is done regularly.
    const fn every(self) -> Option<TimeDelta> {
        match self {
            Self::Minute => Some(TimeDelta::minutes(1)),
            Self::Purge => Some(TimeDelta::days(1)),
            Self::Mail | Self::Digest | Self::Announce | Self::Erase | Self::Export | Self::Deletion => None,
        }
    }
}

/// How long to wait after so many tries: five seconds, then four times as long each time, at most six hours.
fn pause(attempts: i16) -> TimeDelta {
    let times = 4_i64.saturating_pow(u32::from(attempts.saturating_sub(1).unsigned_abs()));
    TimeDelta::seconds(5_i64.saturating_mul(times).min(6 * 60 * 60))
}

/// Why a piece of work was not done, in words for the operator.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// It may go better later.
    ForNow(String),
    /// It never will.
    ForGood(String),
}

impl Failed {
    fn into_words(self) -> String {
        match self {
            Self::ForNow(why) | Self::ForGood(why) => why,
        }
    }
}

impl From<AppError> for Failed {
    fn from(error: AppError) -> Self {
        Self::ForNow(format!("{error}; the log says why"))
    }
}

/// A job to be noted.
pub(crate) struct New<'a> {
    pub id: Uuid,
    pub kind: Kind,
    pub key: &'a str,
    pub payload: Option<&'a [u8]>,
    pub due_at: DateTime<Utc>,
}

/// Notes a job in the transaction of what it is about; nothing, if one of this kind and key stands there.
pub(crate) async fn note(context: &Context, on: &impl ConnectionTrait, new: New<'_>) -> Result<(), AppError> {
    note_for(context, on, None, new).await
}

/// [`note`] of what one organisation sees in its own table of what is kept.
pub(crate) async fn note_for(
    context: &Context,
    on: &impl ConnectionTrait,
    organisation: Option<OrganisationId>,
    new: New<'_>,
) -> Result<(), AppError> {
    let payload =
        new.payload.map(|payload| context.keys.seal(&Place::JobPayload(new.id), payload)).transpose()?;
    let row = ActiveModel {
        id: Set(new.id),
        name: Set(new.kind.word().to_owned()),
        key: Set(new.key.to_owned()),
        payload: Set(payload),
        due_at: Set(new.due_at),
        free_at: Set(new.due_at),
        runner: Set(None),
        attempts: Set(0),
        error: Set(None),
        ended_at: Set(None),
        dead: Set(false),
        organisation_id: Set(organisation.map(|id| id.0)),
    };
    let once = OnConflict::columns([Column::Name, Column::Key]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(once).exec_without_returning(on).await.or_internal()?;
    context.database.bell().pull();
    Ok(())
}

/// Notes the next run of what is done regularly, after the one that was due at `last`: also for a clock that went back, else
/// there would be none any more.
async fn note_regular(
    context: &Context,
    on: &impl ConnectionTrait,
    kind: Kind,
    last: Option<DateTime<Utc>>,
) -> Result<(), AppError> {
    let Some(every) = kind.every() else { return Ok(()) };
    let now = context.now();
    let (after, step) = (last.map_or(now, |last| last.max(now)).timestamp(), every.num_seconds());
    let due_at = DateTime::from_timestamp((after / step + 1) * step, 0).unwrap_or_default();
    let new = New { id: context.id(), kind, key: &due_at.to_rfc3339(), payload: None, due_at };
    note(context, on, new).await
}

/// What a job was given.
pub(crate) fn payload(context: &Context, job: &Model) -> Result<Vec<u8>, Failed> {
    let sealed = job.payload.as_deref().ok_or_else(|| Failed::ForGood("nothing is left of it".to_owned()))?;
    context
        .keys
        .unseal(&Place::JobPayload(job.id), sealed)
        .map_err(|_| Failed::ForGood("it can't be decrypted with the keys of this server".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_try_waits_longer_and_none_over_six_hours() {
        let seconds: Vec<i64> = (1..=9).map(|attempts| pause(attempts).num_seconds()).collect();
        assert_eq!(seconds, [5, 20, 80, 320, 1280, 5120, 20480, 21600, 21600]);
        assert_eq!(pause(i16::MAX), TimeDelta::hours(6));
        // A mail is not given up in a bad day.
        let all: TimeDelta = (1..Kind::Mail.tries()).map(pause).sum();
        assert!(all > TimeDelta::hours(30), "{all}");
    }

    #[test]
    fn every_kind_is_found_by_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.word()), Some(kind));
        }
        assert_eq!(Kind::parse("nonsense"), None);
    }
}
