//! The people of an organisation: who they are, inviting, roles, removing, leaving.
//!
//! Whatever changes who belongs to an organisation locks its row first and reads the actor's role again, so that the
//! last owner, the seats and a role that was just taken away are judged by what is true at that moment.

mod accept;
mod change;
mod invite;
mod people;

use domain::{Actor, AppError, Code, OrganisationId, PersonId, Role, SessionId};
use entity::{invitation, membership, organisation, person, session};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType},
};

pub use accept::{Accepted, Asked, Invitation, accept_invitation, join, load_invitation};
pub(crate) use change::clear_out;
pub use change::{Left, change_role, leave, remove_member, transfer_ownership};
pub use invite::{
    INVITATION_LIFETIME, Invited, MOST_MAILS_A_DAY, invite, resend_invitation, revoke_invitation,
};
pub use people::{InvitationLine, MemberLine, Members, NameLine, list_names, load_members};
pub(crate) use people::{count_seats, load_people};

use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    mail::{Belonging, Mail, MailKind},
};

/// The organisation's row, locked, before any person's. Foreign keys to it stay free: a sign-in refers to it after
/// it has locked its person, and the two must not wait for each other.
pub(crate) async fn lock_organisation(
    on: &impl ConnectionTrait,
    id: OrganisationId,
) -> Result<organisation::Model, AppError> {
    let row = organisation::Entity::by_id(id).lock(LockType::NoKeyUpdate).one(on).await.or_internal()?;
    row.ok_or_else(|| internal("the organisation of an actor is gone"))
}

/// The actor's role, now that the organisation is locked. Errors: `Forbidden` if it is no longer at least `least`.
pub(crate) async fn acting_role(
    on: &impl ConnectionTrait,
    actor: Actor,
    least: Role,
) -> Result<Role, AppError> {
    let row = membership::Entity::in_organisation(actor.organisation)
        .filter(membership::Column::PersonId.eq(actor.person.0))
        .one(on)
        .await
        .or_internal()?;
    let role = row.map(|row| row.role()).filter(|role| *role >= least);
    role.ok_or_else(|| Code::Forbidden.into())
}

/// The member behind an id; whoever is no member here does not exist: `NotFound`.
pub(crate) async fn find_member(
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: PersonId,
) -> Result<(membership::Model, person::Model), AppError> {
    let row = membership::Entity::in_organisation(organisation)
        .filter(membership::Column::PersonId.eq(id.0))
        .find_also_related(person::Entity)
        .one(on)
        .await
        .or_internal()?;
    match row {
        Some((member, Some(person))) => Ok((member, person)),
        _ => Err(Code::NotFound.into()),
    }
}

/// Moves the session of an account to another organisation. Errors: `SessionRevoked` if it was ended meanwhile.
async fn move_session(on: &impl ConnectionTrait, id: SessionId, to: OrganisationId) -> Result<(), AppError> {
    let moved = session::Entity::update_many()
        .col_expr(session::Column::OrganisationId, Expr::value(Some(to.0)))
        .filter(session::Column::Id.eq(id.0))
        .filter(session::Column::EndedAt.is_null())
        .exec(on)
        .await
        .or_internal()?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Code::SessionRevoked.into()) }
}

/// Takes back the invitations that somebody sent and, with the role they are left with, could no longer send: whoever
/// is shown out must not have left a door open. Gives their number.
async fn drop_invitations(
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    person: PersonId,
    left_with: Option<Role>,
) -> Result<u64, AppError> {
    let beyond = Role::ALL
        .into_iter()
        .filter(|role| !left_with.is_some_and(|left_with| domain::members::may_act_on(left_with, *role)));
    let dropped = invitation::Entity::delete_many()
        .filter(invitation::Column::OrganisationId.eq(organisation.0))
        .filter(invitation::Column::InvitedBy.eq(person.0))
        .filter(invitation::Column::Role.is_in(beyond.map(Role::as_str)))
        .exec(on)
        .await
        .or_internal()?;
    Ok(dropped.rows_affected)
}

fn entry(actor: Actor, action: &'static str) -> Entry {
    Entry { organisation: Some(actor.organisation), ..audit::personal(actor.person, action) }
}

/// Mails a person what became of their place here: in their own language, else the organisation's.
async fn tell(
    context: &Context,
    on: &impl ConnectionTrait,
    person: &person::Model,
    organisation: &organisation::Model,
    about: Belonging,
    path: &str,
) -> Result<(), AppError> {
    let language = person.language().unwrap_or(organisation.language());
    let kind =
        MailKind::Belonging { about, organisation: organisation.name.clone(), link: context.link(path) };
    let (to, organisation) = (person.email.clone(), Some(organisation.id()));
    context.post(on, &Mail { id: context.id(), to, language, organisation, kind }).await
}

/// Mails everybody in an organisation with at least the role `least`, each in their own language, else in its.
pub(crate) async fn tell_all(
    context: &Context,
    on: &impl ConnectionTrait,
    organisation: &organisation::Model,
    least: Role,
    kind: MailKind,
) -> Result<(), AppError> {
    let roles = Role::ALL.into_iter().filter(|role| *role >= least);
    let people = membership::Entity::in_organisation(organisation.id())
        .filter(membership::Column::Role.is_in(roles.map(Role::as_str)))
        .find_also_related(person::Entity)
        .all(on)
        .await
        .or_internal()?;
    for person in people.into_iter().filter_map(|(_, person)| person) {
        let language = person.language().unwrap_or(organisation.language());
        let (kind, concerns) = (kind.clone(), Some(organisation.id()));
        let mail = Mail { id: context.id(), to: person.email, language, organisation: concerns, kind };
        context.post(on, &mail).await?;
    }
    Ok(())
}
