//! The organisation's security rules, and what administrators do for their members.

use domain::{
    Role,
    security::{MemberForm, PolicyForm},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    super::paths as done,
    crate::server_side as server,
    domain::Code,
    services::{members::MemberLine as MemberRow, security},
};

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecurityPage {
    pub form: PolicyForm,
    pub people: Vec<MemberLine>,
    /// Whether the reader has a second factor: only then may they require one.
    pub has_own_factor: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberLine {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub has_second_factor: bool,
    /// In figures; `None` if they were never here.
    pub active_at: Option<String>,
    pub is_signed_in: bool,
    pub is_self: bool,
    pub may_be_reminded: bool,
    pub may_be_signed_out: bool,
    pub may_be_reset: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemindAllForm {
    pub confirmed: bool,
}

#[server(endpoint = "security/load-security", protocol = crate::protocol::FormToJson)]
pub async fn load_security() -> Result<SecurityPage, Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    let (visit, l) = (server::visit()?, server::facts().language);
    let security::Security { policy, version, people } = security::load_security(&context, admin).await?;
    let line = |row: MemberRow| MemberLine {
        id: row.id.to_string(),
        name: row.name,
        email: row.email,
        role: row.role,
        has_second_factor: row.has_second_factor,
        active_at: row.active_at.map(|at| server::instant(&visit, l, at)),
        is_signed_in: row.is_signed_in,
        is_self: row.is_self,
        may_be_reminded: row.may_be_reminded,
        may_be_signed_out: row.may_be_signed_out,
        may_be_reset: row.may_be_reset,
    };
    let people: Vec<MemberLine> = people.into_iter().map(line).collect();
    Ok(SecurityPage {
        form: PolicyForm {
            two_factor_required: policy.two_factor_required,
            idle_limit: policy.idle_limit.word(),
            version,
        },
        has_own_factor: people.iter().any(|line| line.is_self && line.has_second_factor),
        people,
    })
}

/// Gives the rules as they are saved now, with their new version.
#[server(endpoint = "security/save-policy", protocol = crate::protocol::FormToJson)]
pub async fn save_policy(form: PolicyForm) -> Result<PolicyForm, Error> {
    let (context, admin, saved) = (server::context()?, server::recent_admin()?, form.clone());
    let version = security::save_policy(&context, admin, form).await?;
    Ok(PolicyForm { version, ..saved })
}

/// How many sessions were ended.
#[server(endpoint = "security/sign-member-out", protocol = crate::protocol::FormToJson)]
pub async fn sign_member_out(form: MemberForm) -> Result<u64, Error> {
    let ended = security::sign_member_out(&server::context()?, server::recent_admin()?, form).await?;
    server::send_to(done::MEMBER_SIGNED_OUT);
    Ok(ended)
}

#[server(endpoint = "security/reset-member", protocol = crate::protocol::FormToJson)]
pub async fn reset_member(form: MemberForm) -> Result<(), Error> {
    security::reset_member(&server::context()?, server::recent_admin()?, form).await?;
    server::send_to(done::MEMBER_RESET);
    Ok(())
}

#[server(endpoint = "security/remind-member", protocol = crate::protocol::FormToJson)]
pub async fn remind_member(form: MemberForm) -> Result<(), Error> {
    security::remind_member(&server::context()?, server::admin()?, form).await?;
    server::send_to(done::MEMBER_REMINDED);
    Ok(())
}

/// How many mails went out.
#[server(endpoint = "security/remind-all", protocol = crate::protocol::FormToJson)]
pub async fn remind_all(form: RemindAllForm) -> Result<usize, Error> {
    let admin = server::admin()?;
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    let sent = security::remind_all(&server::context()?, admin).await?;
    server::send_to(done::MEMBERS_REMINDED);
    Ok(sent)
}
