//! The logo of an invoice: a copy of its own, which no change and no removal of the organisation's logo touches.

use bytes::Bytes;
use domain::{Admin, AppError, Code, OrganisationId};
use entity::logo;

use crate::{Context, branding, failure::OrInternal, images::LOGO_WIDTHS};

/// Keeps a copy of the logo of now, if there is one: its name. The same logo is copied once.
pub(super) async fn keep(context: &Context, of: OrganisationId) -> Result<Option<String>, AppError> {
    let row = logo::Entity::in_organisation(of).one(context.database.read()).await.or_internal()?;
    let Some(name) = row.and_then(|row| row.name) else { return Ok(None) };
    let key = object_key(of, &name);
    match context.storage.get(&key).await {
        Err(error) if error.code == Code::NotFound => {}
        known => return known.map(|_| Some(name)),
    }
    let picture = branding::read_logo(context, &name, LOGO_WIDTHS[0]).await?;
    context.storage.put(&key, picture, "image/png").await?;
    Ok(Some(name))
}

/// The picture on an invoice. Errors: `NotFound`.
pub async fn read_logo(context: &Context, admin: Admin, number: &str) -> Result<Bytes, AppError> {
    let invoice = super::read::find(context, admin.organisation, number).await?;
    let name = invoice.logo.ok_or(Code::NotFound)?;
    read(context, admin.organisation, &name).await
}

pub(super) async fn read(context: &Context, of: OrganisationId, name: &str) -> Result<Bytes, AppError> {
    Ok(context.storage.get(&object_key(of, name)).await?.0)
}

fn object_key(of: OrganisationId, name: &str) -> String {
    format!("invoices/{of}/logo/{name}")
}
