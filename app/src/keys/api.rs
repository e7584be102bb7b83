//! The keys that somebody sees, and what is done to them. A token travels in one answer only: that of `load_keys`, to the
//! session that has just made it.

use domain::keys::{KeyForm, OneKeyForm, RollForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{error::Error, upstream::api::UpstreamPage};

#[cfg(feature = "ssr")]
use {
    crate::server_side as server,
    domain::{Code, Language, Role, Scopes},
    services::{keys, session::Visit},
};

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysPage {
    /// The reader makes and sees keys of the organisation too.
    pub administers: bool,
    pub live: Vec<KeyLine>,
    pub ended: Vec<EndedLine>,
    /// The key that the reader has just made.
    pub fresh: Option<Fresh>,
    /// The platform that places calls; `None`: the reader has nothing to do with it.
    pub upstream: Option<UpstreamPage>,
}

/// Times are in figures, in the organisation's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLine {
    pub id: String,
    pub name: String,
    /// `ayar_AbC123…`
    pub start: String,
    pub scopes: Vec<String>,
    /// In words.
    pub owner: String,
    /// When, and by whom.
    pub created: String,
    /// `None`: it has no end.
    pub expires_at: Option<String>,
    pub ends_soon: bool,
    pub used_at: Option<String>,
    /// Until then the old token works too.
    pub old_until: Option<String>,
    pub may_be_rolled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedLine {
    pub id: String,
    pub name: String,
    pub start: String,
    pub owner: String,
    pub ended_at: String,
    /// Else it has expired.
    pub was_revoked: bool,
}

/// A secret: no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fresh {
    pub name: String,
    pub token: String,
    /// A line to try it with.
    pub curl: String,
    /// Whether the line is answered with what it asks for.
    pub may_try: bool,
    /// Shown until then.
    pub until: String,
    pub seconds: u32,
    pub old_until: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DismissForm {
    pub confirmed: bool,
}

#[server(endpoint = "keys/load-keys", protocol = crate::protocol::FormToJson)]
pub async fn load_keys() -> Result<KeysPage, Error> {
    let (context, member) = (server::context()?, server::member()?);
    let (visit, l) = (server::visit()?, server::facts().language);
    let keys::Keys { live, ended } = keys::load_keys(&context, member).await?;
    let fresh = keys::load_fresh(&context, member).await?;
    let upstream = match server::admin() {
        Ok(admin) => Some(crate::upstream::api::load(&context, admin, &visit).await?),
        Err(_) => None,
    };
    Ok(KeysPage {
        upstream,
        administers: member.role >= Role::Admin,
        live: live.into_iter().map(|row| live_line(&visit, l, row)).collect(),
        ended: ended.into_iter().map(|row| ended_line(&visit, l, row)).collect(),
        fresh: fresh.map(|fresh| shown(&context, &visit, l, fresh)),
    })
}

/// Its token is on the page that follows.
#[server(endpoint = "keys/create-key", protocol = crate::protocol::FormToJson)]
pub async fn create_key(form: KeyForm) -> Result<(), Error> {
    keys::create_key(&server::context()?, server::recent_member()?, form).await?;
    Ok(())
}

/// Its new token is on the page that follows.
#[server(endpoint = "keys/roll-key", protocol = crate::protocol::FormToJson)]
pub async fn roll_key(form: RollForm) -> Result<(), Error> {
    keys::roll_key(&server::context()?, server::recent_member()?, form).await?;
    Ok(())
}

#[server(endpoint = "keys/revoke-key", protocol = crate::protocol::FormToJson)]
pub async fn revoke_key(form: OneKeyForm) -> Result<(), Error> {
    Ok(keys::revoke_key(&server::context()?, server::recent_member()?, form).await?)
}

/// The token that was just made is not shown any more.
#[server(endpoint = "keys/dismiss-key", protocol = crate::protocol::FormToJson)]
pub async fn dismiss_key(form: DismissForm) -> Result<(), Error> {
    let (context, member) = (server::context()?, server::member()?);
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    Ok(keys::dismiss_key(&context, member).await?)
}

#[cfg(feature = "ssr")]
fn owner(l: Language, row: &keys::KeyLine) -> String {
    match &row.owner {
        _ if !row.is_personal => texts::keys::owner_organisation(l).to_owned(),
        _ if row.is_own => texts::keys::owner_self(l).to_owned(),
        Some(name) => name.clone(),
        None => texts::keys::owner_gone(l).to_owned(),
    }
}

#[cfg(feature = "ssr")]
fn live_line(visit: &Visit, l: Language, row: keys::KeyLine) -> KeyLine {
    let created_at = server::instant(visit, l, row.created_at);
    let created = match &row.created_by {
        // Who made one's own is told by whose it is.
        Some(name) if !row.is_personal => texts::keys::created_by(l, created_at, name),
        _ => texts::keys::created_at(l, created_at),
    };
    KeyLine {
        owner: owner(l, &row),
        created,
        id: row.id.to_string(),
        start: texts::keys::start(l, &row.start),
        scopes: row.scopes.words().map(str::to_owned).collect(),
        expires_at: row.expires_at.map(|at| server::instant(visit, l, at)),
        ends_soon: row.ends_soon,
        used_at: row.used_at.map(|at| server::instant(visit, l, at)),
        old_until: row.old_until.map(|at| server::instant(visit, l, at)),
        may_be_rolled: row.may_be_rolled,
        name: row.name,
    }
}

#[cfg(feature = "ssr")]
fn ended_line(visit: &Visit, l: Language, row: keys::KeyLine) -> EndedLine {
    EndedLine {
        owner: owner(l, &row),
        id: row.id.to_string(),
        start: texts::keys::start(l, &row.start),
        ended_at: row.ended_at.map(|at| server::instant(visit, l, at)).unwrap_or_default(),
        was_revoked: row.revoked_at.is_some(),
        name: row.name,
    }
}

#[cfg(feature = "ssr")]
fn shown(context: &services::Context, visit: &Visit, l: Language, fresh: keys::FreshKey) -> Fresh {
    let token = fresh.token.reveal().to_owned();
    let link = context.link("/api/v1/slots");
    Fresh {
        curl: format!("curl -H \"Authorization: Bearer {token}\" {link}"),
        token,
        may_try: fresh.scopes.contains(Scopes::SLOTS_READ),
        until: server::instant(visit, l, fresh.until),
        seconds: u32::try_from((fresh.until - context.now()).num_seconds()).unwrap_or_default(),
        old_until: fresh.old_until.map(|at| server::instant(visit, l, at)),
        name: fresh.name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticked_scopes_are_read_as_a_browser_posts_them() {
        let received = |body: &str| crate::protocol::parse::<CreateKey>(body).unwrap().form.scopes;
        let body = "form%5Bname%5D=Santral&form%5Bkind%5D=personal&form%5Blifetime%5D=90";
        assert_eq!(received(body), Vec::<String>::new());
        let ticked =
            format!("{body}&form%5Bscopes%5D%5B1%5D=calls%3Awrite&form%5Bscopes%5D%5B4%5D=hours%3Aread");
        assert_eq!(received(&ticked), ["calls:write", "hours:read"]);
    }
}
