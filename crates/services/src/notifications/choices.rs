//! How often each person is mailed about each event: their own choice, else the organisation's, else what is usual.

use std::collections::HashMap;

use domain::{
    Admin, AppError, Code, Member, OrganisationId, PersonId,
    notifications::{Event, FrequenciesForm, Frequency},
};
use entity::{
    membership, notification, notification::NONE, notification_choice, notification_default, organisation,
    person,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};
use serde_json::{Map, Value};

use super::digest;
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
};

/// What holds for one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub event: Event,
    /// The organisation's.
    pub default: Frequency,
    /// One's own, if one has chosen.
    pub own: Option<Frequency>,
}

impl Chosen {
    pub fn effective(self) -> Frequency {
        self.own.unwrap_or(self.default)
    }
}

/// The choices of an organisation and its people.
pub(crate) struct Choices {
    defaults: HashMap<Event, Frequency>,
    own: HashMap<(PersonId, Event), Frequency>,
}

impl Choices {
    /// Of everybody, or of one person. A word that this version does not know counts as not chosen.
    pub(crate) async fn load(
        on: &impl ConnectionTrait,
        organisation: OrganisationId,
        person: Option<PersonId>,
    ) -> Result<Self, AppError> {
        let defaults = notification_default::Entity::in_organisation(organisation).all(on).await;
        let mut own = notification_choice::Entity::in_organisation(organisation);
        if let Some(person) = person {
            own = own.filter(notification_choice::Column::PersonId.eq(person.0));
        }
        let read = |event: &str, frequency: &str| {
            Some((Event::from_word(event).ok()?, Frequency::from_word(frequency).ok()?))
        };
        let defaults = defaults.or_internal()?;
        let own = own.all(on).await.or_internal()?;
        Ok(Self {
            defaults: defaults.iter().filter_map(|row| read(&row.event, &row.frequency)).collect(),
            own: own
                .iter()
                .filter_map(|row| {
                    let (event, frequency) = read(&row.event, &row.frequency)?;
                    Some(((PersonId(row.person_id), event), frequency))
                })
                .collect(),
        })
    }

    fn default(&self, event: Event) -> Frequency {
        self.defaults.get(&event).copied().unwrap_or(event.usual())
    }

    pub(crate) fn of(&self, person: PersonId, event: Event) -> Frequency {
        self.own.get(&(person, event)).copied().unwrap_or_else(|| self.default(event))
    }
}

/// The events that concern the reader's role, in the order of the page.
pub async fn load_choices(context: &Context, member: Member) -> Result<Vec<Chosen>, AppError> {
    let choices = Choices::load(context.database.read(), member.organisation, Some(member.person)).await?;
    let events = Event::ALL.iter().copied().filter(|event| member.role >= event.least());
    Ok(events
        .map(|event| Chosen {
            event,
            default: choices.default(event),
            own: choices.own.get(&(member.person, event)).copied(),
        })
        .collect())
}

/// What an administrator chooses for everybody who has not chosen. Gives the events that changed. Errors: fields.
pub async fn save_defaults(
    context: &Context,
    admin: Admin,
    form: FrequenciesForm,
) -> Result<Vec<Event>, AppError> {
    let (chosen, inner) = (form.parse_defaults()?, context.clone());
    let saved = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock(on, admin.organisation).await?;
            let before = Choices::load(on, admin.organisation, None).await?;
            let changed: Vec<_> =
                chosen.into_iter().filter(|(event, word)| before.default(*event) != *word).collect();
            for (event, frequency) in &changed {
                let row = notification_default::ActiveModel {
                    organisation_id: Set(admin.organisation.0),
                    event: Set(event.word().to_owned()),
                    frequency: Set(frequency.word().to_owned()),
                };
                let replace = OnConflict::columns([
                    notification_default::Column::OrganisationId,
                    notification_default::Column::Event,
                ])
                .update_column(notification_default::Column::Frequency)
                .to_owned();
                let insert = notification_default::Entity::insert(row).on_conflict(replace);
                insert.exec_without_returning(on).await.or_internal()?;
            }
            if changed.is_empty() {
                return Ok(Vec::new());
            }
            let told = |word: &dyn Fn(Event, Frequency) -> Frequency| {
                let pairs = changed.iter().map(|(event, frequency)| {
                    (event.word().to_owned(), Value::from(word(*event, *frequency).word()))
                });
                Value::Object(pairs.collect::<Map<_, _>>())
            };
            let entry = Entry {
                organisation: Some(admin.organisation),
                before: told(&|event, _| before.default(event)),
                after: told(&|_, frequency| frequency),
                ..audit::personal(admin.person, "notifications.save_defaults")
            };
            audit::record(&inner, on, entry).await?;
            settle(&inner, on, &organisation, None).await?;
            Ok(changed.into_iter().map(|(event, _)| event).collect())
        })
    });
    saved.await
}

/// What somebody chooses for themselves, here. Gives the events that changed. Errors: fields.
pub async fn save_choices(
    context: &Context,
    member: Member,
    form: FrequenciesForm,
) -> Result<Vec<Event>, AppError> {
    let (chosen, inner) = (form.parse_own(member.role)?, context.clone());
    context
        .database
        .write(move |on| {
            Box::pin(async move { choose(&inner, on, member.organisation, member.person, chosen).await })
        })
        .await
}

/// Writes choices of one person down; what waited for a digest goes with them. Gives the events that changed.
pub(super) async fn choose(
    context: &Context,
    on: &DatabaseTransaction,
    id: OrganisationId,
    person: PersonId,
    chosen: Vec<(Event, Option<Frequency>)>,
) -> Result<Vec<Event>, AppError> {
    let organisation = lock(on, id).await?;
    let before = Choices::load(on, id, Some(person)).await?;
    let own = |event: &Event| before.own.get(&(person, *event)).copied();
    let changed: Vec<_> = chosen.into_iter().filter(|(event, word)| own(event) != *word).collect();
    for (event, frequency) in &changed {
        let Some(frequency) = frequency else {
            let key = (id.0, person.0, event.word().to_owned());
            notification_choice::Entity::delete_by_id(key).exec(on).await.or_internal()?;
            continue;
        };
        let row = notification_choice::ActiveModel {
            organisation_id: Set(id.0),
            person_id: Set(person.0),
            event: Set(event.word().to_owned()),
            frequency: Set(frequency.word().to_owned()),
        };
        let replace = OnConflict::columns([
            notification_choice::Column::OrganisationId,
            notification_choice::Column::PersonId,
            notification_choice::Column::Event,
        ])
        .update_column(notification_choice::Column::Frequency)
        .to_owned();
        let insert = notification_choice::Entity::insert(row).on_conflict(replace);
        insert.exec_without_returning(on).await.or_internal()?;
    }
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let word = |frequency: Option<Frequency>| frequency.map_or("default", Frequency::word);
    let told = |of: &dyn Fn(&Event, &Option<Frequency>) -> Option<Frequency>| {
        let pairs = changed
            .iter()
            .map(|(event, frequency)| (event.word().to_owned(), Value::from(word(of(event, frequency)))));
        Value::Object(pairs.collect::<Map<_, _>>())
    };
    let entry = Entry {
        before: told(&|event, _| own(event)),
        after: told(&|_, frequency| *frequency),
        ..audit::personal(person, "notifications.save_choices")
    };
    audit::record(context, on, entry).await?;
    settle(context, on, &organisation, Some(person)).await?;
    Ok(changed.into_iter().map(|(event, _)| event).collect())
}

/// The organisation, and its windows locked: what waits is not sent by two at once.
async fn lock(on: &DatabaseTransaction, id: OrganisationId) -> Result<organisation::Model, AppError> {
    digest::lock_windows(on, id).await?;
    organisation::Entity::by_id(id).one(on).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

/// After a choice changed: what waits and is to be mailed at once now leaves in one digest, and what is to be mailed no more
/// is dropped.
async fn settle(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: &organisation::Model,
    only: Option<PersonId>,
) -> Result<(), AppError> {
    let id = organisation.id();
    let choices = Choices::load(on, id, only).await?;
    let mut waiting = notification::Entity::waiting(id)
        .order_by_asc(notification::Column::PersonId)
        .order_by_asc(notification::Column::Id);
    if let Some(only) = only {
        waiting = waiting.filter(notification::Column::PersonId.eq(only.0));
    }
    let waiting = waiting.all(on).await.or_internal()?;
    let now_is = |row: &notification::Model| {
        row.news().map_or(Frequency::Off, |news| choices.of(PersonId(row.person_id), news.event()))
    };
    let dropped: Vec<_> =
        waiting.iter().filter(|row| now_is(row) == Frequency::Off).map(|row| row.id).collect();
    notification::Entity::update_many()
        .col_expr(notification::Column::Mail, Expr::value(NONE))
        .filter(notification::Column::Id.is_in(dropped))
        .exec(on)
        .await
        .or_internal()?;
    let at_once: Vec<_> = waiting.into_iter().filter(|row| now_is(row) == Frequency::Instant).collect();
    for rows in at_once.chunk_by(|one, other| one.person_id == other.person_id) {
        let Some(first) = rows.first() else { continue };
        let member = membership::Entity::find_by_id((id.0, first.person_id))
            .find_also_related(person::Entity)
            .one(on)
            .await
            .or_internal()?;
        let Some((member, Some(person))) = member else { continue };
        digest::send(context, on, organisation, &member, &person, rows, None).await?;
    }
    for period in domain::notifications::Period::ALL {
        digest::open_window(context, on, organisation, *period).await?;
    }
    Ok(())
}
