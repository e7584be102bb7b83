//! Inviting by mail. A link is bound to its address and works once within seven days; sending it again makes a new
//! one and the old one dead. What is answered depends on who is a member here, never on who has an account.

use chrono::TimeDelta;
use domain::{
    Actor, Admin, AppError, Code, InvitationId, OrganisationId, Recent, Role,
    general::Email,
    members::{InvitationForm, Invite, InviteForm, may_act_on},
    notifications::News,
};
use entity::{audit as trail, invitation, membership, organisation, person};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect, sea_query::OnConflict,
};
use serde_json::json;

use super::{acting_role, entry, find_member, lock_organisation, people::count_seats};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    guess,
    mail::{Belonging, Mail, MailKind},
    notifications::{Raise, raise},
    token::PlainToken,
};

/// How long an invitation can be accepted.
pub const INVITATION_LIFETIME: TimeDelta = TimeDelta::days(7);
/// Invitations that one organisation may mail within 24 hours: it is not there to write to strangers.
pub const MOST_MAILS_A_DAY: u64 = 100;

/// What the audit trail calls a mailed invitation, and counts.
const INVITED: &str = "members.invite";
const RESENT: &str = "members.resend_invitation";

/// What became of the addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invited {
    pub invited: usize,
    /// Members already, left as they are.
    pub members: usize,
}

/// An invitation that was saved and is to be mailed.
struct Letter {
    email: String,
    email_key: String,
    role: Role,
    token: PlainToken,
}

/// Invites addresses; one that waits already gets a new link and the role chosen now.
///
/// Whoever invites somebody above a member has given the password a moment ago, as for making one.
///
/// Errors: fields of the form, `emails` being `AlreadyMember` (all of them) or `SeatsFull`; `Forbidden` (a role above
/// one's own, also that of an invitation which waits), `PasswordNeeded`, `TooManyTries`.
pub async fn invite(context: &Context, admin: Admin, form: InviteForm) -> Result<Invited, AppError> {
    let (invite, inner) = (form.parse()?, context.clone());
    if invite.role > Role::Member {
        Recent::check(admin, context.now())?;
    }
    let saved = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, admin.organisation).await?;
            let acting = acting_role(on, *admin, Role::Admin).await?;
            let Invite { emails, role } = invite;
            let asked = emails.len();
            let fresh = without_members(on, admin.organisation, emails).await?;
            if fresh.is_empty() {
                return Err(AppError::field("emails", Code::AlreadyMember));
            }
            let waiting = waiting(on, admin.organisation, &fresh).await?;
            let reachable =
                waiting.iter().map(|row| row.role()).chain([role]).all(|role| may_act_on(acting, role));
            if !reachable {
                return Err(Code::Forbidden.into());
            }
            let open = waiting.iter().filter(|row| row.expires_at > inner.now()).count();
            if count_seats(on, admin.organisation, inner.now()).await? + fresh.len() - open
                > organisation.subscription(inner.now()).plan.seats()
            {
                return Err(AppError::field("emails", Code::SeatsFull));
            }
            may_mail(&inner, on, admin.organisation, fresh.len()).await?;
            let mut letters = Vec::with_capacity(fresh.len());
            for email in fresh {
                letters.push(save(&inner, on, *admin, email, role).await?);
            }
            let (_, inviter) = find_member(on, admin.organisation, admin.person).await?;
            let (invited, members) = (letters.len(), asked - letters.len());
            let news = News::Invitation {
                inviter: inviter.name.clone(),
                invited: letters.iter().map(|letter| letter.email.clone()).collect(),
            };
            let key = format!("invitation:{}", inner.id());
            let by = Some(admin.person);
            raise(&inner, on, Raise { organisation: &organisation, key, news, by }).await?;
            // Two that invite the same people spend their budgets in one order.
            letters.sort_by(|one, other| one.email_key.cmp(&other.email_key));
            for letter in letters {
                send(&inner, on, letter, &organisation, &inviter.name).await?;
            }
            Ok(Invited { invited, members })
        })
    });
    saved.await
}

async fn without_members(
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    mut emails: Vec<Email>,
) -> Result<Vec<Email>, AppError> {
    let members: Vec<String> = membership::Entity::in_organisation(organisation)
        .select_only()
        .column(person::Column::EmailKey)
        .inner_join(person::Entity)
        .into_tuple()
        .all(on)
        .await
        .or_internal()?;
    emails.retain(|email| !members.contains(&email.normalised()));
    Ok(emails)
}

async fn waiting(
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    emails: &[Email],
) -> Result<Vec<invitation::Model>, AppError> {
    invitation::Entity::in_organisation(organisation)
        .filter(invitation::Column::EmailKey.is_in(emails.iter().map(Email::normalised)))
        .all(on)
        .await
        .or_internal()
}

/// Errors: `TooManyTries` if the organisation's mails of the last day and these are more than may be.
async fn may_mail(
    context: &Context,
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    more: usize,
) -> Result<(), AppError> {
    // What is a day old to the millisecond counts no more.
    let since = context.now() - TimeDelta::days(1) + TimeDelta::milliseconds(1);
    let mailed = trail::Entity::in_organisation(organisation)
        .filter(trail::Column::Action.is_in([INVITED, RESENT]))
        .filter(trail::Column::Id.gte(audit::least_id(since)))
        .count(on)
        .await
        .or_internal()?;
    if mailed + more as u64 > MOST_MAILS_A_DAY {
        let hour = TimeDelta::hours(1).num_seconds();
        return Err(AppError::too_many_tries(u32::try_from(hour).unwrap_or(u32::MAX)));
    }
    Ok(())
}

/// Saves an invitation, in the place of one for the same address.
async fn save(
    context: &Context,
    on: &impl ConnectionTrait,
    actor: Actor,
    email: Email,
    role: Role,
) -> Result<Letter, AppError> {
    let (token, now) = (PlainToken::random(), context.now());
    let row = invitation::ActiveModel {
        id: Set(context.id()),
        organisation_id: Set(actor.organisation.0),
        email: Set(email.as_str().to_owned()),
        email_key: Set(email.normalised()),
        role: Set(role.as_str().to_owned()),
        token_hash: Set(token.hash().0),
        invited_by: Set(Some(actor.person.0)),
        sent_at: Set(now),
        expires_at: Set(now + INVITATION_LIFETIME),
    };
    let replace = OnConflict::columns([invitation::Column::OrganisationId, invitation::Column::EmailKey])
        .update_columns([
            invitation::Column::Email,
            invitation::Column::Role,
            invitation::Column::TokenHash,
            invitation::Column::InvitedBy,
            invitation::Column::SentAt,
            invitation::Column::ExpiresAt,
        ])
        .to_owned();
    invitation::Entity::insert(row).on_conflict(replace).exec_without_returning(on).await.or_internal()?;
    let after = json!({ "email": email.as_str(), "role": role.as_str() });
    audit::record(context, on, Entry { after, ..entry(actor, INVITED) }).await?;
    Ok(Letter { email_key: email.normalised(), email: email.into_string(), role, token })
}

/// Mails the link in the organisation's language. When too many invitations were mailed to the address, by anybody,
/// nothing is, and nobody learns so. A budget apart from that of other mail: invitations must not use up the resets
/// that the address asks for.
async fn send(
    context: &Context,
    on: &DatabaseTransaction,
    letter: Letter,
    organisation: &organisation::Model,
    inviter: &str,
) -> Result<(), AppError> {
    let Letter { email: to, email_key, role, token } = letter;
    match guess::spend_on(on, context.now(), format!("invitations:{email_key}")).await {
        Ok(_) => {}
        Err(error) if error.code == Code::TooManyTries => return Ok(()),
        Err(error) => return Err(error),
    }
    let about = Belonging::Invited { inviter: inviter.to_owned(), role };
    let link = context.link(&format!("/invite?token={}", token.reveal()));
    let kind = MailKind::Belonging { about, organisation: organisation.name.clone(), link };
    let (language, organisation) = (organisation.language(), Some(organisation.id()));
    context.post(on, &Mail { id: context.id(), to, language, organisation, kind }).await
}

/// Sends an invitation again, with a new link for another seven days; the old link is dead.
/// Errors: `NotFound`, `Forbidden` (a role above one's own), `SeatsFull`, `TooManyTries`.
pub async fn resend_invitation(
    context: &Context,
    admin: Admin,
    form: InvitationForm,
) -> Result<(), AppError> {
    let (id, inner) = (form.parse()?, context.clone());
    let saved = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, admin.organisation).await?;
            let row = reachable(on, *admin, id).await?;
            let now = inner.now();
            if row.expires_at <= now
                && count_seats(on, admin.organisation, now).await?
                    >= organisation.subscription(now).plan.seats()
            {
                return Err(Code::SeatsFull.into());
            }
            may_mail(&inner, on, admin.organisation, 1).await?;
            // One address is not written to over and over; here it may be said, who asks has invited it.
            guess::spend_on(on, now, format!("invitation:{id}")).await?;
            let token = PlainToken::random();
            let update = invitation::ActiveModel {
                id: Set(row.id),
                token_hash: Set(token.hash().0),
                sent_at: Set(now),
                expires_at: Set(now + INVITATION_LIFETIME),
                ..Default::default()
            };
            invitation::Entity::update(update).exec(on).await.or_internal()?;
            let after = json!({ "email": row.email, "role": row.role });
            audit::record(&inner, on, Entry { after, ..entry(*admin, RESENT) }).await?;
            let (_, inviter) = find_member(on, admin.organisation, admin.person).await?;
            let role = row.role();
            let letter = Letter { email: row.email, email_key: row.email_key, role, token };
            send(&inner, on, letter, &organisation, &inviter.name).await
        })
    });
    saved.await
}

/// Takes an invitation back: its link is dead. Errors: `NotFound`, `Forbidden` (a role above one's own).
pub async fn revoke_invitation(
    context: &Context,
    admin: Admin,
    form: InvitationForm,
) -> Result<(), AppError> {
    let (id, inner) = (form.parse()?, context.clone());
    let revoked = context.database.write(move |on| {
        Box::pin(async move {
            lock_organisation(on, admin.organisation).await?;
            let row = reachable(on, *admin, id).await?;
            invitation::Entity::delete_by_id(row.id).exec(on).await.or_internal()?;
            let before = json!({ "email": row.email, "role": row.role });
            audit::record(&inner, on, Entry { before, ..entry(*admin, "members.revoke_invitation") }).await
        })
    });
    revoked.await
}

/// An invitation of the organisation that the actor may touch.
async fn reachable(
    on: &DatabaseTransaction,
    actor: Actor,
    id: InvitationId,
) -> Result<invitation::Model, AppError> {
    let acting = acting_role(on, actor, Role::Admin).await?;
    let row = invitation::Entity::in_organisation(actor.organisation)
        .filter(invitation::Column::Id.eq(id.0))
        .one(on)
        .await
        .or_internal()?;
    let row = row.ok_or(Code::NotFound)?;
    if may_act_on(acting, row.role()) { Ok(row) } else { Err(Code::Forbidden.into()) }
}
