//! Who an organisation's invoices are made out to. A national number is personal data: sealed where it is stored, masked
//! wherever it is shown, and told in full only to an administrator who asks for it, with an audit row.

mod number;

use chrono::NaiveDateTime;
use domain::{
    Admin, AppError, Code, OrganisationId,
    billing::{OTHER_OFFICE, OpenNumber, TaxIdentity, TaxIdentityForm, TaxNumber, Taxpayer, Tckn},
};
use entity::{organisation, tax_identity};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::OnConflict,
};
use serde_json::{Value, json};

use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    names::name_of,
    places,
    sealing::KeyRing,
    zones,
};
pub(crate) use number::open;
use number::seal;
pub use number::{load_revealed, reveal_national_number};

/// The identity as it is saved now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Without the national number.
    pub form: TaxIdentityForm,
    /// The national number, masked, if one is saved.
    pub masked: Option<String>,
}

/// The identity as it is saved now, and by whom.
#[derive(Clone, Debug)]
pub struct Identity {
    pub saved: Saved,
    /// Who saved it last, if it was a person that still exists.
    pub changed_by: Option<String>,
    /// When, as local time of the organisation.
    pub changed_at: Option<NaiveDateTime>,
}

pub async fn load_identity(context: &Context, admin: Admin) -> Result<Identity, AppError> {
    let read = context.database.read();
    let row = find(read, admin.organisation).await?;
    let changed_by = name_of(read, *admin, row.as_ref().and_then(|row| row.changed_by)).await?;
    let organisation = organisation::Entity::by_id(admin.organisation).one(read).await.or_internal()?;
    let zone = zones::parse(&organisation.ok_or(Code::NotFound)?.time_zone)?;
    Ok(Identity {
        saved: saved(&context.keys, row.as_ref())?,
        changed_by,
        changed_at: row.map(|row| row.changed_at.with_timezone(&zone).naive_local()),
    })
}

/// Checks every field and saves them all, or none; answers with what is saved now, written as it is shown. A form that
/// changes nothing leaves no trace, whatever its version.
///
/// Errors: `Invalid` with all fields at fault, `Conflict` when `form.version` is no longer the saved one.
pub async fn save_identity(
    context: &Context,
    admin: Admin,
    form: TaxIdentityForm,
) -> Result<Saved, AppError> {
    let known = find(context.database.read(), admin.organisation).await?;
    let identity = form.parse(places::find, known.is_some_and(|row| row.national_number.is_some()))?;
    let sealed = match &identity.number {
        TaxNumber::SoleTrader(number) => Some(seal(&context.keys, admin.organisation, number)?),
        TaxNumber::Company(_) | TaxNumber::Kept => None,
    };
    let inner = context.clone();
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let before = find(on, admin.organisation).await?;
                let number = before.as_ref().map(|row| open(&inner.keys, row)).transpose()?.flatten();
                let after = apply(&inner, admin, before.as_ref(), identity.clone(), sealed);
                let number_after = match &identity.number {
                    TaxNumber::Company(_) => None,
                    TaxNumber::SoleTrader(typed) => Some(typed.clone()),
                    // Removed since the form was checked.
                    TaxNumber::Kept => Some(number.clone().ok_or(Code::Conflict)?),
                };
                let told = before.as_ref().map(|row| audited(row, number.as_ref()));
                let told_after = audited(&after, number_after.as_ref());
                if told.as_ref() == Some(&told_after) && number == number_after {
                    return saved(&inner.keys, before.as_ref());
                }
                if version_of(before.as_ref()) != form.version {
                    return Err(Code::Conflict.into());
                }
                write_row(on, &after, &identity.number, before.as_ref()).await?;
                let entry = Entry {
                    organisation: Some(admin.organisation),
                    person: Some(admin.person),
                    action: "billing.save_identity",
                    before: told.unwrap_or_else(|| json!({})),
                    after: with_change(told_after, number.as_ref(), number_after.as_ref()),
                };
                audit::record(&inner, on, entry).await?;
                let masked = number_after.map(|number| number.masked());
                Ok(Saved { form: form_of(&after), masked })
            })
        })
        .await
}

async fn find(
    on: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Option<tax_identity::Model>, AppError> {
    tax_identity::Entity::in_organisation(organisation).one(on).await.or_internal()
}

fn saved(keys: &KeyRing, row: Option<&tax_identity::Model>) -> Result<Saved, AppError> {
    let Some(row) = row else {
        let form = TaxIdentityForm { taxpayer: Taxpayer::Company.word().to_owned(), ..Default::default() };
        return Ok(Saved { form, masked: None });
    };
    Ok(Saved { form: form_of(row), masked: open(keys, row)?.map(|number| number.masked()) })
}

/// The row after a save.
fn apply(
    context: &Context,
    admin: Admin,
    before: Option<&tax_identity::Model>,
    identity: TaxIdentity,
    sealed: Option<String>,
) -> tax_identity::Model {
    let (taxpayer, tax_number) = match &identity.number {
        TaxNumber::Company(number) => (Taxpayer::Company, number.as_str().to_owned()),
        TaxNumber::SoleTrader(_) | TaxNumber::Kept => (Taxpayer::SoleTrader, String::new()),
    };
    tax_identity::Model {
        organisation_id: admin.organisation.0,
        taxpayer: taxpayer.word().to_owned(),
        legal_title: identity.legal_title,
        tax_number,
        national_number: sealed,
        office_province: identity.office_province,
        tax_office: identity.tax_office,
        province: identity.province,
        district: identity.district,
        address: identity.address.into_string(),
        postcode: identity.postcode,
        version: version_of(before) + 1,
        changed_at: context.now(),
        changed_by: Some(admin.person.0),
    }
}

/// Inserts the first version, or updates exactly the version that was read.
async fn write_row(
    on: &impl ConnectionTrait,
    after: &tax_identity::Model,
    number: &TaxNumber,
    before: Option<&tax_identity::Model>,
) -> Result<(), AppError> {
    let mut row = tax_identity::ActiveModel::from(after.clone()).reset_all();
    // A rotation of the keys may have sealed it anew since it was read.
    if *number == TaxNumber::Kept {
        row.national_number = NotSet;
    }
    let written = match before {
        None => {
            let keep = OnConflict::column(tax_identity::Column::OrganisationId).do_nothing().to_owned();
            let insert = tax_identity::Entity::insert(row).on_conflict(keep);
            insert.exec_without_returning(on).await.or_internal()?
        }
        Some(before) => {
            row.organisation_id = Set(before.organisation_id);
            tax_identity::Entity::update_many()
                .set(row)
                .filter(tax_identity::Column::OrganisationId.eq(before.organisation_id))
                .filter(tax_identity::Column::Version.eq(before.version))
                .exec(on)
                .await
                .or_internal()?
                .rows_affected
        }
    };
    if written == 0 { Err(Code::Conflict.into()) } else { Ok(()) }
}

fn version_of(row: Option<&tax_identity::Model>) -> i64 {
    row.map_or(0, |row| row.version)
}

/// The form that shows a row.
fn form_of(row: &tax_identity::Model) -> TaxIdentityForm {
    let listed = places::find(&row.office_province)
        .is_some_and(|province| province.tax_offices.contains(&row.tax_office));
    let (tax_office, tax_office_name) =
        if listed { (row.tax_office.as_str(), "") } else { (OTHER_OFFICE, row.tax_office.as_str()) };
    TaxIdentityForm {
        version: row.version,
        taxpayer: row.taxpayer.clone(),
        legal_title: row.legal_title.clone(),
        tax_number: row.tax_number.clone(),
        national_number: OpenNumber::default(),
        office_province: row.office_province.clone(),
        tax_office: tax_office.to_owned(),
        tax_office_name: tax_office_name.to_owned(),
        province: row.province.clone(),
        district: row.district.clone(),
        address: row.address.clone(),
        postcode: row.postcode.clone(),
    }
}

fn audited(row: &tax_identity::Model, number: Option<&Tckn>) -> Value {
    json!({
        "taxpayer": row.taxpayer, "legal_title": row.legal_title, "tax_number": row.tax_number,
        "national_number": number.map(Tckn::masked), "office_province": places::name(&row.office_province),
        "tax_office": row.tax_office, "province": places::name(&row.province), "district": row.district,
        "address": row.address, "postcode": row.postcode,
    })
}

/// Two national numbers may look the same behind the mask: then the change itself is told.
fn with_change(mut told: Value, before: Option<&Tckn>, after: Option<&Tckn>) -> Value {
    let same_mask = before.zip(after).is_some_and(|(before, after)| before.masked() == after.masked());
    if same_mask && before != after {
        told["national_number_replaced"] = true.into();
    }
    told
}
