//! The national number in full: for an administrator who asks, on the record.

use chrono::TimeDelta;
use domain::{Admin, AppError, Code, OrganisationId, Recent, billing::Tckn};
use entity::{
    audit::{self as audit_row, Trail},
    tax_identity,
};
use serde_json::json;

use super::find;
use crate::{
    Context,
    audit::{self, Entry},
    failure::{OrInternal, internal},
    sealing::{KeyRing, Place},
};

/// The action that tells a national number.
const REVEAL: &str = "billing.reveal_national_number";
/// How long after it the page shows the number to whoever asked.
const SHOWN: TimeDelta = TimeDelta::minutes(1);

/// The national number in full, with an audit row. Errors: `NotFound` if none is saved.
pub async fn reveal_national_number(context: &Context, admin: Recent<Admin>) -> Result<Tckn, AppError> {
    let (admin, inner) = (*admin, context.clone());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let row = find(on, admin.organisation).await?.ok_or(Code::NotFound)?;
                let number = open(&inner.keys, &row)?.ok_or(Code::NotFound)?;
                let entry = Entry {
                    organisation: Some(admin.organisation),
                    person: Some(admin.person),
                    action: REVEAL,
                    before: json!({}),
                    after: json!({ "national_number": number.masked() }),
                };
                audit::record(&inner, on, entry).await?;
                Ok(number)
            })
        })
        .await
}

/// The national number in full, for the page that follows [`reveal_national_number`] without JavaScript: a minute long, only
/// for whoever asked, and not one that was saved after they did. The audit row itself is the permission.
pub async fn load_revealed(context: &Context, admin: Recent<Admin>) -> Result<Option<Tckn>, AppError> {
    let read = context.database.read();
    let Some(row) = find(read, admin.organisation).await? else { return Ok(None) };
    let since = (context.now() - SHOWN).max(row.changed_at);
    let trail = Trail {
        organisation: admin.organisation,
        person: Some(admin.person),
        room: None,
        action: Some(REVEAL),
        from: Some(audit::least_id(since)),
        until: None,
    };
    let asked = audit_row::Entity::in_trail(&trail).one(read).await.or_internal()?;
    if asked.is_some() { open(&context.keys, &row) } else { Ok(None) }
}

pub(super) fn seal(keys: &KeyRing, organisation: OrganisationId, number: &Tckn) -> Result<String, AppError> {
    keys.seal(&Place::NationalNumber(organisation), number.as_str().as_bytes())
}

/// The national number of a row, if it has one.
pub(crate) fn open(keys: &KeyRing, row: &tax_identity::Model) -> Result<Option<Tckn>, AppError> {
    let Some(sealed) = &row.national_number else { return Ok(None) };
    let plain = keys.unseal(&Place::NationalNumber(OrganisationId(row.organisation_id)), sealed)?;
    let number = Tckn::parse(&String::from_utf8_lossy(&plain));
    number.map(Some).map_err(|_| internal("a sealed national number is none"))
}
