//! Reading, making and changing categories. A name is one category's among those beside it.

use std::collections::HashMap;

use domain::{
    AppError, CategoryId, Code, OrganisationId,
    fold::lower,
    knowledge::{CategoryForm, MOST_CATEGORIES},
};
use entity::{
    knowledge_category::{ActiveModel, Column, Entity, Model},
    knowledge_file,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use super::{Reads, Writes, find_category, name_of};
use crate::{Context, failure::OrInternal, members::lock_organisation};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryLine {
    pub id: CategoryId,
    pub parent: Option<CategoryId>,
    pub name: String,
    /// In it and in those below it.
    pub files: u64,
    pub version: i64,
}

/// Every category, in the order that people gave them, each followed by those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Categories {
    pub lines: Vec<CategoryLine>,
    /// Files without a category.
    pub uncategorised: u64,
}

pub async fn list_categories(context: &Context, by: impl Reads) -> Result<Categories, AppError> {
    all(context, by.who().organisation).await
}

async fn all(context: &Context, of: OrganisationId) -> Result<Categories, AppError> {
    let read = context.database.read();
    let rows = in_order(Entity::in_organisation(of).all(read).await.or_internal()?);
    let counts: Vec<(Option<Uuid>, i64)> = knowledge_file::Entity::in_organisation(of)
        .select_only()
        .column(knowledge_file::Column::CategoryId)
        .column_as(knowledge_file::Column::Id.count(), "files")
        .group_by(knowledge_file::Column::CategoryId)
        .into_tuple()
        .all(read)
        .await
        .or_internal()?;
    let own: HashMap<Option<Uuid>, i64> = counts.into_iter().collect();
    let count = |category| own.get(&category).map_or(0, |files| files.unsigned_abs());
    let of_row = |row: &Model| count(Some(row.id));
    let files = |row: &Model| {
        of_row(row) + rows.iter().filter(|other| other.parent_id == Some(row.id)).map(of_row).sum::<u64>()
    };
    Ok(Categories {
        lines: rows.iter().map(|row| line(row, files(row))).collect(),
        uncategorised: count(None),
    })
}

fn line(row: &Model, files: u64) -> CategoryLine {
    CategoryLine {
        id: row.id(),
        parent: row.parent_id.map(CategoryId),
        name: row.name.clone(),
        files,
        version: row.version,
    }
}

fn in_order(mut rows: Vec<Model>) -> Vec<Model> {
    rows.sort_by_key(|row| (row.place, row.id));
    let below = |parent: Option<Uuid>| rows.iter().filter(move |row| row.parent_id == parent).cloned();
    below(None).flat_map(|top| std::iter::once(top.clone()).chain(below(Some(top.id)))).collect()
}

/// Errors: `NotFound`.
pub async fn load_category(
    context: &Context,
    by: impl Reads,
    id: CategoryId,
) -> Result<CategoryLine, AppError> {
    one(context, by.who().organisation, id).await
}

async fn one(context: &Context, of: OrganisationId, id: CategoryId) -> Result<CategoryLine, AppError> {
    let all = all(context, of).await?;
    all.lines.into_iter().find(|line| line.id == id).ok_or_else(|| Code::NotFound.into())
}

/// Makes a category, after those beside it. Errors: `name` is `Required`, `TooLong`, `ControlCharacter` or
/// `NameTaken`; `parent` is `CategoryTooDeep`; `NotFound`, `TooManyCategories`.
pub async fn create_category(
    context: &Context,
    by: impl Writes,
    form: CategoryForm,
) -> Result<CategoryLine, AppError> {
    let ((name, parent), who, inner) = (form.parse()?, by.who(), context.clone());
    let created = context.database.write(move |on| {
        Box::pin(async move {
            let of = who.organisation;
            lock_organisation(on, of).await?;
            let parent = check_parent(on, of, parent).await?;
            if Entity::in_organisation(of).count(on).await.or_internal()? >= MOST_CATEGORIES {
                return Err(Code::TooManyCategories.into());
            }
            check_free(on, of, parent.as_ref().map(|row| row.id), &name, None).await?;
            let row = Model {
                id: inner.id(),
                organisation_id: of.0,
                parent_id: parent.as_ref().map(|row| row.id),
                name_key: lower(&name),
                name,
                place: next_place(on, of, parent.as_ref().map(|row| row.id)).await?,
                created_at: inner.now(),
                version: 1,
                deleted_at: None,
                deleted_with: None,
            };
            Entity::insert(ActiveModel::from(row.clone())).exec_without_returning(on).await.or_internal()?;
            let after = json!({ "name": row.name, "parent": parent.map(|parent| parent.name) });
            who.record(&inner, on, "knowledge.create_category", json!({}), after).await?;
            Ok(line(&row, 0))
        })
    });
    created.await
}

/// Gives a category another name or parent; `version` is the one that is known, if it matters. One that the form does
/// not differ from stays as it is. Errors: as those of [`create_category`], `Conflict`.
pub async fn update_category(
    context: &Context,
    by: impl Writes,
    form: CategoryForm,
    version: Option<i64>,
) -> Result<CategoryLine, AppError> {
    let (id, (name, parent), who) = (form.id()?, form.parse()?, by.who());
    let inner = context.clone();
    let updated = context.database.write(move |on| {
        Box::pin(async move {
            let of = who.organisation;
            lock_organisation(on, of).await?;
            let before = find_category(on, of, id).await?;
            let moves = before.parent_id != parent.map(|id| id.0);
            if before.name == name && !moves {
                return Ok(());
            }
            if version.is_some_and(|version| version != before.version) {
                return Err(Code::Conflict.into());
            }
            let parent = check_parent(on, of, parent).await?;
            let parent_id = parent.as_ref().map(|row| row.id);
            if parent_id.is_some() && (parent_id == Some(id.0) || has_below(on, of, id).await?) {
                return Err(AppError::field("parent", Code::CategoryTooDeep));
            }
            check_free(on, of, parent_id, &name, Some(id)).await?;
            let place = if moves { next_place(on, of, parent_id).await? } else { before.place };
            let was = name_of(on, of, before.parent_id.map(CategoryId)).await?;
            let (was, is) = (
                json!({ "name": before.name, "parent": was }),
                json!({ "name": name, "parent": parent.map(|row| row.name) }),
            );
            let after = Model {
                name_key: lower(&name),
                name,
                parent_id,
                place,
                version: before.version + 1,
                ..before
            };
            Entity::update(after.into_active_model().reset_all()).exec(on).await.or_internal()?;
            who.record(&inner, on, "knowledge.update_category", was, is).await
        })
    });
    updated.await?;
    one(context, who.organisation, id).await
}

/// A category that another one may stand below. Errors: `parent` is `CategoryTooDeep`; `NotFound`.
async fn check_parent(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    parent: Option<CategoryId>,
) -> Result<Option<Model>, AppError> {
    let Some(id) = parent else { return Ok(None) };
    let row = find_category(on, of, id).await?;
    match row.parent_id {
        Some(_) => Err(AppError::field("parent", Code::CategoryTooDeep)),
        None => Ok(Some(row)),
    }
}

pub(super) async fn has_below(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: CategoryId,
) -> Result<bool, AppError> {
    let below = Entity::in_organisation(of).filter(Column::ParentId.eq(id.0));
    Ok(below.count(on).await.or_internal()? > 0)
}

/// Errors: `name` is `NameTaken`.
async fn check_free(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    parent: Option<Uuid>,
    name: &str,
    except: Option<CategoryId>,
) -> Result<(), AppError> {
    match by_name(on, of, parent, name).await?.filter(|row| Some(row.id()) != except) {
        Some(_) => Err(AppError::field("name", Code::NameTaken)),
        None => Ok(()),
    }
}

/// The category of this name below `parent`, however it is spelled.
pub(super) async fn by_name(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    parent: Option<Uuid>,
    name: &str,
) -> Result<Option<Model>, AppError> {
    let named = beside(of, parent).filter(Column::NameKey.eq(lower(name)));
    named.one(on).await.or_internal()
}

/// Those with the same parent.
pub(super) fn beside(of: OrganisationId, parent: Option<Uuid>) -> sea_orm::Select<Entity> {
    let all = Entity::in_organisation(of);
    match parent {
        Some(parent) => all.filter(Column::ParentId.eq(parent)),
        None => all.filter(Column::ParentId.is_null()),
    }
}

/// After all with the same parent.
pub(super) async fn next_place(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    parent: Option<Uuid>,
) -> Result<i32, AppError> {
    let last: Option<Option<i32>> = beside(of, parent)
        .select_only()
        .column_as(Column::Place.max(), "last")
        .into_tuple()
        .one(on)
        .await
        .or_internal()?;
    Ok(last.flatten().map_or(0, |last| last.saturating_add(1)))
}
