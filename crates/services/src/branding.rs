//! The logo: load, save, put on another plate, remove; the mails and invoices that carry it.
//!
//! A logo is addressed by a random name that changes with every change, and is read without a session: mail programs
//! have none. Earlier ones stay readable until the logo is removed, so that mails which are there already keep theirs.

mod preview;

use bytes::Bytes;
use domain::{
    Admin, AppError, Code, OrganisationId,
    branding::{LogoForm, Plate, PlateForm},
};
use entity::{logo, logo_file, organisation, person};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect, sea_query::OnConflict,
};
use serde_json::{Value, json};

use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    images::{self, Area, LOGO_WIDTHS},
    mail::Brand,
    token,
};

pub use preview::preview_mail;

/// How many logos of an organisation are readable at a time; the oldest goes when one more is saved.
pub const READABLE: usize = 20;

/// The logo as it is saved now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branding {
    pub logo: Option<Logo>,
    /// 0 while nothing was ever saved.
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// The random part of the logo's address.
    pub name: String,
    pub plate: Plate,
    /// The ground on which it can hardly be seen.
    pub fades_on: Option<Plate>,
    /// Without its padding, in pixels.
    pub width: u32,
    pub height: u32,
}

/// What became of a saved logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Who changed the logo after the page was loaded that this save came from: theirs is replaced.
    pub instead_of: Option<String>,
}

/// What a transaction has left to do outside of it: names whose objects go.
struct Replaced {
    /// The name that was the logo; nobody draws it on another plate any more.
    before: Option<String>,
    gone: Vec<String>,
    instead_of: Option<String>,
}

pub async fn load_branding(context: &Context, admin: Admin) -> Result<Branding, AppError> {
    let row = logo::Entity::in_organisation(admin.organisation).one(context.database.read()).await;
    Ok(row.or_internal()?.map_or(Branding { logo: None, version: 0 }, |row| Branding {
        version: row.version,
        logo: row.name.clone().map(|name| Logo {
            name,
            plate: row.plate(),
            fades_on: row.fades_on(),
            width: row.width.unsigned_abs(),
            height: row.height.unsigned_abs(),
        }),
    }))
}

/// Cuts, encodes anew and stores a logo. Of two at once the later one stays, and says whom it replaced.
/// Errors: `Invalid` with a file code of [`images::render_logo`] at the field `logo`, or at `shape` and `plate`.
pub async fn save_logo(
    context: &Context,
    admin: Admin,
    file: Bytes,
    area: Option<Area>,
    form: &LogoForm,
) -> Result<Saved, AppError> {
    let choice = form.parse()?;
    let drawn = images::draw_logo(file, choice.shape, area, choice.plate).await.map_err(refusal)?;
    let name = token::random_text::<16>();
    put(context, admin.organisation, &name, drawn.kept, drawn.strips).await?;
    let change = Change {
        name: Some(name.clone()),
        plate: choice.plate,
        fades_on: drawn.fades_on,
        width: drawn.width,
        height: drawn.height,
    };
    let replaced =
        replace(context, admin, "branding.save_logo", move |_| Ok(Some(change)), choice.version).await;
    finish(context, admin.organisation, &name, replaced).await
}

/// Draws the logo that is there on another plate. Errors: `ChoiceUnknown` at `plate`, `NotFound` without a logo,
/// `Conflict` when `form.version` is no longer the saved one.
pub async fn save_plate(context: &Context, admin: Admin, form: &PlateForm) -> Result<(), AppError> {
    let (plate, version) = (form.parse()?, form.version);
    let saved = load_branding(context, admin).await?;
    let Some(logo) = saved.logo else { return Err(Code::NotFound.into()) };
    if saved.version != version {
        return Err(Code::Conflict.into());
    }
    if logo.plate == plate {
        return Ok(());
    }
    let kept = context.storage.get(&object_key(admin.organisation, &logo.name, KEPT)).await;
    // Replaced between the two reads.
    let (kept, _) =
        kept.map_err(|error| if error.code == Code::NotFound { Code::Conflict.into() } else { error })?;
    let strips = images::draw_plate(kept.clone(), plate).await.map_err(refusal)?;
    let name = token::random_text::<16>();
    put(context, admin.organisation, &name, kept, strips).await?;
    let (after, before) = (name.clone(), logo.name);
    let change = move |row: &logo::Model| {
        if row.version != version || row.name.as_deref() != Some(before.as_str()) {
            return Err(Code::Conflict.into());
        }
        let (width, height) = (row.width.unsigned_abs(), row.height.unsigned_abs());
        Ok(Some(Change { name: Some(after), plate, fades_on: row.fades_on(), width, height }))
    };
    let replaced = replace(context, admin, "branding.save_plate", change, None).await;
    finish(context, admin.organisation, &name, replaced).await.map(drop)
}

/// Removes the logo and every earlier one: mails that are there already show the company's name instead. Idempotent.
pub async fn remove_logo(context: &Context, admin: Admin) -> Result<(), AppError> {
    let change = |row: &logo::Model| Ok(row.name.is_some().then(Change::default));
    let replaced = replace(context, admin, "branding.remove_logo", change, None).await?;
    delete(context, admin.organisation, &replaced.gone, &ALL).await;
    Ok(())
}

/// The picture that a mail or a page asks for by its random name, for everybody. What is unknown, replaced long ago or
/// removed is `NotFound`.
pub async fn read_logo(context: &Context, name: &str, width: u32) -> Result<Bytes, AppError> {
    let found = logo_file::Entity::by_name(name).one(context.database.read()).await.or_internal()?;
    let file = found.filter(|_| LOGO_WIDTHS.contains(&width)).ok_or(Code::NotFound)?;
    let (bytes, _) = context.storage.get(&object_key(file.organisation(), name, width)).await?;
    Ok(bytes)
}

/// The address of a strip, from anywhere in the world.
pub fn logo_link(context: &Context, name: &str, width: u32) -> String {
    context.link(&format!("/logos/{name}/{width}"))
}

/// What mails about an organisation carry; nothing while it has no logo.
pub(crate) async fn brand_of(
    context: &Context,
    organisation: OrganisationId,
) -> Result<Option<Brand>, AppError> {
    let read = context.database.read();
    let logo = logo::Entity::in_organisation(organisation).one(read).await.or_internal()?;
    let Some(name) = logo.and_then(|logo| logo.name) else { return Ok(None) };
    let row = organisation::Entity::by_id(organisation).one(read).await.or_internal()?;
    Ok(row.map(|row| brand(context, row.name, &name)))
}

fn brand(context: &Context, organisation: String, name: &str) -> Brand {
    let [dense, plain] = LOGO_WIDTHS.map(|width| logo_link(context, name, width));
    Brand { organisation, plain, dense }
}

/// What a change makes of the row.
#[derive(Default)]
struct Change {
    name: Option<String>,
    plate: Plate,
    fades_on: Option<Plate>,
    width: u32,
    height: u32,
}

/// Changes the row as `change` says, which sees it locked and may say that there is nothing to do. `seen` is the
/// version that the page showed, where it matters who saved since.
async fn replace(
    context: &Context,
    admin: Admin,
    action: &'static str,
    change: impl FnOnce(&logo::Model) -> Result<Option<Change>, AppError> + Send + 'static,
    seen: Option<i64>,
) -> Result<Replaced, AppError> {
    let inner = context.clone();
    let write = context.database.write(move |on| {
        Box::pin(async move {
            let before = lock(&inner, on, admin.organisation).await?;
            let Some(change) = change(&before)? else {
                return Ok(Replaced { before: None, gone: Vec::new(), instead_of: None });
            };
            let other = before
                .changed_by
                .filter(|by| *by != admin.person.0 && seen.is_some_and(|seen| seen != before.version));
            let instead_of = match other {
                Some(by) => person::Entity::find_by_id(by).one(on).await.or_internal()?.map(|by| by.name),
                None => None,
            };
            let after = logo::Model {
                name: change.name,
                plate: change.plate.as_str().to_owned(),
                fades_on: change.fades_on.map(Plate::as_str).unwrap_or_default().to_owned(),
                width: i32::try_from(change.width).or_internal()?,
                height: i32::try_from(change.height).or_internal()?,
                version: before.version + 1,
                changed_at: inner.now(),
                changed_by: Some(admin.person.0),
                ..before.clone()
            };
            let gone = keep_readable(&inner, on, admin.organisation, after.name.as_deref()).await?;
            after.clone().into_active_model().reset_all().update(on).await.or_internal()?;
            let entry = Entry {
                organisation: Some(admin.organisation),
                person: Some(admin.person),
                action,
                before: audited(&before),
                after: audited(&after),
            };
            audit::record(&inner, on, entry).await?;
            Ok(Replaced { before: before.name, gone, instead_of })
        })
    });
    write.await
}

/// The organisation's row, locked; made where there was none.
async fn lock(
    context: &Context,
    on: &DatabaseTransaction,
    organisation: OrganisationId,
) -> Result<logo::Model, AppError> {
    let first = logo::ActiveModel {
        organisation_id: Set(organisation.0),
        name: Set(None),
        plate: Set(Plate::None.as_str().to_owned()),
        fades_on: Set(String::new()),
        width: Set(0),
        height: Set(0),
        version: Set(0),
        changed_at: Set(context.now()),
        changed_by: Set(None),
    };
    let keep = OnConflict::column(logo::Column::OrganisationId).do_nothing().to_owned();
    logo::Entity::insert(first).on_conflict(keep).exec_without_returning(on).await.or_internal()?;
    let row = logo::Entity::in_organisation(organisation).lock_exclusive().one(on).await.or_internal()?;
    row.ok_or_else(|| internal("a logo's row is gone"))
}

/// Makes `name` readable and gives the names that no longer are: the oldest beyond [`READABLE`], or all of them where
/// there is no logo any more.
async fn keep_readable(
    context: &Context,
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
    name: Option<&str>,
) -> Result<Vec<String>, AppError> {
    let files = logo_file::Entity::in_organisation(organisation).all(on).await.or_internal()?;
    let kept = if name.is_some() { READABLE - 1 } else { 0 };
    let gone: Vec<String> = files.into_iter().skip(kept).map(|file| file.name).collect();
    logo_file::Entity::delete_many()
        .filter(logo_file::Column::Name.is_in(gone.iter().map(String::as_str)))
        .exec(on)
        .await
        .or_internal()?;
    if let Some(name) = name {
        let row = logo_file::ActiveModel {
            name: Set(name.to_owned()),
            organisation_id: Set(organisation.0),
            created_at: Set(context.now()),
        };
        logo_file::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
    }
    Ok(gone)
}

/// The object beside the strips: the logo without padding and plate.
const KEPT: u32 = 0;
const ALL: [u32; 3] = [KEPT, LOGO_WIDTHS[0], LOGO_WIDTHS[1]];

async fn put(
    context: &Context,
    organisation: OrganisationId,
    name: &str,
    kept: Bytes,
    strips: [(u32, Bytes); 2],
) -> Result<(), AppError> {
    for (width, bytes) in strips.into_iter().chain([(KEPT, kept)]) {
        context.storage.put(&object_key(organisation, name, width), bytes, "image/png").await?;
    }
    Ok(())
}

/// Files go last: a row never points at a missing object. If nothing was saved, the new ones go.
async fn finish(
    context: &Context,
    organisation: OrganisationId,
    name: &str,
    replaced: Result<Replaced, AppError>,
) -> Result<Saved, AppError> {
    match replaced {
        Ok(Replaced { before, gone, instead_of }) => {
            delete(context, organisation, before.as_slice(), &[KEPT]).await;
            delete(context, organisation, &gone, &ALL).await;
            Ok(Saved { instead_of })
        }
        Err(error) => {
            delete(context, organisation, &[name.to_owned()], &ALL).await;
            Err(error)
        }
    }
}

/// A file that cannot be deleted is an orphan, not a reason to say that the logo was not saved.
async fn delete(context: &Context, organisation: OrganisationId, names: &[String], widths: &[u32]) {
    for name in names {
        for width in widths {
            if let Err(error) = context.storage.delete(&object_key(organisation, name, *width)).await {
                tracing::warn!(%error, name, width, "an old logo could not be deleted");
            }
        }
    }
}

fn refusal(code: Code) -> AppError {
    match code {
        Code::Internal => code.into(),
        code => AppError::field("logo", code),
    }
}

fn object_key(organisation: OrganisationId, name: &str, width: u32) -> String {
    match width {
        KEPT => format!("organisations/{organisation}/logo/{name}/kept"),
        width => format!("organisations/{organisation}/logo/{name}/{width}"),
    }
}

fn audited(row: &logo::Model) -> Value {
    let plate = row.name.is_some().then_some(&row.plate);
    json!({ "logo": row.name, "plate": plate })
}
