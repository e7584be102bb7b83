//! "Not this mail any more", with one press and without signing in (RFC 8058).
//!
//! The link in a mail carries, sealed, who it went to and what it was about; there is nothing to look up and nothing to
//! guess. It takes mails away and gives nothing, so it does not end.

use domain::{
    AppError, Code, OrganisationId, PersonId,
    notifications::{Event, Frequency},
};
use entity::membership;
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::choices::choose;
use crate::{Context, failure::OrInternal, sealing::Place};

#[derive(Serialize, Deserialize)]
struct Sealed {
    person: Uuid,
    organisation: Uuid,
    events: Vec<Event>,
}

pub(super) fn link(
    context: &Context,
    person: PersonId,
    organisation: OrganisationId,
    events: &[Event],
) -> Result<String, AppError> {
    let sealed = Sealed { person: person.0, organisation: organisation.0, events: events.to_vec() };
    let bytes = serde_json::to_vec(&sealed).or_internal()?;
    Ok(context.link(&format!("/unsubscribe/{}", context.keys.seal(&Place::Unsubscribe, &bytes)?)))
}

fn open(context: &Context, token: &str) -> Result<Sealed, AppError> {
    let bytes = context.keys.open_received(&Place::Unsubscribe, token).ok_or(Code::LinkExpired)?;
    serde_json::from_slice(&bytes).map_err(|_| Code::LinkExpired.into())
}

/// What a link takes away. Errors: `LinkExpired` (made up, or of keys that are gone).
pub fn check_unsubscribe(context: &Context, token: &str) -> Result<Vec<Event>, AppError> {
    open(context, token).map(|sealed| sealed.events)
}

/// Mails the person nothing more about these events, in this organisation. Once more is no error. Errors: `LinkExpired`.
pub async fn unsubscribe(context: &Context, token: &str) -> Result<Vec<Event>, AppError> {
    let (sealed, inner) = (open(context, token)?, context.clone());
    let events = sealed.events.clone();
    let off = context.database.write(move |on| {
        Box::pin(async move {
            let (organisation, person) = (OrganisationId(sealed.organisation), PersonId(sealed.person));
            let member = membership::Entity::find_by_id((organisation.0, person.0)).one(on).await;
            // Whoever is no member any more is mailed nothing anyway.
            if member.or_internal()?.is_some() {
                let chosen = sealed.events.into_iter().map(|event| (event, Some(Frequency::Off))).collect();
                choose(&inner, on, organisation, person, chosen).await?;
            }
            Ok(())
        })
    });
    off.await?;
    Ok(events)
}
