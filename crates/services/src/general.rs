//! The company's profile: load, save with a version; its photo.
//!
//! Saving names the version that was read. Somebody else's save in between is a `Conflict`:
//! nothing is overwritten, the page shows both values.

mod photo;
mod row;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use domain::{
    Admin, AppError, Code, Language, Member, OrganisationId, Recent,
    actor::ReadSettings,
    general::{GeneralForm, ZoneOption},
};
use entity::{organisation, person};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;

use crate::{
    Context,
    audit::{self, Entry},
    deletion,
    failure::OrInternal,
    names::name_of,
    notifications, phones,
    support::{self, today},
    zones,
};
pub(crate) use photo::photo_key;
pub use photo::{SavedPhoto, read_photo, remove_photo, save_photo};
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

/// What a save did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// As it is saved now, written as it is shown.
    pub form: GeneralForm,
    /// The fields that changed, in the order of the page.
    pub changed: Vec<&'static str>,
    /// The zone until now, if it is another one from now on.
    pub zone_before: Option<Tz>,
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

/// For programs: the form as it is saved.
pub async fn load_form(context: &Context, machine: ReadSettings) -> Result<GeneralForm, AppError> {
    Ok(form_of(&in_force(context, find(context, machine.organisation).await?)))
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

/// Checks every field and saves them all, or none. A form that changes nothing leaves no trace, whatever its version.
/// A phone number without a country code is one of the country of the form's zone.
///
/// Errors: `Invalid` with all fields at fault, `Conflict` when `form.version` is no longer the saved one,
/// `SupportForbidden` to support that would change who lets it in, `PasswordNeeded` to let support further in.
pub async fn save_profile(context: &Context, admin: Admin, form: GeneralForm) -> Result<Saved, AppError> {
    let country = zones::parse(&form.time_zone).ok().and_then(zones::country);
    let profile = form.parse(|text| phones::parse(text, country), zones::parse)?;
    let (inner, now) = (context.clone(), context.now());
    let (done, withdrawn) = context
        .database
        .write(move |on| {
            Box::pin(async move {
                let context = inner;
                let before = organisation::Entity::by_id(admin.organisation).one(on).await.or_internal()?;
                let before = in_force(&context, before.ok_or(Code::NotFound)?);
                let after = apply(before.clone(), profile, admin);
                let consent_changes = consent(&before) != consent(&after);
                if audited(&before) == audited(&after) && !consent_changes {
                    return Ok((saved(&before, &before), false));
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
                if before.name != after.name && deletion::is_reserved(&context, on, &after.name).await? {
                    return Err(AppError::field("name", Code::NameReserved));
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
                if before.time_zone != after.time_zone {
                    notifications::zone_changed(on, &after, now).await?;
                }
                for (action, before, after) in changes {
                    if before != after {
                        let (organisation, person) = (Some(admin.organisation), Some(admin.person));
                        let entry = Entry { organisation, person, action, before, after };
                        audit::record(&context, on, entry).await?;
                    }
                }
                Ok((saved(&before, &after), consent_changes))
            })
        })
        .await?;
    if withdrawn {
        support::end_in(context, admin.organisation, admin.person).await?;
    }
    Ok(done)
}

fn saved(before: &organisation::Model, after: &organisation::Model) -> Saved {
    let form = form_of(after);
    let changed = form.differences(&form_of(before));
    let zone_before = changed.contains(&"time_zone").then(|| zones::parse(&before.time_zone).ok()).flatten();
    Saved { form, changed, zone_before }
}

async fn find(context: &Context, id: OrganisationId) -> Result<organisation::Model, AppError> {
    let row = organisation::Entity::by_id(id).one(context.database.read()).await.or_internal()?;
    row.ok_or_else(|| Code::NotFound.into())
}
