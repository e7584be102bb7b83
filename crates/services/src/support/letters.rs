//! The mails about support: to every owner and administrator, in their language, times in the organisation's zone.

use chrono::{DateTime, Utc};
use domain::{AppError, Role};
use entity::organisation;
use sea_orm::ConnectionTrait;

pub(super) use crate::mail::SupportNews as News;
use crate::{Context, mail::MailKind, members::tell_all, zones};

pub(super) async fn tell(
    context: &Context,
    on: &impl ConnectionTrait,
    organisation: &organisation::Model,
    news: News,
) -> Result<(), AppError> {
    let kind = MailKind::Support {
        news: Box::new(news),
        organisation: organisation.name.clone(),
        link: context.link("/settings/support"),
    };
    tell_all(context, on, organisation, Role::Admin, kind).await
}

/// An instant with its zone.
pub(super) fn told(organisation: &organisation::Model, at: DateTime<Utc>) -> String {
    zones::told(&organisation.time_zone, at)
}
