//! Staff: finding, entering, leaving. Administrators: who is and was inside, and ending it.

use domain::{
    AppError,
    deletion::StaffRestoreForm,
    invoices::{CreditForm, CreditNoteForm},
    plan::AgreeForm,
    support::{EnterForm, FindForm, HideForm, Mode, SupportForm},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{error::Error, state::SupportNow};

#[cfg(feature = "ssr")]
use {
    super::{banner::mode_name, paths as done},
    crate::{audit::wording, server_side as server},
    chrono::{DateTime, Utc},
    domain::{Account, Code, Language},
    services::{
        Context, deletion, invoices, plan,
        session::Visit,
        support::{self, Ending},
        zones,
    },
};

/// What staff see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeskPage {
    /// `None` while nothing is looked for.
    pub found: Option<Vec<FoundLine>>,
    /// What is wrong with what is looked for.
    pub refused: Option<AppError>,
    pub last: Option<LastLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundLine {
    pub id: String,
    pub name: String,
    /// How far support may go; `None`: not in.
    pub reach: Option<Mode>,
    /// When it is deleted, if it is to be.
    pub leaving: Option<String>,
}

/// The newest stay of the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastLine {
    pub organisation: String,
    pub mode: Mode,
    pub reason: String,
    pub until: String,
    /// When and how it ended; `None` while it lasts.
    pub ended: Option<(String, String)>,
}

/// What administrators see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordPage {
    /// The permission in words, a sentence each.
    pub consent: Vec<String>,
    pub is_given: bool,
    /// Those who are inside first, then the newest.
    pub stays: Vec<StayLine>,
    /// `Avrupa / İstanbul`.
    pub zone: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayLine {
    pub id: String,
    pub name: String,
    pub email: String,
    pub reason: String,
    pub ticket: String,
    pub mode: Mode,
    pub since: String,
    pub until: String,
    /// When and how it ended; `None` while it lasts.
    pub ended: Option<(String, String)>,
    /// When and what was changed, in words.
    pub done: Vec<(String, String)>,
}

/// Who of support is where the session stands, which may be another organisation than a page is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// Empty while staff are in none.
    pub organisation: String,
    pub support: Vec<SupportNow>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveForm {
    pub confirmed: bool,
}

#[server(endpoint = "support/load-desk", protocol = crate::protocol::FormToJson)]
pub async fn load_desk(#[server(default)] form: FindForm) -> Result<DeskPage, Error> {
    let (context, staff) = (server::context()?, server::staff()?);
    let (visit, l) = (server::visit()?, server::facts().language);
    let refused = form.parse().err();
    let asked = if refused.is_some() { FindForm::default() } else { form };
    let support::Desk { found, last } = support::load_desk(&context, staff, &asked).await?;
    let line = |row: support::Found| FoundLine {
        id: row.id.to_string(),
        name: row.name,
        reach: row.reach,
        leaving: row.leaving,
    };
    let last = last.map(|last| LastLine {
        organisation: last.organisation,
        mode: last.mode,
        reason: last.reason,
        until: server::instant(&visit, l, last.expires_at),
        ended: last.ended.map(|ended| in_words(&visit, l, ended, None)),
    });
    Ok(DeskPage { found: found.map(|rows| rows.into_iter().map(line).collect()), refused, last })
}

/// Gives the first page inside.
#[server(endpoint = "support/enter", protocol = crate::protocol::FormToJson)]
pub async fn enter(form: EnterForm) -> Result<String, Error> {
    support::enter(&server::context()?, server::staff()?, form).await?;
    server::send_to(done::ENTERED);
    Ok(done::ENTERED.to_owned())
}

/// Gives the organisation's name.
#[server(endpoint = "support/agree-slots", protocol = crate::protocol::FormToJson)]
pub async fn agree_slots(form: AgreeForm) -> Result<String, Error> {
    Ok(plan::agree_slots(&server::context()?, server::staff()?, form).await?)
}

/// Gives an organisation back that is to be deleted, and its name.
#[server(endpoint = "support/restore-organisation", protocol = crate::protocol::FormToJson)]
pub async fn restore_organisation(form: StaffRestoreForm) -> Result<String, Error> {
    Ok(deletion::restore_by_staff(&server::context()?, server::staff()?, form).await?)
}

/// Gives the organisation's name.
#[server(endpoint = "support/add-credit", protocol = crate::protocol::FormToJson)]
pub async fn add_credit(form: CreditForm) -> Result<String, Error> {
    Ok(invoices::add_credit(&server::context()?, server::staff()?, form).await?)
}

/// Gives the number of the credit note.
#[server(endpoint = "support/issue-credit-note", protocol = crate::protocol::FormToJson)]
pub async fn issue_credit_note(form: CreditNoteForm) -> Result<String, Error> {
    Ok(invoices::issue_credit_note(&server::context()?, server::staff()?, form).await?)
}

#[server(endpoint = "support/leave", protocol = crate::protocol::FormToJson)]
pub async fn leave(form: LeaveForm) -> Result<String, Error> {
    let staff = server::staff()?;
    if form.confirmed {
        support::leave(&server::context()?, staff).await?;
    }
    server::send_to(done::LEFT);
    Ok(done::LEFT.to_owned())
}

/// Asked by open pages from time to time; it does not count as somebody being at work.
#[server(endpoint = "support/watch", protocol = crate::protocol::FormToJson)]
pub async fn watch_support() -> Result<Watch, Error> {
    let (context, visit) = (server::context()?, server::visit()?);
    let organisation = visit.account.organisation.map(|id| id.to_string()).unwrap_or_default();
    Ok(Watch { organisation, support: support_now(&context, &visit, server::facts().language).await? })
}

#[server(endpoint = "support/hide-me", protocol = crate::protocol::FormToJson)]
pub async fn hide_me(form: HideForm) -> Result<(), Error> {
    support::hide_me(&server::context()?, server::account()?, form).await?;
    server::send_to(done::HIDDEN);
    Ok(())
}

#[server(endpoint = "support/load-record", protocol = crate::protocol::FormToJson)]
pub async fn load_record() -> Result<RecordPage, Error> {
    let (context, admin, visit) = (server::context()?, server::admin()?, server::visit()?);
    let l = server::facts().language;
    let record = support::load_record(&context, admin).await?;
    let stays = record.stays.iter().map(|stay| stay_line(&visit, l, stay)).collect();
    let zone = zones::parse(&visit.time_zone).map(|zone| zones::label(zone, l)).unwrap_or_default();
    let now = context.now();
    Ok(RecordPage { consent: consent(&visit, l, &record, now), is_given: record.is_given, stays, zone })
}

/// Shows support out.
#[server(endpoint = "support/end-session", protocol = crate::protocol::FormToJson)]
pub async fn end_session(form: SupportForm) -> Result<(), Error> {
    let admin = server::admin()?;
    // Support does not show support out; its own way is to leave.
    if admin.support.is_some() {
        return Err(Code::SupportForbidden.into());
    }
    support::show_out(&server::context()?, admin, form).await?;
    server::send_to(done::ENDED);
    Ok(())
}

#[cfg(feature = "ssr")]
fn consent(visit: &Visit, l: Language, record: &support::Record, now: DateTime<Utc>) -> Vec<String> {
    let date = record.consent.until.map(|last| server::date(l, last.and_time(chrono::NaiveTime::MIN)));
    let given = match (record.is_given, date) {
        (false, _) => texts::support::consent_none(l).to_owned(),
        (true, None) => texts::support::consent_given(l).to_owned(),
        (true, Some(date)) => texts::support::consent_given_until(l, date),
    };
    let mode = record.is_given.then(|| texts::support::consent_mode(l, mode_name(l, record.consent.mode)));
    let by = record.allowed_by.clone().filter(|_| record.is_given);
    let forced = record.consent.forced_until.filter(|until| now < *until);
    let forced = forced.map(|until| texts::support::consent_forced(l, server::instant(visit, l, until)));
    [Some(given), mode, by.map(|name| texts::support::consent_by(l, name)), forced]
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(feature = "ssr")]
fn stay_line(visit: &Visit, l: Language, stay: &support::Stay) -> StayLine {
    let told = |at| server::instant(visit, l, at);
    StayLine {
        id: stay.id.to_string(),
        name: stay.name.clone(),
        email: stay.email.clone(),
        reason: stay.reason.clone(),
        ticket: stay.ticket.clone(),
        mode: stay.mode,
        since: told(stay.started_at),
        until: told(stay.expires_at),
        ended: stay.ended.map(|ended| in_words(visit, l, ended, stay.ended_by.clone())),
        done: stay.done.iter().map(|row| (told(row.at), wording::action(l, &row.action))).collect(),
    }
}

#[cfg(feature = "ssr")]
fn in_words(
    visit: &Visit,
    l: Language,
    (at, how): (DateTime<Utc>, Ending),
    by: Option<String>,
) -> (String, String) {
    let how = texts::support::by_key(l, &format!("ended_{}", how.word())).unwrap_or_default();
    let how = by.map_or_else(|| how.to_owned(), |name| texts::support::ended_by(l, how, name));
    (server::instant(visit, l, at), how)
}

/// Support inside the organisation, for the banners of its administrators and of support itself.
#[cfg(feature = "ssr")]
pub async fn support_now(context: &Context, visit: &Visit, l: Language) -> Result<Vec<SupportNow>, AppError> {
    // Whoever is kept out sees nothing of it either; support on a page that is closed to it is inside all the same.
    let account = Account { refused: None, ..visit.account };
    let Ok(actor) = account.actor() else { return Ok(Vec::new()) };
    let now = context.now();
    let told = |stay: support::Stay| SupportNow {
        id: stay.id.to_string(),
        name: stay.name,
        reason: stay.reason,
        mode: stay.mode,
        since: server::instant(visit, l, stay.started_at),
        until: server::instant(visit, l, stay.expires_at),
        // Rounded up: the last minute is one.
        minutes: (stay.expires_at - now).num_seconds().max(0).unsigned_abs().div_ceil(60),
    };
    Ok(support::load_live(context, actor).await?.into_iter().map(told).collect())
}
