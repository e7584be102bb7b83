//! What an organisation's people are told: in the bell, and by mail at once or in a digest, as each of them chose.
//!
//! Something is told in the transaction in which it happens (`raise`), to everybody whose role it concerns, once. What waits
//! for a digest waits in the same row that the bell shows, so what was seen there is not mailed any more.

mod announce;
mod bell;
mod choices;
mod digest;
mod unsubscribe;
mod words;

use domain::{
    AppError, PersonId, Role,
    notifications::{Frequency, News},
};
use entity::{
    membership, notification,
    notification::{NONE, SENT, WAITING},
    organisation, person,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::OnConflict,
};

pub(crate) use announce::spread;
pub use announce::{Announced, announce, load_announced};
pub(crate) use bell::purge;
pub use bell::{Notice, count_unseen, load_notices, mark_seen};
pub(crate) use choices::Choices;
pub use choices::{Chosen, load_choices, save_choices, save_defaults};
pub use digest::{Preview, load_previews, sweep};
pub(crate) use digest::{close_window, next_daily, zone_changed};
pub use unsubscribe::{check_unsubscribe, unsubscribe};
pub use words::Line;
pub(crate) use words::line;

use crate::{
    Context,
    failure::OrInternal,
    mail::{Mail, MailKind},
};

/// Something to be told.
pub(crate) struct Raise<'a> {
    pub organisation: &'a organisation::Model,
    /// What it is about, such as `invoice:AYR2026000000001`; nobody is told of the same thing twice.
    pub key: String,
    pub news: News,
    /// Whoever did it knows already.
    pub by: Option<PersonId>,
}

/// Tells everybody in the organisation whose role it concerns; in one that is to be deleted, nobody.
pub(crate) async fn raise(
    context: &Context,
    on: &DatabaseTransaction,
    raised: Raise<'_>,
) -> Result<(), AppError> {
    let Raise { organisation, key, news, by } = raised;
    let (id, event, now) = (organisation.id(), news.event(), context.now());
    if !organisation.stage().is_open() {
        return Ok(());
    }
    let roles = Role::ALL.into_iter().filter(|role| *role >= event.least());
    let people = membership::Entity::in_organisation(id)
        .filter(membership::Column::Role.is_in(roles.map(Role::as_str)))
        .find_also_related(person::Entity)
        .all(on)
        .await
        .or_internal()?;
    let choices = Choices::load(on, id, None).await?;
    let written = serde_json::to_string(&news).or_internal()?;
    for person in people.into_iter().filter_map(|(_, person)| person) {
        if by == Some(person.id()) {
            continue;
        }
        let frequency = choices.of(person.id(), event);
        let row = notification::ActiveModel {
            id: Set(context.id()),
            organisation_id: Set(id.0),
            person_id: Set(person.id),
            key: Set(key.clone()),
            news: Set(written.clone()),
            created_at: Set(now),
            seen_at: Set(None),
            mail: Set(match frequency {
                Frequency::Off => NONE,
                Frequency::Instant => SENT,
                Frequency::Daily | Frequency::Weekly => WAITING,
            }
            .to_owned()),
        };
        let once = OnConflict::columns([
            notification::Column::OrganisationId,
            notification::Column::PersonId,
            notification::Column::Key,
        ])
        .do_nothing()
        .to_owned();
        let told = notification::Entity::insert(row).on_conflict(once).exec_without_returning(on).await;
        if told.or_internal()? == 0 {
            continue;
        }
        if frequency == Frequency::Instant {
            mail_at_once(context, on, organisation, &person, &news).await?;
        }
        if let Some(period) = frequency.period() {
            digest::open_window(context, on, organisation, period).await?;
        }
    }
    Ok(())
}

/// In one mail, whatever the person has chosen.
pub(crate) async fn mail_at_once(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: &organisation::Model,
    person: &person::Model,
    news: &News,
) -> Result<(), AppError> {
    let kind = MailKind::News {
        unsubscribe: unsubscribe::link(context, person.id(), organisation.id(), &[news.event()])?,
        link: context.link(&news.path()),
        news: Box::new(news.clone()),
        organisation: organisation.name.clone(),
    };
    mail(context, on, organisation, person, kind).await
}

/// In the person's own language, else the organisation's.
async fn mail(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: &organisation::Model,
    person: &person::Model,
    kind: MailKind,
) -> Result<(), AppError> {
    let language = person.language().unwrap_or(organisation.language());
    let (to, concerns) = (person.email.clone(), Some(organisation.id()));
    context.post(on, &Mail { id: context.id(), to, language, organisation: concerns, kind }).await
}
