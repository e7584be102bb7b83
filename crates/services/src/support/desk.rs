//! What staff see and do: finding an organisation, entering it with a reason, leaving it.

use chrono::{DateTime, Utc};
use domain::{
    AppError, Code, OrganisationId, PersonId, Staff, SupportId,
    fold::fold,
    support::{Enter, EnterForm, FindForm, LIFETIME, Mode, Sought},
};
use entity::{organisation, session, support_session};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::Expr,
};
use serde_json::json;

use super::{
    Ending, end,
    letters::{News, tell, told},
    lock_organisation, reach, today,
};
use crate::{
    Context,
    account::lock_person,
    audit::{self, Entry},
    failure::OrInternal,
    origin::{self, Origin},
    zones,
};

/// The most that a search lists.
const MOST_FOUND: usize = 20;

/// All that staff learn of an organisation they are not in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub id: OrganisationId,
    pub name: String,
    /// How far it lets support go; `None`: not in.
    pub reach: Option<Mode>,
    /// When it is deleted, with its zone, unless somebody gives it back before; `None`: it is not to be deleted.
    pub leaving: Option<String>,
}

/// The newest stay of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastStay {
    pub organisation: String,
    pub mode: Mode,
    pub reason: String,
    pub expires_at: DateTime<Utc>,
    /// `None` while it lasts.
    pub ended: Option<(DateTime<Utc>, Ending)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Sorted by name; `None` while nothing is looked for.
    pub found: Option<Vec<Found>>,
    pub last: Option<LastStay>,
}

/// Errors: field `q`.
pub async fn load_desk(context: &Context, staff: Staff, form: &FindForm) -> Result<Desk, AppError> {
    let last = support_session::Entity::of_person(staff.person)
        .find_also_related(organisation::Entity)
        .one(context.database.read())
        .await
        .or_internal()?;
    let last = last.map(|(row, organisation)| LastStay {
        organisation: organisation.map(|organisation| organisation.name).unwrap_or_default(),
        mode: row.mode(),
        ended: row.ended_at.zip(row.ending()),
        reason: row.reason,
        expires_at: row.expires_at,
    });
    Ok(Desk { found: find(context, staff, form).await?, last })
}

/// Organisations by a part of their name, whatever keyboard it was typed on, or by their id. Errors: field `q`.
pub async fn find(context: &Context, _staff: Staff, form: &FindForm) -> Result<Option<Vec<Found>>, AppError> {
    let Some(sought) = form.parse()? else { return Ok(None) };
    let rows = match &sought {
        Sought::Id(id) => organisation::Entity::by_id(*id),
        // Compared here: no database folds the four Turkish i's alike.
        Sought::Name(_) => organisation::Entity::find(),
    };
    let mut rows = rows.all(context.database.read()).await.or_internal()?;
    // Of what is gone or going nothing is left to see.
    rows.retain(|row| row.stage().is_whole());
    if let Sought::Name(name) = &sought {
        rows.retain(|row| fold(&row.name).contains(name));
    }
    rows.sort_by_cached_key(|row| (fold(&row.name), row.id));
    rows.truncate(MOST_FOUND);
    let found = |row: organisation::Model| Found {
        id: row.id(),
        reach: reach(context, &row).filter(|_| row.stage().is_open()),
        leaving: row.delete_at.map(|at| zones::told(&row.time_zone, at)),
        name: row.name,
    };
    Ok(Some(rows.into_iter().map(found).collect()))
}

/// Enters an organisation for sixty minutes; its owners and administrators are told by mail.
/// Errors: fields of the form (`SupportReach` at `mode`: further than it is let in), `NotFound`, `SupportNotAllowed`,
/// `SupportInside`, `SessionRevoked`, `OrganisationDeleting`.
pub async fn enter(context: &Context, staff: Staff, form: EnterForm) -> Result<SupportId, AppError> {
    let enter = form.parse()?;
    if staff.support.is_some() {
        return Err(Code::SupportInside.into());
    }
    // One whose session is over, or whose time is: it must not keep them out.
    for over in stale(context, staff).await? {
        end(context, over, Ending::SignedOut, None).await?;
    }
    let read = context.database.read();
    let organisation = organisation::Entity::by_id(enter.organisation).one(read).await.or_internal()?;
    let consented_by = organisation.and_then(|row| row.support_allowed_by).map(PersonId);
    let inner = context.clone();
    let (id, now) = (SupportId(context.id()), context.now());
    let work = context.database.write(move |on| {
        Box::pin(async move {
            let organisation = lock_organisation(on, enter.organisation).await?.ok_or(Code::NotFound)?;
            let person = lock_person(on, staff.person).await?;
            if !super::staff::is_staff(on, staff.person).await? {
                return Err(Code::NotFound.into());
            }
            // Again, now that no other request of theirs can enter.
            let live = support_session::Entity::of_person(staff.person)
                .filter(support_session::Column::EndedAt.is_null())
                .count(on)
                .await
                .or_internal()?;
            if live > 0 {
                return Err(Code::SupportInside.into());
            }
            if !organisation.stage().is_open() {
                return Err(Code::OrganisationDeleting.into());
            }
            let reach = reach(&inner, &organisation).ok_or(Code::SupportNotAllowed)?;
            if reach < enter.mode {
                return Err(AppError::field("mode", Code::SupportReach));
            }
            stand_in(on, staff, Some(enter.organisation)).await?;
            let Enter { organisation: _, reason, ticket, mode } = enter;
            let row = support_session::ActiveModel {
                id: Set(id.0),
                organisation_id: Set(organisation.id),
                person_id: Set(staff.person.0),
                session_id: Set(staff.session.0),
                consented_by: Set(consented_by.map(|id| id.0)),
                reason: Set(reason.clone()),
                ticket: Set(ticket.clone().unwrap_or_default()),
                mode: Set(mode.word().to_owned()),
                started_at: Set(now),
                expires_at: Set(now + LIFETIME),
                ended_at: Set(None),
                ended_reason: Set(None),
                ended_by: Set(None),
            };
            support_session::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
            let entry = Entry {
                organisation: Some(organisation.id()),
                after: json!({ "reason": reason, "ticket": ticket, "mode": mode.word() }),
                ..audit::personal(staff.person, "support.enter")
            };
            audit::record(&inner, on, entry).await?;
            let until = told(&organisation, now + LIFETIME);
            let is_forced = !organisation.consent().is_given(today(&inner, &organisation));
            let news = News::Entered { staff: person.name, reason, ticket, mode, until, is_forced };
            tell(&inner, on, &organisation, news).await?;
            Ok(id)
        })
    });
    // Both names from the first row on.
    origin::within(Origin { on_behalf_of: consented_by, ..origin::current() }, work).await
}

/// The stays of somebody that nobody has ended and that are over. Errors: `SupportInside` if one is not, in this browser or in
/// another of theirs.
async fn stale(context: &Context, staff: Staff) -> Result<Vec<SupportId>, AppError> {
    let rows = support_session::Entity::of_person(staff.person)
        .filter(support_session::Column::EndedAt.is_null())
        .find_also_related(session::Entity)
        .all(context.database.read())
        .await
        .or_internal()?;
    let now = context.now();
    let mut stale = Vec::new();
    for (row, session) in rows {
        let is_open = session.is_some_and(|session| session.ended_at.is_none() && session.expires_at > now);
        if is_open && row.expires_at > now {
            return Err(Code::SupportInside.into());
        }
        stale.push(row.id());
    }
    Ok(stale)
}

/// Where the session of staff stands. Errors: `SessionRevoked` if it was ended meanwhile.
async fn stand_in(
    on: &DatabaseTransaction,
    staff: Staff,
    organisation: Option<OrganisationId>,
) -> Result<(), AppError> {
    let moved = session::Entity::update_many()
        .col_expr(session::Column::OrganisationId, Expr::value(organisation.map(|id| id.0)))
        .filter(session::Column::Id.eq(staff.session.0))
        .filter(session::Column::EndedAt.is_null())
        .exec(on)
        .await
        .or_internal()?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Code::SessionRevoked.into()) }
}

/// Leaves the organisation. Nothing happens to somebody who is in none.
pub async fn leave(context: &Context, staff: Staff) -> Result<(), AppError> {
    match staff.support {
        Some(inside) => end(context, inside.id, Ending::Left, Some(staff.person)).await,
        None => Ok(()),
    }
}
