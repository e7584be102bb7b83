//! Another role, showing somebody out, leaving, handing the ownership over. An organisation keeps at least one owner,
//! whoever asks at the same moment.

use domain::{
    Account, Admin, AppError, Code, OrganisationId, Owner, PersonId, Recent, Role,
    members::{RoleForm, may_act_on},
    security::MemberForm,
};
use entity::{membership, session};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{acting_role, drop_invitations, entry, find_member, lock_organisation, move_session, tell};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    keys::revoke_personal,
    mail::Belonging,
    session::{EndReason, end_one, ending},
};

/// Where leaving leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The session stands in another organisation of the person now.
    Elsewhere,
    /// There is none: the session is over.
    Nowhere,
}

/// Refuses to take the last owner's role away. Errors: `LastOwner`.
async fn another_owner(
    on: &DatabaseTransaction,
    organisation: OrganisationId,
    besides: PersonId,
) -> Result<(), AppError> {
    let others = membership::Entity::in_organisation(organisation)
        .filter(membership::Column::Role.eq(Role::Owner.as_str()))
        .filter(membership::Column::PersonId.ne(besides.0))
        .count(on)
        .await
        .or_internal()?;
    if others > 0 { Ok(()) } else { Err(Code::LastOwner.into()) }
}

/// Gives how many invitations the person could no longer send.
async fn set_role(
    on: &DatabaseTransaction,
    organisation: OrganisationId,
    person: PersonId,
    role: Role,
) -> Result<u64, AppError> {
    membership::Entity::update_many()
        .col_expr(membership::Column::Role, Expr::value(role.as_str()))
        .filter(membership::Column::OrganisationId.eq(organisation.0))
        .filter(membership::Column::PersonId.eq(person.0))
        .exec(on)
        .await
        .or_internal()?;
    drop_invitations(on, organisation, person, Some(role)).await
}

/// For the trail: what was, and how many invitations went with it.
fn lost(mut before: Value, invitations: u64) -> Value {
    if invitations > 0 {
        before["invitations"] = invitations.into();
    }
    before
}

/// The same with what [`clear_out`] gives.
fn cleared(mut before: Value, (invitations, keys): (u64, u64)) -> Value {
    if keys > 0 {
        before["keys"] = keys.into();
    }
    lost(before, invitations)
}

/// Gives a member another role; it holds from their next request on, and they are told by mail.
/// Errors: `NotFound`, `Forbidden` (a role above one's own, theirs or the new one), `LastOwner`, field `role`.
pub async fn change_role(context: &Context, admin: Recent<Admin>, form: RoleForm) -> Result<(), AppError> {
    let ((id, role), admin, inner) = (form.parse()?, *admin, context.clone());
    let changed = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, admin.organisation).await?;
            let acting = acting_role(on, *admin, Role::Admin).await?;
            let (member, person) = find_member(on, admin.organisation, id).await?;
            let before = member.role();
            if !may_act_on(acting, before) || !may_act_on(acting, role) {
                return Err(Code::Forbidden.into());
            }
            if before == role {
                return Ok(());
            }
            if before == Role::Owner {
                another_owner(on, admin.organisation, id).await?;
            }
            let dropped = set_role(on, admin.organisation, id, role).await?;
            let entry = Entry {
                before: lost(json!({ "role": before.as_str() }), dropped),
                after: json!({ "member": person.email, "role": role.as_str() }),
                ..entry(*admin, "members.change_role")
            };
            audit::record(&inner, on, entry).await?;
            if id == admin.person {
                return Ok(());
            }
            let about = Belonging::RoleChanged { role };
            tell(&inner, on, &person, &organisation, about, "/settings/members").await
        })
    });
    changed.await
}

/// Shows a member out: their sessions here end, and they are told by mail.
/// Errors: `NotFound`, `NotOnYourself`, `Forbidden` (a higher role), `LastOwner`.
pub async fn remove_member(
    context: &Context,
    admin: Recent<Admin>,
    form: MemberForm,
) -> Result<(), AppError> {
    let (id, admin, inner) = (form.parse()?, *admin, context.clone());
    let removed = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, admin.organisation).await?;
            let acting = acting_role(on, *admin, Role::Admin).await?;
            let (member, person) = find_member(on, admin.organisation, id).await?;
            if id == admin.person {
                return Err(Code::NotOnYourself.into());
            }
            let role = member.role();
            if !may_act_on(acting, role) {
                return Err(Code::Forbidden.into());
            }
            if role == Role::Owner {
                another_owner(on, admin.organisation, id).await?;
            }
            strike_off(on, admin.organisation, id).await?;
            let dropped = clear_out(&inner, on, admin.organisation, id).await?;
            let entry = Entry {
                before: cleared(json!({ "member": person.email, "role": role.as_str() }), dropped),
                ..entry(*admin, "members.remove_member")
            };
            audit::record(&inner, on, entry).await?;
            tell(&inner, on, &person, &organisation, Belonging::Removed, "/login").await
        })
    });
    removed.await
}

/// Ends a membership. Before its sessions: one that switches in locks the two in this order.
async fn strike_off(
    on: &DatabaseTransaction,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<(), AppError> {
    membership::Entity::delete_by_id((organisation.0, person.0)).exec(on).await.or_internal()?;
    Ok(())
}

/// Ends the sessions in an organisation, the invitations the person has sent there, and their personal keys: how many of
/// the latter two.
pub(crate) async fn clear_out(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<(u64, u64), AppError> {
    ending(EndReason::Revoked, context.now())
        .filter(session::Column::PersonId.eq(person.0))
        .filter(session::Column::OrganisationId.eq(organisation.0))
        .exec(on)
        .await
        .or_internal()?;
    let keys = revoke_personal(on, organisation, person, context.now()).await?;
    Ok((drop_invitations(on, organisation, person, None).await?, keys))
}

/// Makes another member an owner and oneself an administrator, in one step; both are told by mail.
/// Errors: `NotFound`, `NotOnYourself`, `Forbidden` (no owner any more).
pub async fn transfer_ownership(
    context: &Context,
    owner: Recent<Owner>,
    form: MemberForm,
) -> Result<(), AppError> {
    let (id, owner, inner) = (form.parse()?, *owner, context.clone());
    let transferred = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, owner.organisation).await?;
            acting_role(on, *owner, Role::Owner).await?;
            let (member, to) = find_member(on, owner.organisation, id).await?;
            if id == owner.person {
                return Err(Code::NotOnYourself.into());
            }
            let (_, from) = find_member(on, owner.organisation, owner.person).await?;
            set_role(on, owner.organisation, id, Role::Owner).await?;
            let dropped = set_role(on, owner.organisation, owner.person, Role::Admin).await?;
            let entry = Entry {
                before: lost(json!({ "owner": from.email, "role": member.role().as_str() }), dropped),
                after: json!({ "owner": to.email, "role": Role::Owner.as_str() }),
                ..entry(*owner, "members.transfer_ownership")
            };
            audit::record(&inner, on, entry).await?;
            for person in [&to, &from] {
                let about = Belonging::OwnershipTransferred { from: from.name.clone(), to: to.name.clone() };
                tell(&inner, on, person, &organisation, about, "/settings/members").await?;
            }
            Ok(())
        })
    });
    transferred.await
}

/// Leaves the organisation one is in; whatever one owes it. The session goes on in another organisation, if there is
/// one that has not signed the person out since it began. Errors: `LastOwner`, `NotFound` (shown out
/// meanwhile), `SessionRevoked`.
pub async fn leave(context: &Context, account: Recent<Account>) -> Result<Left, AppError> {
    let (account, inner, now) = (*account, context.clone(), context.now());
    let organisation = account.organisation.ok_or(Code::NotFound)?;
    let left = context.database.write(move |on| {
        Box::pin(async move {
            lock_organisation(on, organisation).await?;
            let (member, person) = find_member(on, organisation, account.person).await?;
            let role = member.role();
            if role == Role::Owner {
                another_owner(on, organisation, account.person).await?;
            }
            strike_off(on, organisation, account.person).await?;
            // Out of the organisation before the others end there.
            let left = move_on(on, account, organisation).await?;
            if left == Left::Nowhere {
                end_one(on, account.session, EndReason::SignedOut, now).await?;
            }
            let dropped = clear_out(&inner, on, organisation, account.person).await?;
            let entry = Entry {
                organisation: Some(organisation),
                before: cleared(json!({ "member": person.email, "role": role.as_str() }), dropped),
                ..audit::personal(account.person, "members.leave")
            };
            audit::record(&inner, on, entry).await?;
            Ok(left)
        })
    });
    left.await
}

async fn move_on(on: &DatabaseTransaction, account: Account, from: OrganisationId) -> Result<Left, AppError> {
    let session = session::Entity::live_of_person(account.person)
        .filter(session::Column::Id.eq(account.session.0))
        .one(on)
        .await
        .or_internal()?;
    let began = session.ok_or(Code::SessionRevoked)?.created_at;
    let memberships = membership::Entity::of_person(account.person).all(on).await.or_internal()?;
    let next = memberships
        .iter()
        .find(|member| member.organisation() != from && member.signed_out_at.is_none_or(|at| began > at));
    let Some(next) = next else { return Ok(Left::Nowhere) };
    move_session(on, account.session, next.organisation()).await?;
    Ok(Left::Elsewhere)
}
