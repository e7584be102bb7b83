//! The organisation's security: requiring a second factor, the idle limit, and what an administrator may do
//! for a member who lost their phone or left a session open.

use domain::{
    Admin, AppError, Code, PersonId, Recent, Role,
    members::may_act_on,
    security::{IdleLimit, MemberForm, Policy, PolicyForm},
};
use entity::{membership, organisation, person, session};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    Context,
    account::{Factors, Holder, Notice, Undo, forget_factors, lock_person, tell},
    audit::{self, Entry},
    failure::{OrInternal, internal},
    guess,
    mail::{Mail, MailKind},
    members::{MemberLine, acting_role, find_member, load_people, lock_organisation},
    session::{EndReason, ending},
};

/// The rules and the people they concern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Security {
    pub policy: Policy,
    pub version: i64,
    /// Sorted by name, the Turkish way.
    pub people: Vec<MemberLine>,
}

pub async fn load_security(context: &Context, admin: Admin) -> Result<Security, AppError> {
    let organisation = load_organisation(context.database.read(), admin).await?;
    let people = load_people(context, admin).await?;
    Ok(Security { policy: policy_of(&organisation), version: organisation.version, people })
}

/// The rules as their entries in the trail tell them, and their version.
pub(crate) async fn load_audited(context: &Context, admin: Admin) -> Result<(Value, i64), AppError> {
    let organisation = load_organisation(context.database.read(), admin).await?;
    Ok((audited(policy_of(&organisation)), organisation.version))
}

fn audited(policy: Policy) -> Value {
    json!({ "two_factor_required": policy.two_factor_required, "idle_limit": policy.idle_limit.word() })
}

fn policy_of(organisation: &organisation::Model) -> Policy {
    Policy {
        two_factor_required: organisation.two_factor_required,
        idle_limit: IdleLimit::from_column(organisation.idle_limit),
    }
}

async fn load_organisation(on: &impl ConnectionTrait, admin: Admin) -> Result<organisation::Model, AppError> {
    let row = organisation::Entity::by_id(admin.organisation).one(on).await.or_internal()?;
    row.ok_or_else(|| internal("the organisation of an actor is gone"))
}

/// Saves the rules; they hold from everybody's next request on. Gives the new version.
/// Errors: `TwoFactorFirst`, `Conflict`, `Forbidden`, field `idle_limit`.
pub async fn save_policy(context: &Context, admin: Recent<Admin>, form: PolicyForm) -> Result<i64, AppError> {
    let (policy, admin, inner, now) = (form.parse()?, *admin, context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let before = policy_of(&lock_organisation(on, admin.organisation).await?);
                acting_role(on, *admin, Role::Admin).await?;
                // Locked: the factor they have may be going at this moment.
                lock_person(on, admin.person).await?;
                let turns_on = policy.two_factor_required && !before.two_factor_required;
                if turns_on && !Factors::of(on, admin.person).await?.any() {
                    return Err(Code::TwoFactorFirst.into());
                }
                let saved = organisation::Entity::update_many()
                    .col_expr(
                        organisation::Column::TwoFactorRequired,
                        Expr::value(policy.two_factor_required),
                    )
                    .col_expr(organisation::Column::IdleLimit, Expr::value(policy.idle_limit.to_column()))
                    .col_expr(organisation::Column::Version, Expr::value(form.version + 1))
                    .col_expr(organisation::Column::ChangedAt, Expr::value(now))
                    .col_expr(organisation::Column::ChangedBy, Expr::value(Some(admin.person.0)))
                    .filter(organisation::Column::Id.eq(admin.organisation.0))
                    .filter(organisation::Column::Version.eq(form.version))
                    .exec(on)
                    .await
                    .or_internal()?;
                if saved.rows_affected == 0 {
                    return Err(Code::Conflict.into());
                }
                let entry = Entry {
                    before: audited(before),
                    after: audited(policy),
                    ..entry(admin, "security.save_policy")
                };
                audit::record(&inner, on, entry).await?;
                Ok(form.version + 1)
            })
        })
        .await
}

fn entry(admin: Admin, action: &'static str) -> Entry {
    Entry { organisation: Some(admin.organisation), ..audit::personal(admin.person, action) }
}

/// A member whom the administrator may act upon at this moment: not themselves, nobody of a higher role. The organisation
/// is locked.
async fn subordinate(
    on: &impl ConnectionTrait,
    admin: Admin,
    id: PersonId,
) -> Result<(person::Model, organisation::Model), AppError> {
    let organisation = lock_organisation(on, admin.organisation).await?;
    let acting = acting_role(on, *admin, Role::Admin).await?;
    let (member, person) = find_member(on, admin.organisation, id).await?;
    if id == admin.person {
        return Err(Code::NotOnYourself.into());
    }
    if may_act_on(acting, member.role()) { Ok((person, organisation)) } else { Err(Code::Forbidden.into()) }
}

/// Ends a member's sessions in this organisation; sessions they have elsewhere can't enter it again.
/// Errors: `NotFound`, `NotOnYourself`, `Forbidden` (a higher role).
pub async fn sign_member_out(
    context: &Context,
    admin: Recent<Admin>,
    form: MemberForm,
) -> Result<u64, AppError> {
    let (admin, id, inner, now) = (*admin, form.parse()?, context.clone(), context.now());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let (person, _) = subordinate(on, admin, id).await?;
                // First: a session that is just switching in waits for this row, or is ended below.
                membership::Entity::update_many()
                    .col_expr(membership::Column::SignedOutAt, Expr::value(Some(now)))
                    .filter(membership::Column::OrganisationId.eq(admin.organisation.0))
                    .filter(membership::Column::PersonId.eq(id.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                let ended = ending(EndReason::Revoked, now)
                    .filter(session::Column::PersonId.eq(id.0))
                    .filter(session::Column::OrganisationId.eq(admin.organisation.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                let entry = Entry {
                    after: json!({ "member": person.email, "ended": ended.rows_affected }),
                    ..entry(admin, "security.sign_member_out")
                };
                audit::record(&inner, on, entry).await?;
                Ok(ended.rows_affected)
            })
        })
        .await
}

/// Takes a member's second factors away, so that they can set up new ones; ends all their sessions and tells
/// them. Somebody who belongs to another organisation too is out of reach: that one relies on the factor.
/// Errors: `NotFound`, `NotOnYourself`, `Forbidden` (a higher role), `MemberElsewhere`.
pub async fn reset_member(context: &Context, admin: Recent<Admin>, form: MemberForm) -> Result<(), AppError> {
    let (admin, id, inner, now) = (*admin, form.parse()?, context.clone(), context.now());
    let reset = context.database.write(move |on| {
        Box::pin(async move {
            let (_, organisation) = subordinate(on, admin, id).await?;
            let person = lock_person(on, id).await?;
            if membership::Entity::of_person(id).count(on).await.or_internal()? > 1 {
                return Err(Code::MemberElsewhere.into());
            }
            forget_factors(on, id, now).await?;
            let entry =
                Entry { after: json!({ "member": person.email }), ..entry(admin, "security.reset_member") };
            audit::record(&inner, on, entry).await?;
            let language = organisation.language();
            let holder = Holder { person: &person, language, organisation: Some(admin.organisation) };
            tell(&inner, on, holder, Notice::TwoFactorReset, Undo::Nothing).await
        })
    });
    reset.await
}

/// Mails a member without a second factor that they should set one up; not more often than other mail.
/// Errors: `NotFound`, `TooManyTries`.
pub async fn remind_member(context: &Context, admin: Admin, form: MemberForm) -> Result<(), AppError> {
    let id = form.parse()?;
    let (_, person) = find_member(context.database.read(), admin.organisation, id).await?;
    if Factors::of(context.database.read(), id).await?.any() {
        return Ok(());
    }
    guess::spend(context, &reminders(&person)).await?;
    remind(context, admin, person).await
}

/// Reminds everybody else who has no second factor: how many mails went out.
pub async fn remind_all(context: &Context, admin: Admin) -> Result<usize, AppError> {
    let mut sent = 0;
    let people = load_security(context, admin).await?.people;
    for line in people.into_iter().filter(|line| !line.has_second_factor && !line.is_self) {
        let (_, person) = find_member(context.database.read(), admin.organisation, line.id).await?;
        if guess::spend(context, &reminders(&person)).await.is_ok() {
            remind(context, admin, person).await?;
            sent += 1;
        }
    }
    Ok(sent)
}

/// A budget apart from that of other mail: reminders must not use up the resets that the person asks for.
fn reminders(person: &person::Model) -> String {
    format!("remind:{}", person.email_key)
}

async fn remind(context: &Context, admin: Admin, person: person::Model) -> Result<(), AppError> {
    let inner = context.clone();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let after = json!({ "member": person.email });
                let entry = Entry { after, ..entry(admin, "security.remind_member") };
                audit::record(&inner, on, entry).await?;
                let organisation = load_organisation(on, admin).await?;
                let language = person.language().unwrap_or(organisation.language());
                let (id, link) = (Some(organisation.id()), inner.link("/account/security"));
                let kind = MailKind::SetUpTwoFactor { link, organisation: organisation.name };
                let mail = Mail { id: inner.id(), to: person.email, language, organisation: id, kind };
                inner.post(on, &mail).await
            })
        })
        .await
}
