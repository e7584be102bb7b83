//! The logo: load, save, put on another plate, remove; the mails and invoices that carry it.
//!
//! A logo is addressed by a random name that changes with every change, and is read without a session: mail programs
//! have none. Earlier ones stay readable until the logo is removed, so that mails which are there already keep theirs.

mod change;
mod objects;
mod preview;

use bytes::Bytes;
use domain::{
    Admin, AppError, Code, OrganisationId,
    branding::{LogoForm, Plate, PlateForm},
};
use entity::{logo, logo_file, organisation};

use crate::{
    Context,
    failure::OrInternal,
    images::{self, Area, LOGO_WIDTHS},
    mail::Brand,
    token,
};
use change::{Change, replace};
use objects::{ALL, KEPT, delete, finish, object_key, put};

pub(crate) use objects::logo_key;
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
    // What could be no name of ours is not looked for: PostgreSQL knows no NUL.
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
        return Err(Code::NotFound.into());
    }
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

fn refusal(code: Code) -> AppError {
    match code {
        Code::Internal => code.into(),
        code => AppError::field("logo", code),
    }
}
