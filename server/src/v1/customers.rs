//! Customers, and their lists to read.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    AppError, Code, CustomerId, Machine,
    calls::Number,
    customers::{CustomerForm, CustomersForm},
    data::CallsOf,
};
use serde::{Deserialize, Serialize};
use services::{
    Context,
    customers::{self, PAGE, Page},
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    ROOT,
    problem::{Problem, Refused},
    typed::{Asked, Body, Id, changed_meanwhile, known_version, something, tagged, wanted_version},
};

#[derive(Debug, Serialize, ToSchema)]
pub struct Customer {
    id: Uuid,
    name: String,
    /// E.164; unique within the organisation.
    phone: String,
    /// Empty where it is not known.
    email: String,
    note: String,
    /// No campaign calls them.
    do_not_call: bool,
    created_at: DateTime<Utc>,
    /// Grows with each change; the entity tag.
    version: i64,
}

impl Customer {
    fn of(row: customers::Customer) -> Self {
        let customers::Customer { id, name, phone, email, note, do_not_call, created_at, version, .. } = row;
        Self { id, name, phone, email, note, do_not_call, created_at, version }
    }
}

/// A customer, to be added or as they are to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerToBe {
    #[schema(min_length = 1, max_length = 120, example = "Şükrü Iğdır")]
    name: String,
    /// In any usual spelling; without a country code it is of the organisation's country.
    #[schema(min_length = 1, example = "+905325550123")]
    phone: String,
    #[serde(default)]
    #[schema(max_length = 254)]
    email: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    note: String,
    /// No campaign calls them.
    #[serde(default)]
    do_not_call: bool,
}

impl CustomerToBe {
    fn form(self) -> CustomerForm {
        let Self { name, phone, email, note, do_not_call } = self;
        CustomerForm { name, phone, email, note, do_not_call, ..CustomerForm::default() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Customers {
    /// Newest first.
    customers: Vec<Customer>,
    /// `before` of the page after this one; null on the last one.
    next: Option<Uuid>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Whoever has this number, E.164.
    #[param(pattern = r"^\+[1-9][0-9]{6,14}$", example = "+905325550123")]
    phone: Option<String>,
    /// Whoever stands on this list.
    #[param(value_type = Option<Uuid>)]
    list: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<Uuid>)]
    before: Option<String>,
    /// Customers of one page.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u64>,
}

/// Add a customer
///
/// A second one with the same number is refused. Scope: customers:write
#[utoipa::path(
    post, path = "/customers", tag = "customers", operation_id = "addCustomer", request_body = CustomerToBe,
    responses((status = 201, body = Customer, headers(("location" = String), ("etag" = String))))
)]
pub async fn create(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Body(customer): Body<CustomerToBe>,
) -> Result<Response, Refused> {
    let row = customers::create(&context, machine.write_customers()?, customer.form()).await?;
    let location = [(header::LOCATION, format!("{ROOT}/customers/{}", row.id))];
    let tagged = tagged(&HeaderMap::new(), &row.version.to_string(), &Customer::of(row));
    Ok((StatusCode::CREATED, location, tagged).into_response())
}

/// List customers
///
/// Newest first. Scope: customers:read
#[utoipa::path(
    get, path = "/customers", tag = "customers", operation_id = "listCustomers", params(Filter),
    responses((status = 200, body = Customers))
)]
pub async fn list(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Asked(Filter { phone, list, before, limit }): Asked<Filter>,
) -> Result<Json<Customers>, Refused> {
    let (machine, limit) = (machine.read_customers()?, limit.unwrap_or(50));
    if !(1..=PAGE).contains(&limit) {
        return Err(Code::BadRequest.into());
    }
    let form = CustomersForm { q: String::new(), list: something(list)?, before: something(before)? };
    let phone = Number::parse(&something(phone)?).map_err(|code| AppError::field("phone", code))?;
    let phone = Some(phone.as_str()).filter(|phone| !phone.is_empty());
    let Page { customers: rows, more, .. } = customers::list(&context, machine, &form, phone, limit).await?;
    let next = rows.last().filter(|_| more).map(|row| row.id);
    Ok(Json(Customers { customers: rows.into_iter().map(Customer::of).collect(), next }))
}

/// Read a customer
///
/// Scope: customers:read
#[utoipa::path(
    get, path = "/customers/{id}", tag = "customers", operation_id = "readCustomer", params(("id" = Uuid, Path)),
    responses((status = 200, body = Customer, headers(("etag" = String))), (status = 304))
)]
pub async fn read(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CustomerId>,
    asked: HeaderMap,
) -> Result<Response, Refused> {
    let customer = Customer::of(customers::load(&context, machine.read_customers()?, id).await?);
    Ok(tagged(&asked, &customer.version.to_string(), &customer))
}

/// Change a customer
///
/// Replaces all of them; `If-Match` says which version is known, `*` that any will do. Scope: customers:write
#[utoipa::path(
    put, path = "/customers/{id}", tag = "customers", operation_id = "changeCustomer",
    params(("id" = Uuid, Path), ("if-match" = String, Header, description = "The entity tag of the customer that is known.")),
    request_body = CustomerToBe,
    responses((status = 200, body = Customer, headers(("etag" = String))))
)]
pub async fn replace(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CustomerId>,
    asked: HeaderMap,
    Body(customer): Body<CustomerToBe>,
) -> Result<Response, Refused> {
    let (machine, version) = (machine.write_customers()?, known_version(&asked)?);
    let row = customers::update(&context, machine, id, customer.form(), version).await;
    let customer = Customer::of(row.map_err(changed_meanwhile)?);
    Ok(tagged(&HeaderMap::new(), &customer.version.to_string(), &customer))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhatOfCalls {
    /// `anonymise`, unless it says otherwise: the calls stay, without the customer's number. `remove`: they go.
    #[serde(default)]
    #[param(inline)]
    calls: Option<Calls>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Calls {
    Anonymise,
    Remove,
}

/// Delete a customer
///
/// What was said in the calls with them is deleted either way, recordings included; the sums of reports stay. Refused while a
/// call with them is going on. Scope: customers:write
#[utoipa::path(
    delete, path = "/customers/{id}", tag = "customers", operation_id = "deleteCustomer",
    params(("id" = Uuid, Path), WhatOfCalls, ("if-match" = Option<String>, Header, description = "The entity tag of the customer that is known.")),
    responses(
        (status = 204),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "A call with them is going on."),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else changed it meanwhile.")
    )
)]
pub async fn delete(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CustomerId>,
    Asked(what): Asked<WhatOfCalls>,
    asked: HeaderMap,
) -> Result<StatusCode, Refused> {
    let (machine, version) = (machine.delete_customers()?, wanted_version(&asked)?);
    let calls = match what.calls {
        Some(Calls::Remove) => CallsOf::Remove,
        Some(Calls::Anonymise) | None => CallsOf::Anonymise,
    };
    customers::delete(&context, machine, id, calls, version).await.map_err(changed_meanwhile)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Customers that belong together: whom a campaign calls.
#[derive(Debug, Serialize, ToSchema)]
pub struct List {
    id: Uuid,
    name: String,
    /// How many stand on it.
    customers: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Lists {
    /// By name, at most 200.
    lists: Vec<List>,
}

/// Read the lists
///
/// Scope: customers:read
#[utoipa::path(
    get, path = "/lists", tag = "customers", operation_id = "readLists", responses((status = 200, body = Lists))
)]
pub async fn lists(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
) -> Result<Json<Lists>, Refused> {
    let lists = customers::list_lists(&context, machine.read_customers()?, None).await?;
    let list = |line: customers::ListLine| List { id: line.id.0, name: line.name, customers: line.customers };
    Ok(Json(Lists { lists: lists.into_iter().map(list).collect() }))
}
