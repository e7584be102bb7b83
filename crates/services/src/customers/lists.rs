//! Lists of customers. Their names are unique within the organisation, whose row is locked where one is given.

use std::collections::HashMap;

use domain::{
    Admin, AppError, Code, ListId, Member, OrganisationId,
    customers::{ListForm, ListedForm, MOST_LISTS, OneListForm},
    fold::fold,
};
use entity::{
    customer_list::{ActiveModel, Column, Entity, Model},
    listed_customer,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

use super::{Reads, Writes, find};
use crate::{Context, failure::OrInternal, members::lock_organisation};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListLine {
    pub id: ListId,
    pub name: String,
    pub customers: u64,
}

/// Every list by name; where `customer` is given, those on which they stand.
pub async fn list_lists(
    context: &Context,
    by: impl Reads,
    customer: Option<domain::CustomerId>,
) -> Result<Vec<ListLine>, AppError> {
    let (of, read) = (by.who().organisation, context.database.read());
    let rows = Entity::in_organisation(of).all(read).await.or_internal()?;
    let counts: Vec<(Uuid, i64)> = listed_customer::Entity::in_organisation(of)
        .select_only()
        .column(listed_customer::Column::ListId)
        .column_as(listed_customer::Column::CustomerId.count(), "customers")
        .group_by(listed_customer::Column::ListId)
        .into_tuple()
        .all(read)
        .await
        .or_internal()?;
    let counts: HashMap<Uuid, i64> = counts.into_iter().collect();
    let theirs: Option<Vec<Uuid>> = match customer {
        Some(customer) => {
            let listed = listed_customer::Entity::in_organisation(of)
                .filter(listed_customer::Column::CustomerId.eq(customer.0))
                .select_only()
                .column(listed_customer::Column::ListId);
            Some(listed.into_tuple().all(read).await.or_internal()?)
        }
        None => None,
    };
    let mut lines: Vec<ListLine> = rows
        .into_iter()
        .filter(|row| theirs.as_ref().is_none_or(|theirs| theirs.contains(&row.id)))
        .map(|row| ListLine {
            id: row.id(),
            customers: counts.get(&row.id).and_then(|count| u64::try_from(*count).ok()).unwrap_or(0),
            name: row.name,
        })
        .collect();
    lines.sort_by_cached_key(|line| (fold(&line.name), line.id));
    Ok(lines)
}

/// The names of the lists on which customers stand, by customer.
pub(super) async fn lists_of(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    customers: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<String>>, AppError> {
    let rows: Vec<(Uuid, String)> = listed_customer::Entity::in_organisation(of)
        .inner_join(Entity)
        .filter(listed_customer::Column::CustomerId.is_in(customers))
        .order_by_asc(Column::NameKey)
        .select_only()
        .column(listed_customer::Column::CustomerId)
        .column(Column::Name)
        .into_tuple()
        .all(on)
        .await
        .or_internal()?;
    let mut lists: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (customer, list) in rows {
        lists.entry(customer).or_default().push(list);
    }
    Ok(lists)
}

/// Errors: `name` is `Required`, `TooLong`, `ControlCharacter` or `NameTaken`; `TooManyLists`.
pub async fn create_list(context: &Context, by: impl Writes, form: ListForm) -> Result<ListId, AppError> {
    let (name, who, inner) = (form.name()?, by.who(), context.clone());
    let created = context.database.write(move |on| {
        Box::pin(async move {
            lock_organisation(on, who.organisation).await?;
            if by_name(on, who.organisation, &name).await?.is_some() {
                return Err(AppError::field("name", Code::NameTaken));
            }
            let row = insert(&inner, on, who.organisation, name).await?;
            let after = json!({ "name": row.name });
            who.record(&inner, on, "customers.create_list", json!({}), after).await?;
            Ok(row.id())
        })
    });
    created.await
}

/// A new list. Errors: `TooManyLists`.
pub(super) async fn insert(
    context: &Context,
    on: &impl ConnectionTrait,
    of: OrganisationId,
    name: String,
) -> Result<Model, AppError> {
    if Entity::in_organisation(of).count(on).await.or_internal()? >= MOST_LISTS {
        return Err(Code::TooManyLists.into());
    }
    let (id, created_at, name_key) = (context.id(), context.now(), fold(&name));
    let row = Model { id, organisation_id: of.0, name, name_key, created_at };
    Entity::insert(ActiveModel::from(row.clone())).exec_without_returning(on).await.or_internal()?;
    Ok(row)
}

/// Gives a list another name; its own name again changes nothing. Errors: as those of [`create_list`], `NotFound`.
pub async fn rename_list(context: &Context, by: impl Writes, form: ListForm) -> Result<(), AppError> {
    let (id, name, who, inner) = (form.id()?, form.name()?, by.who(), context.clone());
    let renamed = context.database.write(move |on| {
        Box::pin(async move {
            lock_organisation(on, who.organisation).await?;
            let before = find_list(on, who.organisation, id).await?;
            if before.name == name {
                return Ok(());
            }
            let same = by_name(on, who.organisation, &name).await?;
            if same.is_some_and(|same| same.id != before.id) {
                return Err(AppError::field("name", Code::NameTaken));
            }
            let (was, is) = (json!({ "name": before.name }), json!({ "name": name }));
            let after = Model { name_key: fold(&name), name, ..before };
            Entity::update(after.into_active_model().reset_all()).exec(on).await.or_internal()?;
            who.record(&inner, on, "customers.rename_list", was, is).await
        })
    });
    renamed.await
}

/// Deletes a list; whoever stands on it stays. Errors: `NotFound`.
pub async fn delete_list(context: &Context, admin: Admin, form: OneListForm) -> Result<(), AppError> {
    let (id, inner) = (form.parse()?, context.clone());
    let who = crate::who::Who::of_actor(*admin);
    let deleted = context.database.write(move |on| {
        Box::pin(async move {
            let row = find_list(on, who.organisation, id).await?;
            let listed = listed_customer::Entity::in_organisation(who.organisation)
                .filter(listed_customer::Column::ListId.eq(id.0));
            let customers = listed.count(on).await.or_internal()?;
            Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
            let before = json!({ "name": row.name, "customers": customers });
            who.record(&inner, on, "customers.delete_list", before, json!({})).await
        })
    });
    deleted.await
}

/// Puts a customer on a list; one who stands there already stays. Errors: field `list` is `Required`; `NotFound`.
pub async fn add_to_list(context: &Context, member: Member, form: ListedForm) -> Result<(), AppError> {
    move_on(context, member, form, true).await
}

/// Takes a customer off a list. Errors: `NotFound`.
pub async fn remove_from_list(context: &Context, member: Member, form: ListedForm) -> Result<(), AppError> {
    move_on(context, member, form, false).await
}

async fn move_on(context: &Context, member: Member, form: ListedForm, is_on: bool) -> Result<(), AppError> {
    let ((customer, list), inner) = (form.parse()?, context.clone());
    let who = crate::who::Who::of_actor(*member);
    let moved = context.database.write(move |on| {
        Box::pin(async move {
            let customer = find(on, who.organisation, customer).await?;
            let list = find_list(on, who.organisation, list).await?;
            let changed = if is_on {
                put_on(on, who.organisation, list.id(), [customer.id]).await?
            } else {
                listed_customer::Entity::delete_by_id((list.id, customer.id))
                    .exec(on)
                    .await
                    .or_internal()?
                    .rows_affected
            };
            if changed == 0 {
                return Ok(());
            }
            let (action, told) = (
                if is_on { "customers.add_to_list" } else { "customers.remove_from_list" },
                json!({ "customer": customer.name, "list": list.name }),
            );
            let (before, after) = if is_on { (json!({}), told) } else { (told, json!({})) };
            who.record(&inner, on, action, before, after).await
        })
    });
    moved.await
}

/// Puts customers on a list: how many did not stand there.
pub(super) async fn put_on(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    list: ListId,
    customers: impl IntoIterator<Item = Uuid>,
) -> Result<u64, AppError> {
    let rows: Vec<_> = customers
        .into_iter()
        .map(|customer| listed_customer::ActiveModel {
            list_id: Set(list.0),
            customer_id: Set(customer),
            organisation_id: Set(of.0),
        })
        .collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let key = [listed_customer::Column::ListId, listed_customer::Column::CustomerId];
    let keep = OnConflict::columns(key).do_nothing().to_owned();
    let insert = listed_customer::Entity::insert_many(rows).on_conflict(keep);
    insert.exec_without_returning(on).await.or_internal()
}

/// A list of this name, however it is spelled.
pub(super) async fn by_name(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    name: &str,
) -> Result<Option<Model>, AppError> {
    Entity::in_organisation(of).filter(Column::NameKey.eq(fold(name))).one(on).await.or_internal()
}

/// Errors: `NotFound`.
pub(super) async fn find_list(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: ListId,
) -> Result<Model, AppError> {
    let found = Entity::in_organisation(of).filter(Column::Id.eq(id.0)).one(on).await.or_internal()?;
    found.ok_or_else(|| Code::NotFound.into())
}
