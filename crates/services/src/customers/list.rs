//! Finding customers: by name, number and list, a page at a time; the calls with one of them.

use std::collections::HashMap;

use domain::{
    AppError, Code, CustomerId, ListId, Member, OrganisationId,
    customers::{CustomersForm, Wanted},
};
use entity::{
    call, customer,
    customer::{Column, Entity},
    listed_customer,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, Iterable, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use super::{Customer, Reads, lists};
use crate::{Context, failure::OrInternal, phones, zones};

/// Customers of one page, unless fewer are asked for.
pub const PAGE: u64 = 100;
/// Calls on the page of a customer.
const CALLS: u64 = 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Newest first.
    pub customers: Vec<Customer>,
    /// The names of the lists on which they stand.
    pub lists: HashMap<Uuid, Vec<String>>,
    pub more: bool,
}

/// Newest first, at most `limit` and at most [`PAGE`]; where `phone` (E.164) is given, whoever has it. Errors: fields of
/// [`CustomersForm`].
pub async fn list(
    context: &Context,
    by: impl Reads,
    form: &CustomersForm,
    phone: Option<&str>,
    limit: u64,
) -> Result<Page, AppError> {
    let wanted = form.parse()?;
    let limit = limit.clamp(1, PAGE);
    let mut rows = in_order(by.who().organisation, &wanted, wanted.before);
    if let Some(phone) = phone {
        rows = rows.filter(Column::Phone.eq(phone));
    }
    let mut customers = rows.limit(limit + 1).all(context.database.read()).await.or_internal()?;
    let more = customers.len() as u64 > limit;
    customers.truncate(usize::try_from(limit).unwrap_or(customers.len()));
    let ids = customers.iter().map(|customer| customer.id);
    let lists = lists::lists_of(context.database.read(), by.who().organisation, ids).await?;
    Ok(Page { customers, lists, more })
}

/// Whoever is wanted, newest first, from after `before` on.
pub(super) fn in_order(of: OrganisationId, wanted: &Wanted, before: Option<CustomerId>) -> Select<Entity> {
    // Folded text and digits hold nothing that a pattern would take for more than itself.
    let holds = |column: Column, part: &str| column.like(format!("%{part}%"));
    let mut sought = Condition::any();
    if let Some(name) = &wanted.name {
        sought = sought.add(holds(Column::NameKey, name));
    }
    if let Some(digits) = &wanted.digits {
        sought = sought.add(holds(Column::Phone, digits));
    }
    let all = Condition::all()
        .add_option((!sought.is_empty()).then_some(sought))
        .add_option(wanted.list.map(on_list))
        .add_option(before.map(|before| Column::Id.lt(before.0)));
    Entity::in_organisation(of).filter(all).order_by_desc(Column::Id)
}

fn on_list(list: ListId) -> Expr {
    let listed = Query::select()
        .column(listed_customer::Column::CustomerId)
        .from(listed_customer::Entity)
        .and_where(listed_customer::Column::ListId.eq(list.0))
        .to_owned();
    Column::Id.in_subquery(listed)
}

/// Errors: `NotFound`.
pub async fn load(context: &Context, by: impl Reads, id: CustomerId) -> Result<Customer, AppError> {
    let found = Entity::in_organisation(by.who().organisation).filter(Column::Id.eq(id.0));
    found.one(context.database.read()).await.or_internal()?.ok_or_else(|| Code::NotFound.into())
}

/// Who has this number, however it is spelled.
pub async fn find_by_phone(
    context: &Context,
    member: Member,
    phone: &str,
) -> Result<Option<Customer>, AppError> {
    let country = zones::country_of(context, member.organisation).await?;
    let Ok(phone) = phones::parse(phone, country) else { return Ok(None) };
    Entity::by_phone(member.organisation, &phone.e164).one(context.database.read()).await.or_internal()
}

/// Who has this number (E.164), if somebody has.
pub async fn of_number(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    number: &str,
) -> Result<Option<Uuid>, AppError> {
    if number.is_empty() {
        return Ok(None);
    }
    let found = Entity::by_phone(of, number).select_only().column(customer::Column::Id);
    found.into_tuple().one(on).await.or_internal()
}

/// What customers are called, by their ids.
pub async fn named(
    context: &Context,
    member: Member,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, AppError> {
    let rows: Vec<(Uuid, String)> = Entity::in_organisation(member.organisation)
        .filter(Column::Id.is_in(ids))
        .select_only()
        .columns([Column::Id, Column::Name])
        .into_tuple()
        .all(context.database.read())
        .await
        .or_internal()?;
    Ok(rows.into_iter().collect())
}

/// The last calls with a customer, newest first, without transcripts.
pub async fn calls_with(
    context: &Context,
    member: Member,
    id: CustomerId,
) -> Result<Vec<call::Model>, AppError> {
    let columns = call::Column::iter().filter(|column| !matches!(column, call::Column::Transcript));
    call::Entity::in_organisation(member.organisation)
        .select_only()
        .columns(columns)
        .expr_as(Expr::value(None::<String>), "transcript")
        .filter(call::Column::CustomerId.eq(id.0))
        .limit(CALLS)
        .all(context.database.read())
        .await
        .or_internal()
}
