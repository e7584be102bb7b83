//! The photo: saved, removed, read. Of two administrators at once the later one's stays, and they are told whom it
//! replaced.

use bytes::Bytes;
use domain::{Admin, AppError, Code, Member, OrganisationId};
use entity::{audit as trail, organisation};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use serde_json::json;

use super::find;
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    images::{self, Crop},
    names::name_of,
    token,
};

const SAVE: &str = "general.save_photo";
const REMOVE: &str = "general.remove_photo";

/// What became of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedPhoto {
    /// The random part of its address.
    pub name: String,
    /// Who changed the photo after the page was loaded that this one came from: theirs is replaced.
    pub instead_of: Option<String>,
}

/// Crops, re-encodes and stores a photo. `seen` is the name of the one that the page showed, empty where it showed none.
/// Errors: `Invalid` with a file code of [`images::render_avatar`] at the field `photo`.
pub async fn save_photo(
    context: &Context,
    admin: Admin,
    file: Bytes,
    crop: Option<Crop>,
    seen: &str,
) -> Result<SavedPhoto, AppError> {
    let avatar = images::render(file, crop).await.map_err(refusal)?;
    let name = token::random_text::<16>();
    for (size, bytes) in avatar.renditions {
        let key = object_key(admin.organisation, &name, size);
        context.storage.put(&key, bytes, avatar.content_type).await?;
    }
    let replaced = replace(context, admin, Some(name.clone()), seen, SAVE).await;
    if replaced.is_err() {
        delete_renditions(context, admin.organisation, &name).await;
    }
    Ok(SavedPhoto { instead_of: replaced?, name })
}

fn refusal(code: Code) -> AppError {
    match code {
        Code::Internal => code.into(),
        code => AppError::field("photo", code),
    }
}

/// Removes the photo; initials take its place. Idempotent. Answers with whose photo that was, if it is not the one that
/// the page showed.
pub async fn remove_photo(context: &Context, admin: Admin, seen: &str) -> Result<Option<String>, AppError> {
    replace(context, admin, None, seen, REMOVE).await
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
async fn replace(
    context: &Context,
    admin: Admin,
    after: Option<String>,
    seen: &str,
    action: &'static str,
) -> Result<Option<String>, AppError> {
    let (inner, seen) = (context.clone(), seen.to_owned());
    let (old, instead_of) = context
        .database
        .write(move |on| {
            Box::pin(async move {
                // Locked: of two at once the second must delete the files of the first.
                let row = organisation::Entity::by_id(admin.organisation).lock_exclusive();
                let old = row.one(on).await.or_internal()?.ok_or(Code::NotFound)?.photo;
                if old == after {
                    return Ok((None, None));
                }
                let stale = old.as_deref().unwrap_or_default() != seen;
                let instead_of = if stale { changed_by(on, admin).await? } else { None };
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
                Ok((old, instead_of))
            })
        })
        .await?;
    // Files go last: a row never points at a missing object.
    if let Some(old) = old {
        delete_renditions(context, admin.organisation, &old).await;
    }
    Ok(instead_of)
}

/// Whoever changed the photo last, unless it was the reader: the trail knows.
async fn changed_by(on: &DatabaseTransaction, admin: Admin) -> Result<Option<String>, AppError> {
    let rows = trail::Entity::in_organisation(admin.organisation)
        .filter(trail::Column::Room.eq("general"))
        .filter(trail::Column::Action.is_in([SAVE, REMOVE]));
    let last = rows.one(on).await.or_internal()?.and_then(|row| row.person_id);
    name_of(on, *admin, last.filter(|person| *person != admin.person.0)).await
}

/// A file that cannot be deleted is an orphan, not a reason to say that the photo was not saved.
async fn delete_renditions(context: &Context, organisation: OrganisationId, name: &str) {
    for size in images::SIZES {
        if let Err(error) = context.storage.delete(&object_key(organisation, name, size)).await {
            tracing::warn!(%error, name, size, "an old photo could not be deleted");
        }
    }
}

/// The largest rendition of a photo.
pub(crate) fn photo_key(organisation: OrganisationId, name: &str) -> String {
    object_key(organisation, name, images::SIZES[0])
}

fn object_key(organisation: OrganisationId, name: &str, size: u32) -> String {
    format!("organisations/{organisation}/photo/{name}/{size}")
}
