//! The people of the organisation, invitations, and what the link in an invitation leads to.

use domain::{
    Role,
    entrance::VerifyForm,
    members::{InvitationForm, InviteForm, JoinForm, RoleForm},
    security::MemberForm,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    super::paths as done,
    crate::server_side as server,
    domain::{Code, members::assignable},
    services::members,
};

/// What the page shows; members see names and roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersPage {
    pub people: Vec<PersonLine>,
    /// For administrators.
    pub admin: Option<AdminPart>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminPart {
    pub invitations: Vec<InvitationLine>,
    /// The name of the plan, and how many people it is for.
    pub plan: String,
    pub seats: usize,
    pub seats_taken: usize,
    /// What the reader may invite somebody as, greatest first; nothing for support, which invites nobody.
    pub roles: Vec<Role>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    pub name: String,
    pub role: Role,
    pub is_self: bool,
    /// For administrators.
    pub details: Option<PersonDetails>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDetails {
    pub id: String,
    pub email: String,
    pub has_second_factor: bool,
    /// In figures; `None` if they were never here.
    pub active_at: Option<String>,
    /// Other roles that the reader may give them, greatest first.
    pub roles: Vec<Role>,
    pub may_be_removed: bool,
    /// The reader may hand their ownership over to them.
    pub may_take_over: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationLine {
    pub id: String,
    pub email: String,
    pub role: Role,
    pub invited_by: Option<String>,
    /// In figures.
    pub sent_at: String,
    pub expires_at: String,
    pub is_expired: bool,
    pub may_be_touched: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    pub invited: usize,
    /// Members already.
    pub members: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveForm {
    pub confirmed: bool,
}

/// The invitation behind a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub organisation: String,
    pub inviter: Option<String>,
    pub role: Role,
    /// Masked for somebody who is signed in with another address.
    pub email: String,
    pub asked: Asked,
}

/// What it takes to accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    Join,
    SignIn,
    Accept,
    OtherAccount,
}

#[server(endpoint = "members/load-members", protocol = crate::protocol::FormToJson)]
pub async fn load_members() -> Result<MembersPage, Error> {
    let (context, actor) = (server::context()?, server::actor()?);
    let Ok(admin) = actor.admin() else {
        let names = members::list_names(&context, actor.member()).await?;
        let line = |row: members::NameLine| PersonLine {
            name: row.name,
            role: row.role,
            is_self: row.is_self,
            details: None,
        };
        return Ok(MembersPage { people: names.into_iter().map(line).collect(), admin: None });
    };
    let (visit, l) = (server::visit()?, server::facts().language);
    let members::Members { people, invitations, plan, seats_taken } =
        members::load_members(&context, admin).await?;
    let is_support = admin.support.is_some();
    let person = |row: members::MemberLine| PersonLine {
        details: Some(PersonDetails {
            id: row.id.to_string(),
            email: row.email,
            has_second_factor: row.has_second_factor,
            active_at: row.active_at.map(|at| server::instant(&visit, l, at)),
            // Who changes their own role hands it over or leaves.
            roles: assignable(admin.role, row.role)
                .filter(|role| *role != row.role && !row.is_self && !is_support)
                .collect(),
            may_be_removed: row.may_be_signed_out,
            may_take_over: admin.role == Role::Owner && row.role != Role::Owner && !row.is_self,
        }),
        name: row.name,
        role: row.role,
        is_self: row.is_self,
    };
    let invitation = |row: members::InvitationLine| InvitationLine {
        id: row.id.to_string(),
        email: row.email,
        role: row.role,
        invited_by: row.invited_by,
        sent_at: server::instant(&visit, l, row.sent_at),
        expires_at: server::instant(&visit, l, row.expires_at),
        is_expired: row.is_expired,
        may_be_touched: row.may_be_touched,
    };
    Ok(MembersPage {
        people: people.into_iter().map(person).collect(),
        admin: Some(AdminPart {
            invitations: invitations.into_iter().map(invitation).collect(),
            plan: plan.name().to_owned(),
            seats: plan.seats(),
            seats_taken,
            roles: assignable(admin.role, Role::Member).filter(|_| !is_support).collect(),
        }),
    })
}

#[server(endpoint = "members/invite", protocol = crate::protocol::FormToJson)]
pub async fn invite(form: InviteForm) -> Result<Invited, Error> {
    let members::Invited { invited, members } =
        members::invite(&server::context()?, server::admin()?, form).await?;
    server::send_to(done::INVITED);
    Ok(Invited { invited, members })
}

#[server(endpoint = "members/resend-invitation", protocol = crate::protocol::FormToJson)]
pub async fn resend_invitation(form: InvitationForm) -> Result<(), Error> {
    members::resend_invitation(&server::context()?, server::admin()?, form).await?;
    server::send_to(done::RESENT);
    Ok(())
}

#[server(endpoint = "members/revoke-invitation", protocol = crate::protocol::FormToJson)]
pub async fn revoke_invitation(form: InvitationForm) -> Result<(), Error> {
    members::revoke_invitation(&server::context()?, server::admin()?, form).await?;
    server::send_to(done::REVOKED);
    Ok(())
}

#[server(endpoint = "members/change-role", protocol = crate::protocol::FormToJson)]
pub async fn change_role(form: RoleForm) -> Result<(), Error> {
    members::change_role(&server::context()?, server::recent_admin()?, form).await?;
    server::send_to(done::ROLE_CHANGED);
    Ok(())
}

#[server(endpoint = "members/remove-member", protocol = crate::protocol::FormToJson)]
pub async fn remove_member(form: MemberForm) -> Result<(), Error> {
    members::remove_member(&server::context()?, server::recent_admin()?, form).await?;
    server::send_to(done::REMOVED);
    Ok(())
}

#[server(endpoint = "members/transfer-ownership", protocol = crate::protocol::FormToJson)]
pub async fn transfer_ownership(form: MemberForm) -> Result<(), Error> {
    members::transfer_ownership(&server::context()?, server::recent_owner()?, form).await?;
    server::send_to(done::TRANSFERRED);
    Ok(())
}

/// Gives the path to go to.
#[server(endpoint = "members/leave", protocol = crate::protocol::FormToJson)]
pub async fn leave_organisation(form: LeaveForm) -> Result<String, Error> {
    let account = server::recent_account()?;
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    let path = match members::leave(&server::context()?, account).await? {
        members::Left::Elsewhere => done::LEFT,
        members::Left::Nowhere => {
            server::clear_session();
            done::LEFT_ALL
        }
    };
    server::send_to(path);
    Ok(path.to_owned())
}

/// Uses nothing up.
#[server(endpoint = "members/load-invitation", protocol = crate::protocol::FormToJson)]
pub async fn load_invitation(form: VerifyForm) -> Result<Invitation, Error> {
    let account = server::account().ok();
    let members::Invitation { organisation, inviter, role, email, asked } =
        members::load_invitation(&server::context()?, &form.token, account).await?;
    let asked = match asked {
        members::Asked::Join => Asked::Join,
        members::Asked::SignIn => Asked::SignIn,
        members::Asked::Accept => Asked::Accept,
        members::Asked::OtherAccount => Asked::OtherAccount,
    };
    Ok(Invitation { organisation, inviter, role, email, asked })
}

/// Gives the path to go to.
#[server(endpoint = "members/accept-invitation", protocol = crate::protocol::FormToJson)]
pub async fn accept_invitation(form: VerifyForm) -> Result<String, Error> {
    let account = server::account().ok();
    let path = match members::accept_invitation(&server::context()?, account, form).await? {
        members::Accepted::In => done::ACCEPTED.to_owned(),
        members::Accepted::SignIn { email } => done::joined(&email),
    };
    server::send_to(&path);
    Ok(path)
}

/// Gives the path to go to.
#[server(endpoint = "members/join", protocol = crate::protocol::FormToJson)]
pub async fn join(form: JoinForm) -> Result<String, Error> {
    let path = done::joined(&members::join(&server::context()?, form).await?);
    server::send_to(&path);
    Ok(path)
}
