//! Choices, the next digests, and what somebody has been told.

use domain::{
    entrance::VerifyForm,
    notifications::{Event, FrequenciesForm, Frequency, Period},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::server_side as server,
    domain::{Code, Role},
    services::notifications,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationsPage {
    /// The events that concern the reader.
    pub events: Vec<EventLine>,
    /// The reader also chooses for the organisation.
    pub administers: bool,
    pub digests: Vec<DigestLine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLine {
    pub event: Event,
    pub default: Frequency,
    pub own: Option<Frequency>,
}

/// A digest as it would be if it were sent now. Times with their zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestLine {
    pub period: Period,
    pub send_at: String,
    pub from: String,
    pub until: String,
    pub items: Vec<Told>,
    pub more: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub at: String,
    pub title: String,
    pub text: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticesPage {
    /// The newest first.
    pub notices: Vec<NoticeLine>,
    /// The newest that is listed.
    pub last: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeLine {
    pub told: Told,
    pub path: String,
    pub is_seen: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenForm {
    /// The newest that was seen.
    pub last: String,
}

#[server(endpoint = "notifications/load-notifications", protocol = crate::protocol::FormToJson)]
pub async fn load_notifications() -> Result<NotificationsPage, Error> {
    let (context, member, l) = (server::context()?, server::member()?, server::facts().language);
    let chosen = notifications::load_choices(&context, member).await?;
    let digests = notifications::load_previews(&context, member, l).await?;
    let line = |chosen: notifications::Chosen| EventLine {
        event: chosen.event,
        default: chosen.default,
        own: chosen.own,
    };
    let digest = |preview: notifications::Preview| DigestLine {
        period: preview.period,
        send_at: preview.send_at,
        from: preview.from,
        until: preview.until,
        items: preview.items.into_iter().map(told).collect(),
        more: preview.more,
    };
    Ok(NotificationsPage {
        events: chosen.into_iter().map(line).collect(),
        administers: member.role >= Role::Admin,
        digests: digests.into_iter().map(digest).collect(),
    })
}

#[cfg(feature = "ssr")]
fn told((at, line): (String, notifications::Line)) -> Told {
    Told { at, title: line.title, text: line.text }
}

#[server(endpoint = "notifications/save-choices", protocol = crate::protocol::FormToJson)]
pub async fn save_choices(form: FrequenciesForm) -> Result<(), Error> {
    notifications::save_choices(&server::context()?, server::member()?, form).await?;
    Ok(())
}

#[server(endpoint = "notifications/save-defaults", protocol = crate::protocol::FormToJson)]
pub async fn save_defaults(form: FrequenciesForm) -> Result<(), Error> {
    notifications::save_defaults(&server::context()?, server::admin()?, form).await?;
    Ok(())
}

#[server(endpoint = "notifications/load-notices", protocol = crate::protocol::FormToJson)]
pub async fn load_notices() -> Result<NoticesPage, Error> {
    let (visit, l) = (server::visit()?, server::facts().language);
    let found = notifications::load_notices(&server::context()?, server::member()?).await?;
    let last = found.first().map(|notice| notice.id.to_string());
    let line = |notice: notifications::Notice| NoticeLine {
        told: told((server::instant(&visit, l, notice.at), notice.line)),
        path: notice.path,
        is_seen: notice.is_seen,
    };
    Ok(NoticesPage { notices: found.into_iter().map(line).collect(), last })
}

#[server(endpoint = "notifications/mark-seen", protocol = crate::protocol::FormToJson)]
pub async fn mark_seen(form: SeenForm) -> Result<(), Error> {
    let member = server::member()?;
    let last = form.last.parse().map_err(|_| Code::NotFound)?;
    notifications::mark_seen(&server::context()?, member, last).await?;
    Ok(())
}

#[server(endpoint = "notifications/check-unsubscribe", protocol = crate::protocol::FormToJson)]
pub async fn check_unsubscribe(form: VerifyForm) -> Result<(), Error> {
    notifications::check_unsubscribe(&server::context()?, &form.token)?;
    Ok(())
}

/// Without signing in: the link is enough.
#[server(endpoint = "notifications/unsubscribe", protocol = crate::protocol::FormToJson)]
pub async fn unsubscribe(form: VerifyForm) -> Result<(), Error> {
    notifications::unsubscribe(&server::context()?, &form.token).await?;
    server::send_to(crate::paths::UNSUBSCRIBED);
    Ok(())
}
