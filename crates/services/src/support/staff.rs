//! Who is staff: made and unmade by the operator's shell. A person is either staff or a member of organisations.

use chrono::{DateTime, Utc};
use domain::{
    AppError, Code, PersonId,
    general::{Email, Name},
};
use entity::{link::Purpose, membership, person, staff, support_session};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};
use serde_json::json;

use super::{Ending, end};
use crate::{
    Context,
    account::{Factors, lock_person},
    audit::{self, Entry},
    entrance::{
        NewPerson, RESET_LINK_LIFETIME,
        link::{NewLink, save_link},
    },
    failure::{OrInternal, internal},
    mail::{Mail, MailKind},
    session::{EndReason, end_all},
    token::PlainToken,
};

/// A person who is staff now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    pub email: String,
    /// Chooses a password, once, within an hour; mailed as well.
    pub link: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffLine {
    pub name: String,
    pub email: String,
    pub has_second_factor: bool,
    pub since: DateTime<Utc>,
}

pub(crate) async fn is_staff(on: &impl ConnectionTrait, person: PersonId) -> Result<bool, AppError> {
    Ok(staff::Entity::find_by_id(person.0).count(on).await.or_internal()? > 0)
}

/// Makes somebody staff, with an account of the address if there is none, and a link to choose a password. For somebody
/// who is staff already it is a new link. Errors: `StaffNoMember` (the address is a member's), fields `email`, `name`.
pub async fn add(context: &Context, email: &str, name: &str) -> Result<Added, AppError> {
    let email = Email::parse(email).map_err(|code| AppError::field("email", code))?;
    let name = Name::parse(name).map_err(|code| AppError::field("name", code))?;
    let token = PlainToken::random();
    let inner = context.clone();
    let added = context.database.write(move |on| {
        Box::pin(async move {
            let now = inner.now();
            let person = claim(&inner, on, &email, &name).await?;
            if membership::Entity::of_person(person.id()).count(on).await.or_internal()? > 0 {
                return Err(Code::StaffNoMember.into());
            }
            let row = staff::ActiveModel { person_id: Set(person.id), created_at: Set(now) };
            let keep = OnConflict::column(staff::Column::PersonId).do_nothing().to_owned();
            let added = staff::Entity::insert(row)
                .on_conflict(keep)
                .exec_without_returning(on)
                .await
                .or_internal()?;
            let until = now + RESET_LINK_LIFETIME;
            let link = NewLink { person: person.id(), purpose: Purpose::Reset, until, target: None };
            save_link(&inner, on, link, &token).await?;
            if added > 0 {
                record(&inner, on, &person, "support.add_staff").await?;
            }
            let link = inner.link(&format!("/reset?token={}", token.reveal()));
            let kind = MailKind::ResetPassword { link: link.clone() };
            let (to, language) = (person.email.clone(), person.language().unwrap_or_default());
            inner.post(on, &Mail { id: inner.id(), to, language, organisation: None, kind }).await?;
            Ok(Added { email: person.email, link })
        })
    });
    added.await
}

/// The account of an address, locked; made without a password if there is none. The operator vouches for the address.
async fn claim(
    context: &Context,
    on: &DatabaseTransaction,
    email: &Email,
    name: &Name,
) -> Result<person::Model, AppError> {
    let (id, now) = (PersonId(context.id()), context.now());
    let row = NewPerson { id, name, email, hash: String::new(), verified_at: Some(now) }.row(now);
    let keep = OnConflict::column(person::Column::EmailKey).do_nothing().to_owned();
    person::Entity::insert(row).on_conflict(keep).exec_without_returning(on).await.or_internal()?;
    let found =
        person::Entity::by_email_key(&email.normalised()).lock_exclusive().one(on).await.or_internal()?;
    let found = found.ok_or_else(|| internal("the person just written is gone"))?;
    if found.verified_at.is_some() {
        return Ok(found);
    }
    // A sign-up that nobody proved: its organisation keeps it out of here, an account alone is taken over.
    let mut found = found.into_active_model();
    (found.verified_at, found.password_hash) = (Set(Some(now)), Set(String::new()));
    found.update(on).await.or_internal()
}

async fn record(
    context: &Context,
    on: &DatabaseTransaction,
    person: &person::Model,
    action: &'static str,
) -> Result<(), AppError> {
    let entry = Entry {
        person: None,
        after: json!({ "email": person.email }),
        ..audit::personal(person.id(), action)
    };
    audit::record(context, on, entry).await
}

/// Takes somebody's right to the support desk, ends their sessions and the stay they may be in. The account is left, and
/// belongs nowhere. Errors: `NotFound`.
pub async fn remove(context: &Context, email: &str) -> Result<(), AppError> {
    let email = Email::parse(email).map_err(|_| Code::NotFound)?;
    let person = person::Entity::by_email_key(&email.normalised()).one(context.database.read()).await;
    let id = person.or_internal()?.ok_or(Code::NotFound)?.id();
    let (inner, now) = (context.clone(), context.now());
    let stays = context.database.write(move |on| {
        Box::pin(async move {
            let person = lock_person(on, id).await?;
            let removed = staff::Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
            if removed.rows_affected == 0 {
                return Err(Code::NotFound.into());
            }
            end_all(on, id, None, EndReason::Revoked, now).await?;
            record(&inner, on, &person, "support.remove_staff").await?;
            let stays = support_session::Entity::of_person(id);
            stays.filter(support_session::Column::EndedAt.is_null()).all(on).await.or_internal()
        })
    });
    for stay in stays.await? {
        end(context, stay.id(), Ending::SignedOut, None).await?;
    }
    Ok(())
}

/// Everybody who is staff, the newest last.
pub async fn list(context: &Context) -> Result<Vec<StaffLine>, AppError> {
    let read = context.database.read();
    let rows = staff::Entity::find()
        .find_also_related(person::Entity)
        .order_by_asc(staff::Column::CreatedAt)
        .all(read)
        .await
        .or_internal()?;
    let mut lines = Vec::with_capacity(rows.len());
    for (row, person) in rows {
        let Some(person) = person else { continue };
        let has_second_factor = Factors::of(read, person.id()).await?.any();
        lines.push(StaffLine {
            name: person.name,
            email: person.email,
            has_second_factor,
            since: row.created_at,
        });
    }
    Ok(lines)
}
