//! The trail in words. Instants are told in the organisation's zone.

use domain::{
    AppError,
    audit::{RevertForm, TrailForm},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    super::{page::address, wording},
    crate::{paths, server_side as server},
    domain::{Code, Language, Role, audit::rooms},
    services::{audit, session::Visit, zones},
};

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Where the page before this one ends and the one after it begins.
    pub newer: Option<String>,
    pub older: Option<String>,
    /// Whom one can ask for.
    pub people: Vec<(String, String)>,
    /// `Avrupa / İstanbul`.
    pub zone: String,
    /// What is wrong with the filter; nothing is listed then.
    pub refused: Option<AppError>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: String,
    pub when: String,
    pub who: String,
    /// The person, if it was one.
    pub person: Option<String>,
    pub on_behalf_of: Option<String>,
    pub room: String,
    pub action: String,
    pub changes: Vec<Change>,
    /// Empty where no request stood behind it.
    pub address: String,
    pub request: String,
    /// Its place in the chain; `None`: from before there was one.
    pub number: Option<i64>,
    /// Every field it changed is still as it left it.
    pub may_revert: bool,
}

/// A field in words. `None`: it was not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastChange {
    pub who: String,
    pub when: String,
    /// Each field that was changed, the one changed last first.
    pub fields: Vec<FieldChange>,
}

/// Who changed a field last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: String,
    pub who: String,
    pub when: String,
    /// The address of the entry.
    pub href: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomForm {
    pub room: String,
}

#[server(endpoint = "audit/load-audit", protocol = crate::protocol::FormToJson)]
pub async fn load_audit(#[server(default)] form: TrailForm) -> Result<AuditPage, Error> {
    let (context, admin, visit) = (server::context()?, server::admin()?, server::visit()?);
    let l = server::facts().language;
    let refused = form.parse().err().filter(|error| !error.fields.is_empty());
    let asked = if refused.is_some() { TrailForm::default() } else { form };
    let audit::Page { lines, newer, older, people, zone } =
        audit::load_trail(&context, admin, &asked).await?;
    let settings = audit::load_settings(&context, admin).await?;
    let shown = AuditPage {
        entries: lines.into_iter().map(|line| entry(&visit, l, line, &settings)).collect(),
        newer: newer.map(|id| id.to_string()),
        older: older.map(|id| id.to_string()),
        people: people.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        zone: zones::label(zone, l),
        refused: None,
    };
    Ok(match refused {
        Some(_) => AuditPage { entries: Vec::new(), newer: None, older: None, refused, ..shown },
        None => shown,
    })
}

#[server(endpoint = "audit/revert", protocol = crate::protocol::FormToJson)]
pub async fn revert(form: RevertForm) -> Result<(), Error> {
    audit::revert(&server::context()?, server::admin()?, server::recent_admin, form).await?;
    Ok(())
}

/// Nothing for members: the trail it leads to is closed to them.
#[server(endpoint = "audit/load-last-change", protocol = crate::protocol::FormToJson)]
pub async fn load_last_change(form: RoomForm) -> Result<Option<LastChange>, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    let l = server::facts().language;
    let room = rooms().into_iter().find(|room| *room == form.room).ok_or(Code::NotFound)?;
    if member.role < Role::Admin {
        return Ok(None);
    }
    let lines = audit::last_changes(&context, member, room).await?;
    let when = |line: &audit::Line| server::instant(&visit, l, line.row.at);
    let mut fields: Vec<FieldChange> = Vec::new();
    for line in &lines {
        let room = line.row.room.as_str();
        for Change { field, .. } in wording::changes(l, room, &line.row.before, &line.row.after) {
            if fields.iter().all(|known| known.field != field) {
                let asked = TrailForm {
                    room: room.to_owned(),
                    before: line.beginning().to_string(),
                    ..TrailForm::default()
                };
                let href = address(paths::AUDIT, &asked);
                fields.push(FieldChange { field, who: who(l, line), when: when(line), href });
            }
        }
    }
    Ok(lines.first().map(|line| LastChange { who: who(l, line), when: when(line), fields }))
}

#[cfg(feature = "ssr")]
fn entry(visit: &Visit, l: Language, line: audit::Line, settings: &audit::Settings) -> Entry {
    let who = who(l, &line);
    // Not for support.
    let may_revert = visit.account.support.is_none() && settings.may_revert(&line.row);
    let audit::Line { row, on_behalf_of, .. } = line;
    let deleted = || texts::audit::deleted(l).to_owned();
    Entry {
        id: row.id.to_string(),
        when: server::instant(visit, l, row.at),
        who,
        person: row.person_id.map(|id| id.to_string()),
        on_behalf_of: row.on_behalf_of.map(|_| on_behalf_of.map_or_else(deleted, |(name, _)| name)),
        room: wording::room(l, &row.room),
        action: wording::action(l, &row.action),
        changes: wording::changes(l, &row.room, &row.before, &row.after),
        address: row.address,
        request: row.request_id,
        number: row.number,
        may_revert,
    }
}

#[cfg(feature = "ssr")]
fn who(l: Language, line: &audit::Line) -> String {
    match (&line.person, line.row.person_id, &line.key) {
        (Some((name, _)), ..) => name.clone(),
        (None, Some(_), _) => texts::audit::deleted(l).to_owned(),
        (None, None, Some(key)) => texts::audit::of_key(l, key),
        (None, None, None) => texts::audit::nobody(l).to_owned(),
    }
}
