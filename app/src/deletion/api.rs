//! Deleting an organisation and giving it back; what mailed links lead to; deleting one's own account.

use domain::deletion::{DeleteAccountForm, DeleteForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    super::paths as done,
    crate::server_side as server,
    chrono::{DateTime, Utc},
    domain::{Language, deletion::Stage, deletion::delete_at},
    services::{deletion, session::Visit, zones},
};

/// What an owner reads before they type the word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletePage {
    pub organisation: String,
    pub days: u16,
    /// When it would be deleted, by the organisation's clock.
    pub at: String,
    /// The word of a kind, and how many there are.
    pub goes: Vec<(String, u64)>,
    pub invitations: u64,
    pub invoices: u64,
    pub asks_code: bool,
}

/// What everybody reads who signs in while it waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaving {
    pub organisation: String,
    /// Whom to ask.
    pub owners: Vec<String>,
    /// The reader may give it back.
    pub is_owner: bool,
    pub is_support: bool,
    /// There is no way back any more.
    pub has_begun: bool,
    /// When, by the organisation's clock, and how long that is from now.
    pub at: String,
    pub left: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreForm {
    pub confirmed: bool,
}

/// The organisation that a mailed link names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkForm {
    pub organisation: String,
}

/// Where a mailed link leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    SignIn,
    Here,
    There { id: String, name: String },
    Gone,
}

/// Before one's own account is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDeletion {
    /// Organisations that have no other owner.
    pub last_owner_of: Vec<String>,
    pub asks_code: bool,
}

#[server(endpoint = "deletion/load-delete", protocol = crate::protocol::FormToJson)]
pub async fn load_delete() -> Result<DeletePage, Error> {
    let (context, owner, visit) = (server::context()?, server::actor()?.owner()?, server::visit()?);
    let (l, days) = (server::facts().language, context.settings.deletion_days);
    let counted = deletion::load_manifest(&context, owner).await?;
    let goes = [
        ("agents", counted.agents),
        ("customers", counted.customers),
        ("calls", counted.calls),
        ("transcripts", counted.transcripts),
        ("recordings", counted.recordings),
        ("campaigns", counted.campaigns),
        ("files", counted.files),
        ("members", counted.members),
        ("keys", counted.keys),
    ];
    Ok(DeletePage {
        organisation: visit.organisation_name.clone(),
        days,
        at: told(&visit, l, delete_at(context.now(), days)),
        goes: goes.map(|(kind, count)| (kind.to_owned(), count)).to_vec(),
        invitations: counted.invitations,
        invoices: counted.invoices,
        asks_code: deletion::asks_code(&context, owner).await?,
    })
}

/// From here on the organisation is closed, and the page says when it will be deleted.
#[server(endpoint = "deletion/delete-organisation", protocol = crate::protocol::FormToJson)]
pub async fn delete_organisation(form: DeleteForm) -> Result<(), Error> {
    let (context, owner) = (server::context()?, server::actor()?.owner()?);
    let session = deletion::request(&context, owner, form, server::known_browser()).await?;
    server::renew_session(&session);
    server::send_to(done::REQUESTED);
    Ok(())
}

#[server(endpoint = "deletion/load-leaving", protocol = crate::protocol::FormToJson)]
pub async fn load_leaving() -> Result<Leaving, Error> {
    let (context, visit, l) = (server::context()?, server::visit()?, server::facts().language);
    let leaving = deletion::load_leaving(&context, visit.account).await?;
    let at = leaving.delete_at.unwrap_or_default();
    Ok(Leaving {
        organisation: leaving.organisation.name.clone(),
        owners: leaving.owners,
        is_owner: leaving.is_owner,
        is_support: visit.account.support.is_some(),
        has_begun: leaving.organisation.stage() != Stage::Pending,
        at: told(&visit, l, at),
        left: left(l, (at - context.now()).num_minutes()),
    })
}

#[server(endpoint = "deletion/restore-organisation", protocol = crate::protocol::FormToJson)]
pub async fn restore_organisation(form: RestoreForm) -> Result<(), Error> {
    let context = server::context()?;
    let owner = server::recent_owner_while_leaving()?;
    if form.confirmed {
        deletion::restore(&context, owner).await?;
    }
    server::send_to(done::RESTORED);
    Ok(())
}

/// Also for somebody who is not signed in.
#[server(endpoint = "deletion/load-link", protocol = crate::protocol::FormToJson)]
pub async fn load_link(form: LinkForm) -> Result<Link, Error> {
    let account = server::visit().ok().map(|visit| visit.account);
    Ok(match deletion::load_link(&server::context()?, account, &form.organisation).await? {
        deletion::Link::SignIn => Link::SignIn,
        deletion::Link::Here => Link::Here,
        deletion::Link::There { id, name } => Link::There { id: id.to_string(), name },
        deletion::Link::Gone => Link::Gone,
    })
}

#[server(endpoint = "deletion/load-account-deletion", protocol = crate::protocol::FormToJson)]
pub async fn load_account_deletion() -> Result<AccountDeletion, Error> {
    let (last_owner_of, asks_code) =
        deletion::load_last_owner(&server::context()?, server::account()?).await?;
    Ok(AccountDeletion { last_owner_of, asks_code })
}

#[server(endpoint = "deletion/delete-account", protocol = crate::protocol::FormToJson)]
pub async fn delete_account(form: DeleteAccountForm) -> Result<(), Error> {
    let (context, account) = (server::context()?, server::account()?);
    deletion::delete_account(&context, account, form, server::known_browser()).await?;
    server::clear_session();
    server::send_to(done::ACCOUNT_DELETED);
    Ok(())
}

/// `30.11.2026 12:00 (Avrupa / İstanbul)`.
#[cfg(feature = "ssr")]
fn told(visit: &Visit, l: Language, at: DateTime<Utc>) -> String {
    let zone = zones::parse(&visit.time_zone).map(|zone| zones::label(zone, l)).unwrap_or_default();
    format!("{} ({zone})", server::instant(visit, l, at))
}

/// In the largest unit of which there are two.
#[cfg(feature = "ssr")]
fn left(l: Language, minutes: i64) -> String {
    const DAY: i64 = 24 * 60;
    match minutes {
        minutes if minutes >= 2 * DAY => texts::deletion::left_days(l, minutes / DAY),
        minutes if minutes >= 120 => texts::deletion::left_hours(l, minutes / 60),
        minutes => texts::deletion::left_minutes(l, minutes.max(0)),
    }
}
