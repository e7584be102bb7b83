//! Adding and changing one customer.

use domain::{
    AppError, Code, CustomerId, OrganisationId,
    customers::{CustomerForm, NewCustomer},
    fold::fold,
};
use entity::customer::Entity;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{Customer, Writes, find};
use crate::{Context, failure::OrInternal, phones, zones};

/// Errors: fields of [`CustomerForm`], `PhoneTaken` at `phone`.
pub async fn create(context: &Context, by: impl Writes, form: CustomerForm) -> Result<Customer, AppError> {
    let who = by.who();
    let new = parse(context, who.organisation, &form).await?;
    let inner = context.clone();
    let created = context.database.write(move |on| {
        Box::pin(async move {
            check_free(on, who.organisation, &new.phone, None).await?;
            let row = row_of(&inner, who.organisation, new);
            let insert = Entity::insert(row.clone().into_active_model().reset_all());
            insert.exec_without_returning(on).await.or_internal()?;
            who.record(&inner, on, "customers.create_customer", json!({}), told(&row)).await?;
            Ok(row)
        })
    });
    created.await
}

/// Changes a customer; `version` is the one that is known, if it matters. One that the form does not differ from stays as it is.
/// Errors: fields of [`CustomerForm`], `PhoneTaken` at `phone`; `NotFound`, `Conflict`.
pub async fn update(
    context: &Context,
    by: impl Writes,
    id: CustomerId,
    form: CustomerForm,
    version: Option<i64>,
) -> Result<Customer, AppError> {
    let who = by.who();
    let new = parse(context, who.organisation, &form).await?;
    let inner = context.clone();
    let updated = context.database.write(move |on| {
        Box::pin(async move {
            let before = find(on, who.organisation, id).await?;
            let Some(after) = changed(&before, new) else { return Ok(before) };
            if version.is_some_and(|version| version != before.version) {
                return Err(Code::Conflict.into());
            }
            check_free(on, who.organisation, &after.phone, Some(id)).await?;
            Entity::update(after.clone().into_active_model().reset_all()).exec(on).await.or_internal()?;
            let mut told = [told(&before), told(&after)];
            if before.name == after.name {
                // Otherwise nobody could tell whom this is about.
                told[1]["customer"] = after.name.clone().into();
            }
            let [was, is] = told;
            who.record(&inner, on, "customers.update_customer", was, is).await?;
            Ok(after)
        })
    });
    updated.await
}

async fn parse(context: &Context, of: OrganisationId, form: &CustomerForm) -> Result<NewCustomer, AppError> {
    let country = zones::country_of(context, of).await?;
    form.parse(|text| phones::parse(text, country).map(|phone| phone.e164))
}

/// Errors: `PhoneTaken`.
async fn check_free(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    phone: &str,
    except: Option<CustomerId>,
) -> Result<(), AppError> {
    let same = Entity::by_phone(of, phone).one(on).await.or_internal()?;
    match same.filter(|row| Some(row.id()) != except) {
        Some(_) => Err(AppError::field("phone", Code::PhoneTaken)),
        None => Ok(()),
    }
}

pub(super) fn row_of(context: &Context, of: OrganisationId, new: NewCustomer) -> Customer {
    let NewCustomer { name, phone, email, note, do_not_call } = new;
    Customer {
        id: context.id(),
        organisation_id: of.0,
        name_key: fold(&name),
        name,
        phone,
        email,
        note,
        do_not_call,
        created_at: context.now(),
        version: 1,
    }
}

/// The row with everything that was typed; `None` if that changes nothing.
pub(super) fn changed(before: &Customer, new: NewCustomer) -> Option<Customer> {
    let NewCustomer { name, phone, email, note, do_not_call } = new;
    let after = Customer { name_key: fold(&name), name, phone, email, note, do_not_call, ..before.clone() };
    (after != *before).then(|| Customer { version: before.version + 1, ..after })
}

/// What the trail tells of a customer. Of the note only how long it is: what somebody wrote about a person goes when the
/// person does, and the trail stays.
fn told(row: &Customer) -> Value {
    json!({
        "name": row.name,
        "phone": row.phone,
        "email": row.email,
        "note_characters": row.note.chars().count(),
        "do_not_call": row.do_not_call,
    })
}
