//! The mails about support: to every owner and administrator, in their language, times in the organisation's zone.

use chrono::{DateTime, Utc};
use domain::{AppError, Role};
use entity::{membership, organisation, person};
use sea_orm::{ColumnTrait, QueryFilter};

pub(super) use crate::mail::SupportNews as News;
use crate::{
    Context,
    failure::OrInternal,
    mail::{Mail, MailKind},
    zones,
};

pub(super) async fn tell(
    context: &Context,
    organisation: &organisation::Model,
    news: News,
) -> Result<(), AppError> {
    let administrators = membership::Entity::in_organisation(organisation.id())
        .filter(membership::Column::Role.is_in([Role::Owner, Role::Admin].map(Role::as_str)))
        .find_also_related(person::Entity)
        .all(context.database.read())
        .await
        .or_internal()?;
    for person in administrators.into_iter().filter_map(|(_, person)| person) {
        let language = person.language().unwrap_or(organisation.language());
        let kind = MailKind::Support {
            news: Box::new(news.clone()),
            organisation: organisation.name.clone(),
            link: context.link("/settings/support"),
        };
        let concerns = Some(organisation.id());
        context.post(Mail { id: context.id(), to: person.email, language, organisation: concerns, kind });
    }
    Ok(())
}

/// An instant with its zone.
pub(super) fn told(organisation: &organisation::Model, at: DateTime<Utc>) -> String {
    zones::told(&organisation.time_zone, at)
}
