//! The company's profile: load, save with a version, photo.
//!
//! Saving names the version that was read. Somebody else's save in between is a `Conflict`:
//! nothing is overwritten, the page shows both values.

mod row;

use bytes::Bytes;
use chrono::NaiveDateTime;
use domain::{
    Admin, AppError, Code, Language, Member, OrganisationId, Recent,
    general::{GeneralForm, ZoneOption},
};
use entity::{organisation, person};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    images::{self, Crop},
    names::name_of,
    phones,
    support::{self, today},
    token, zones,
};
use row::{apply, audited, consent, form_of, in_force};

/// The profile as it is saved now. A permission for support whose last day has passed is none.
#[derive(Clone, Debug)]
pub struct Profile {
    pub form: GeneralForm,
    /// The random part of the photo's address.
    pub photo: Option<String>,
    /// Who saved the form last, if it was a person that still exists.
    pub changed_by: Option<String>,
    /// When, as local time of the organisation.
    pub changed_at: NaiveDateTime,
    /// The language the reader chose for themselves; it goes before the organisation's.
    pub own_language: Option<Language>,
}

pub async fn load_profile(context: &Context, member: Member) -> Result<Profile, AppError> {
    let row = in_force(context, find(context, member.organisation).await?);
    let read = context.database.read();
    let own = person::Entity::by_id(member.person).one(read).await.or_internal()?;
    let zone = zones::parse(&row.time_zone)?;
    Ok(Profile {
        form: form_of(&row),
        changed_by: name_of(read, *member, row.changed_by).await?,
        changed_at: row.changed_at.with_timezone(&zone).naive_local(),
        own_language: own.and_then(|person| person.language()),
        photo: row.photo,
    })
}

/// The settings as their entries in the trail tell them, and the form that would leave them as they are.
pub(crate) async fn load_audited(context: &Context, admin: Admin) -> Result<(Value, GeneralForm), AppError> {
    let row = find(context, admin.organisation).await?;
    Ok((audited(&row), form_of(&row)))
}

/// Zones to choose from, with their local time now.
pub fn list_zones(context: &Context, member: Member) -> Vec<ZoneOption> {
    zones::list(member.language, context.now())
}

/// Checks every field and saves them all, or none; answers with what is saved now, written as it is
/// shown. A form that changes nothing leaves no trace, whatever its version.
///
/// Errors: `Invalid` with all fields at fault, `Conflict` when `form.version` is no longer the saved one,
/// `SupportForbidden` to support that would change who lets it in, `PasswordNeeded` to let support further in.
pub async fn save_profile(
    context: &Context,
    admin: Admin,
    form: GeneralForm,
) -> Result<GeneralForm, AppError> {
    let profile = form.parse(|text| phones::parse(text, None), zones::parse)?;
    let (inner, now) = (context.clone(), context.now());
    let (saved, withdrawn) = context
        .database
        .write(move |on| {
            Box::pin(async move {
                let context = inner;
                let before = organisation::Entity::by_id(admin.organisation).one(on).await.or_internal()?;
                let before = in_force(&context, before.ok_or(Code::NotFound)?);
                let after = apply(before.clone(), profile, admin);
                let consent_changes = consent(&before) != consent(&after);
                if audited(&before) == audited(&after) && !consent_changes {
                    return Ok((form_of(&before), false));
                }
                // A last day ends where the organisation is: by moving it support would lengthen its own permission.
                let lengthens = before.support_until.is_some() && before.time_zone != after.time_zone;
                if (consent_changes || lengthens) && admin.support.is_some() {
                    // What support did not see it did not mean to change.
                    let seen = form.version == before.version;
                    return Err(if seen { Code::SupportForbidden } else { Code::Conflict }.into());
                }
                if after.consent().is_wider_than(&before.consent()) {
                    Recent::check(admin, now)?;
                }
                if consent_changes && after.support_until.is_some_and(|last| last < today(&context, &after)) {
                    return Err(AppError::field("support_until", Code::DatePast));
                }
                let updated = organisation::Entity::update_many()
                    .set(organisation::ActiveModel {
                        name: Set(after.name.clone()),
                        email: Set(after.email.clone()),
                        phone: Set(after.phone.clone()),
                        website: Set(after.website.clone()),
                        address: Set(after.address.clone()),
                        language: Set(after.language.clone()),
                        time_zone: Set(after.time_zone.clone()),
                        support_access: Set(after.support_access),
                        support_until: Set(after.support_until),
                        support_mode: Set(after.support_mode.clone()),
                        support_allowed_by: Set(after.support_allowed_by),
                        version: Set(after.version),
                        changed_at: Set(now),
                        changed_by: Set(Some(admin.person.0)),
                        ..Default::default()
                    })
                    .filter(organisation::Column::Id.eq(admin.organisation.0))
                    .filter(organisation::Column::Version.eq(form.version))
                    .exec(on)
                    .await
                    .or_internal()?;
                if updated.rows_affected == 0 {
                    return Err(Code::Conflict.into());
                }
                let changes = [
                    ("general.save_profile", audited(&before), audited(&after)),
                    ("support.save_consent", consent(&before), consent(&after)),
                ];
                for (action, before, after) in changes {
                    if before != after {
                        let (organisation, person) = (Some(admin.organisation), Some(admin.person));
                        let entry = Entry { organisation, person, action, before, after };
                        audit::record(&context, on, entry).await?;
                    }
                }
                Ok((form_of(&after), consent_changes))
            })
        })
        .await?;
    if withdrawn {
        support::end_in(context, admin.organisation, admin.person).await?;
    }
    Ok(saved)
}

/// Crops, re-encodes and stores a photo; answers with the new address part. Of two at once the later one stays.
/// Errors: `Invalid` with a file code of [`images::render_avatar`] at the field `photo`.
pub async fn save_photo(
    context: &Context,
    admin: Admin,
    file: Bytes,
    crop: Option<Crop>,
) -> Result<String, AppError> {
    let avatar = images::render(file, crop).await.map_err(refusal)?;
    let name = token::random_text::<16>();
    for (size, bytes) in avatar.renditions {
        let key = object_key(admin.organisation, &name, size);
        context.storage.put(&key, bytes, avatar.content_type).await?;
    }
    let replaced = replace_photo(context, admin, Some(name.clone()), "general.save_photo").await;
    if replaced.is_err() {
        delete_renditions(context, admin.organisation, &name).await;
    }
    replaced.map(|()| name)
}

fn refusal(code: Code) -> AppError {
    match code {
        Code::Internal => code.into(),
        code => AppError::field("photo", code),
    }
}

/// Removes the photo; initials take its place. Idempotent.
pub async fn remove_photo(context: &Context, admin: Admin) -> Result<(), AppError> {
    replace_photo(context, admin, None, "general.remove_photo").await
}

/// The bytes and content type of the member's own organisation's photo; anything else is `NotFound`.
pub async fn read_photo(
    context: &Context,
    member: Member,
    name: &str,
    size: u32,
) -> Result<(Bytes, String), AppError> {
    let row = find(context, member.organisation).await?;
    if row.photo.as_deref() != Some(name) || !images::SIZES.contains(&size) {
        return Err(Code::NotFound.into());
    }
    context.storage.get(&object_key(member.organisation, name, size)).await
}

/// Leaves `changed_by` and the version alone: they belong to the form, and a photo is no conflict with it.
async fn replace_photo(
    context: &Context,
    admin: Admin,
    name: Option<String>,
    action: &'static str,
) -> Result<(), AppError> {
    let after = name.clone();
    let inner = context.clone();
    let old = context
        .database
        .write(move |on| {
            Box::pin(async move {
                // Locked: of two at once the second must delete the files of the first.
                let row = organisation::Entity::by_id(admin.organisation).lock_exclusive();
                let old = row.one(on).await.or_internal()?.ok_or(Code::NotFound)?.photo;
                if old == after {
                    return Ok(None);
                }
                organisation::Entity::update_many()
                    .col_expr(organisation::Column::Photo, Expr::value(after.clone()))
                    .filter(organisation::Column::Id.eq(admin.organisation.0))
                    .exec(on)
                    .await
                    .or_internal()?;
                let entry = Entry {
                    organisation: Some(admin.organisation),
                    person: Some(admin.person),
                    action,
                    before: json!({ "photo": old }),
                    after: json!({ "photo": after }),
                };
                audit::record(&inner, on, entry).await?;
                Ok(old)
            })
        })
        .await?;
    // Files go last: a row never points at a missing object.
    if let Some(old) = old {
        delete_renditions(context, admin.organisation, &old).await;
    }
    Ok(())
}

/// A file that cannot be deleted is an orphan, not a reason to say that the photo was not saved.
async fn delete_renditions(context: &Context, organisation: OrganisationId, name: &str) {
    for size in images::SIZES {
        if let Err(error) = context.storage.delete(&object_key(organisation, name, size)).await {
            tracing::warn!(%error, name, size, "an old photo could not be deleted");
        }
    }
}

async fn find(context: &Context, id: OrganisationId) -> Result<organisation::Model, AppError> {
    let row = organisation::Entity::by_id(id).one(context.database.read()).await.or_internal()?;
    row.ok_or_else(|| Code::NotFound.into())
}

fn object_key(organisation: OrganisationId, name: &str, size: u32) -> String {
    format!("organisations/{organisation}/photo/{name}/{size}")
}
