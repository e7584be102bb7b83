//! Who belongs to the organisation, who is invited, how many seats are left.

use chrono::{DateTime, Utc};
use domain::{
    Admin, AppError, Code, InvitationId, Member, OrganisationId, PersonId, Role, fold::fold,
    members::may_act_on, plan::Plan,
};
use entity::{authenticator, invitation, membership, organisation, passkey, person, session};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, ExprTrait},
};

use crate::{Context, failure::OrInternal, names::Veil};

/// A member as an administrator sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberLine {
    pub id: PersonId,
    pub name: String,
    /// Empty where they hide from the support that asks, and so is when they were here.
    pub email: String,
    pub role: Role,
    pub has_second_factor: bool,
    /// When they last used any session in this organisation.
    pub active_at: Option<DateTime<Utc>>,
    /// Whether a session of theirs is open here now.
    pub is_signed_in: bool,
    pub is_self: bool,
    /// The administrator who asks may remind them of the second factor they do not have.
    pub may_be_reminded: bool,
    /// The administrator who asks may sign them out.
    pub may_be_signed_out: bool,
    /// The administrator who asks may reset their second factor, if they have one.
    pub may_be_reset: bool,
}

/// A member as every other member sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameLine {
    pub name: String,
    pub role: Role,
    pub is_self: bool,
}

/// An invitation that was not accepted yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationLine {
    pub id: InvitationId,
    pub email: String,
    pub role: Role,
    /// The name of whoever sent it, while they have an account.
    pub invited_by: Option<String>,
    pub sent_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub is_expired: bool,
    /// The administrator who asks may send it again or revoke it.
    pub may_be_touched: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// Sorted by name, the Turkish way.
    pub people: Vec<MemberLine>,
    /// The newest first.
    pub invitations: Vec<InvitationLine>,
    pub plan: Plan,
    /// Members and open invitations.
    pub seats_taken: usize,
}

/// Names and roles, for everybody in the organisation.
pub async fn list_names(context: &Context, member: Member) -> Result<Vec<NameLine>, AppError> {
    let rows = membership::Entity::in_organisation(member.organisation)
        .find_also_related(person::Entity)
        .all(context.database.read())
        .await
        .or_internal()?;
    let line = |(row, person): (membership::Model, Option<person::Model>)| {
        let (person, role) = (person?, row.role());
        Some(NameLine { is_self: person.id() == member.person, name: person.name, role })
    };
    let mut names: Vec<NameLine> = rows.into_iter().filter_map(line).collect();
    names.sort_by_cached_key(|line| (fold(&line.name), line.is_self));
    Ok(names)
}

/// Everything an administrator sees.
pub async fn load_members(context: &Context, admin: Admin) -> Result<Members, AppError> {
    let (people, now) = (load_people(context, admin).await?, context.now());
    let veil = Veil::of(context.database.read(), *admin).await?;
    let rows = invitation::Entity::in_organisation(admin.organisation)
        .find_also_related(person::Entity)
        .order_by_desc(invitation::Column::SentAt)
        .order_by_desc(invitation::Column::Id)
        .all(context.database.read())
        .await
        .or_internal()?;
    let line = |(row, inviter): (invitation::Model, Option<person::Model>)| InvitationLine {
        id: row.id(),
        role: row.role(),
        invited_by: inviter.map(|person| veil.named(person).0),
        sent_at: row.sent_at,
        expires_at: row.expires_at,
        is_expired: row.expires_at <= now,
        may_be_touched: may_act_on(admin.role, row.role()) && admin.support.is_none(),
        email: row.email,
    };
    let invitations: Vec<InvitationLine> = rows.into_iter().map(line).collect();
    let open = invitations.iter().filter(|line| !line.is_expired).count();
    let organisation = organisation::Entity::by_id(admin.organisation).one(context.database.read()).await;
    let organisation = organisation.or_internal()?.ok_or(Code::NotFound)?;
    Ok(Members {
        plan: organisation.subscription(now).plan,
        seats_taken: people.len() + open,
        people,
        invitations,
    })
}

/// Members and open invitations, counted within the transaction that has locked the organisation.
pub(crate) async fn count_seats(
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<usize, AppError> {
    let members = membership::Entity::in_organisation(organisation).count(on).await.or_internal()?;
    let open = invitation::Entity::in_organisation(organisation)
        .filter(invitation::Column::ExpiresAt.gt(now))
        .count(on)
        .await
        .or_internal()?;
    Ok(usize::try_from(members + open).unwrap_or(usize::MAX))
}

/// The people, with what an administrator is told of their security.
pub(crate) async fn load_people(context: &Context, admin: Admin) -> Result<Vec<MemberLine>, AppError> {
    let (read, now) = (context.database.read(), context.now());
    let veil = Veil::of(read, *admin).await?;
    let rows = membership::Entity::in_organisation(admin.organisation)
        .find_also_related(person::Entity)
        .all(read)
        .await
        .or_internal()?;
    let here = membership::Entity::in_organisation(admin.organisation)
        .select_only()
        .column(membership::Column::PersonId)
        .into_query();
    let mut with_factor: Vec<uuid::Uuid> = authenticator::Entity::find()
        .select_only()
        .column(authenticator::Column::PersonId)
        .filter(authenticator::Column::PersonId.in_subquery(here.clone()))
        .into_tuple()
        .all(read)
        .await
        .or_internal()?;
    let with_passkey: Vec<uuid::Uuid> = passkey::Entity::find()
        .select_only()
        .column(passkey::Column::PersonId)
        .filter(passkey::Column::PersonId.in_subquery(here))
        .distinct()
        .into_tuple()
        .all(read)
        .await
        .or_internal()?;
    with_factor.extend(with_passkey);
    let sessions: Vec<(uuid::Uuid, DateTime<Utc>, i64)> = session::Entity::find()
        .select_only()
        .column(session::Column::PersonId)
        .column_as(session::Column::ActiveAt.max(), "active_at")
        .column_as(
            Expr::case(
                session::Column::EndedAt.is_null().and(session::Column::ExpiresAt.gt(now)),
                Expr::val(1_i64),
            )
            .finally(Expr::val(0_i64))
            .max(),
            "open",
        )
        .filter(session::Column::OrganisationId.eq(admin.organisation.0))
        .group_by(session::Column::PersonId)
        .into_tuple()
        .all(read)
        .await
        .or_internal()?;
    let line = |(member, person): (membership::Model, Option<person::Model>)| {
        let (person, role) = (person?, member.role());
        let seen = sessions.iter().find(|(id, ..)| *id == person.id);
        let seen = seen.filter(|_| !veil.hides(person.id));
        let here = member.active_at.filter(|_| !veil.hides(person.id));
        let (id, has_second_factor) = (person.id(), with_factor.contains(&person.id));
        // Nothing that is done to people is for support.
        let (is_self, is_support) = (id == admin.person, admin.support.is_some());
        let may = may_act_on(admin.role, role) && !is_self && !is_support;
        let (name, email) = veil.named(person);
        Some(MemberLine {
            id,
            name,
            email,
            role,
            has_second_factor,
            active_at: Ord::max(seen.map(|(_, at, _)| *at), here),
            is_signed_in: seen.is_some_and(|(_, _, open)| *open == 1),
            is_self,
            may_be_reminded: !has_second_factor && !is_self && !is_support,
            may_be_signed_out: may,
            may_be_reset: may && has_second_factor,
        })
    };
    let mut people: Vec<MemberLine> = rows.into_iter().filter_map(line).collect();
    people.sort_by_cached_key(|line| (fold(&line.name), line.email.clone()));
    Ok(people)
}
