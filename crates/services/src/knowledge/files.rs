//! Finding, reading, moving, renaming and deleting files.

use std::collections::HashMap;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::{
    AppError, CategoryId, Code, FileId, OrganisationId,
    fold::fold,
    knowledge::{Act, FileForm, FilesForm, KnowledgeForm, Wanted, Within},
};
use entity::{
    knowledge_category,
    knowledge_file::{Column, Entity},
};
use futures::stream::BoxStream;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use serde_json::{Value, json};

use super::{File, Reads, Writes, find_category, name_of};
use crate::{Context, failure::OrInternal, members::lock_organisation, storage::StorageFailure, who::Who};

/// Files of one page, unless fewer are asked for.
pub const PAGE: u64 = 100;
/// An upload that is not done by then never will be.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// Contents that one sweep deletes.
const BATCH: u64 = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Newest first.
    pub files: Vec<FileLine>,
    pub more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLine {
    pub file: File,
    /// An older one with the same content.
    pub same: Option<File>,
}

/// Newest first, at most `limit` and at most [`PAGE`]. Errors: fields of [`KnowledgeForm`].
pub async fn list(
    context: &Context,
    by: impl Reads,
    form: &KnowledgeForm,
    limit: u64,
) -> Result<Page, AppError> {
    let (of, read, wanted) = (by.who().organisation, context.database.read(), form.parse()?);
    let limit = limit.clamp(1, PAGE);
    let rows = in_order(of, &wanted).limit(limit + 1);
    let mut files = rows.all(read).await.or_internal()?;
    let more = files.len() as u64 > limit;
    files.truncate(usize::try_from(limit).unwrap_or(files.len()));
    let first = oldest(read, of, &files).await?;
    let line = |file: File| {
        let same = first.get(&file.hash).filter(|older| older.id != file.id).cloned();
        FileLine { file, same }
    };
    Ok(Page { files: files.into_iter().map(line).collect(), more })
}

fn in_order(of: OrganisationId, wanted: &Wanted) -> sea_orm::Select<Entity> {
    let within = match wanted.within {
        Within::Anything => None,
        Within::Nothing => Some(Column::CategoryId.is_null()),
        Within::Category(id) => Some(Column::CategoryId.in_subquery(with_below(of, id))),
    };
    // Folded text holds nothing that a pattern would take for more than itself.
    let named = wanted.name.as_ref().map(|name| Column::NameKey.like(format!("%{name}%")));
    let all = Condition::all()
        .add_option(named)
        .add_option(within)
        .add_option(wanted.before.map(|before| Column::Id.lt(before.0)));
    Entity::in_organisation(of).filter(all).order_by_desc(Column::Id)
}

/// A category and those below it.
fn with_below(of: OrganisationId, id: CategoryId) -> sea_orm::sea_query::SelectStatement {
    use knowledge_category::Column as Category;
    let whole = Condition::any().add(Category::Id.eq(id.0)).add(Category::ParentId.eq(id.0));
    let rows = knowledge_category::Entity::in_organisation(of).filter(whole);
    sea_orm::QueryTrait::into_query(rows.select_only().column(Category::Id))
}

/// The oldest file of each content.
async fn oldest(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    files: &[File],
) -> Result<HashMap<Vec<u8>, File>, AppError> {
    let hashes = files.iter().map(|file| file.hash.clone());
    let rows = Entity::in_organisation(of).filter(Column::Hash.is_in(hashes)).order_by_desc(Column::Id);
    // The last one of each stays.
    let rows = rows.all(on).await.or_internal()?;
    Ok(rows.into_iter().map(|row| (row.hash.clone(), row)).collect())
}

/// An older file with the same content.
pub(super) async fn same_as(on: &impl ConnectionTrait, file: &File) -> Result<Option<File>, AppError> {
    let mut first = oldest(on, file.organisation(), std::slice::from_ref(file)).await?;
    Ok(first.remove(&file.hash).filter(|older| older.id != file.id))
}

/// Errors: `NotFound`.
pub async fn load(context: &Context, by: impl Reads, id: FileId) -> Result<FileLine, AppError> {
    let read = context.database.read();
    let file = find(read, by.who().organisation, id).await?;
    let same = same_as(read, &file).await?;
    Ok(FileLine { file, same })
}

async fn find(on: &impl ConnectionTrait, of: OrganisationId, id: FileId) -> Result<File, AppError> {
    let found = Entity::in_organisation(of).filter(Column::Id.eq(id.0)).one(on).await.or_internal()?;
    found.ok_or_else(|| Code::NotFound.into())
}

/// The content of a file, as it is read. Errors: `NotFound`.
pub async fn read(
    context: &Context,
    by: impl Reads,
    id: FileId,
) -> Result<(File, BoxStream<'static, Result<Bytes, StorageFailure>>), AppError> {
    let file = find(context.database.read(), by.who().organisation, id).await?;
    let content = context.storage.get_part(&object_key(&file), 0..file.size()).await?;
    Ok((file, content))
}

/// Gives a file another name or category; `version` is the one that is known, if it matters. One that the form does not
/// differ from stays as it is. Errors: `name` is `Required`, `ControlCharacter` or `TooLong`; `NotFound`, `Conflict`.
pub async fn update_file(
    context: &Context,
    by: impl Writes,
    id: FileId,
    form: FileForm,
    version: Option<i64>,
) -> Result<FileLine, AppError> {
    let (who, inner) = (by.who(), context.clone());
    let updated = context.database.write(move |on| {
        Box::pin(async move {
            lock_organisation(on, who.organisation).await?;
            let before = find(on, who.organisation, id).await?;
            let (name, category) = form.parse(before.kind())?;
            if before.name == name && before.category_id == category.map(|id| id.0) {
                return Ok(before);
            }
            if version.is_some_and(|version| version != before.version) {
                return Err(Code::Conflict.into());
            }
            change(&inner, on, who, before, name, category).await
        })
    });
    let file = updated.await?;
    let same = same_as(context.database.read(), &file).await?;
    Ok(FileLine { file, same })
}

async fn change(
    context: &Context,
    on: &impl ConnectionTrait,
    who: Who,
    before: File,
    name: String,
    category: Option<CategoryId>,
) -> Result<File, AppError> {
    let of = who.organisation;
    let was = name_of(on, of, before.category_id.map(CategoryId)).await?;
    let is = name_of(on, of, category).await?;
    let mut told = [told(&before, was), json!({ "file": name, "category": is })];
    if before.name == name {
        // Otherwise nobody could tell which file this is about.
        told[0].as_object_mut().map(|told| told.remove("file"));
    }
    let [was, is] = told;
    let (version, name_key) = (before.version + 1, fold(&name));
    let category_id = category.map(|id| id.0);
    let after = File { name, name_key, category_id, former_category_id: None, version, ..before };
    Entity::update(after.clone().into_active_model().reset_all()).exec(on).await.or_internal()?;
    who.record(context, on, "knowledge.update_file", was, is).await?;
    Ok(after)
}

/// What the trail tells of a file.
pub(super) fn told(file: &File, category: Option<String>) -> Value {
    json!({ "file": file.name, "category": category })
}

/// Moves or deletes the chosen files, all or none: how many. Errors: fields of [`FilesForm`]; `NotFound`.
pub async fn change_files(context: &Context, by: impl Writes, form: FilesForm) -> Result<usize, AppError> {
    let (files, act) = form.parse()?;
    let category = match act {
        Act::Delete => return delete_files(context, by, files, None).await,
        Act::Move(category) => category,
    };
    let (who, inner) = (by.who(), context.clone());
    let moved = context.database.write(move |on| {
        Box::pin(async move {
            lock_organisation(on, who.organisation).await?;
            if let Some(category) = category {
                find_category(on, who.organisation, category).await?;
            }
            for id in &files {
                let before = find(on, who.organisation, *id).await?;
                if before.category_id != category.map(|id| id.0) || before.former_category_id.is_some() {
                    let name = before.name.clone();
                    change(&inner, on, who, before, name, category).await?;
                }
            }
            Ok(files.len())
        })
    });
    moved.await
}

/// Deletes a file. `version` is the one that is known, if it matters. Errors: `NotFound`, `Conflict`.
pub async fn delete_file(
    context: &Context,
    by: impl Writes,
    id: FileId,
    version: Option<i64>,
) -> Result<(), AppError> {
    delete_files(context, by, vec![id], version).await.map(drop)
}

async fn delete_files(
    context: &Context,
    by: impl Writes,
    files: Vec<FileId>,
    version: Option<i64>,
) -> Result<usize, AppError> {
    let (who, inner) = (by.who(), context.clone());
    let deleted = context.database.write(move |on| {
        Box::pin(async move {
            lock_organisation(on, who.organisation).await?;
            let mut gone: Vec<File> = Vec::new();
            for id in files {
                // The same one twice.
                if gone.iter().any(|file| file.id() == id) {
                    continue;
                }
                let row = find(on, who.organisation, id).await?;
                if version.is_some_and(|version| version != row.version) {
                    return Err(Code::Conflict.into());
                }
                let category = name_of(on, who.organisation, row.category_id.map(CategoryId)).await?;
                who.record(&inner, on, "knowledge.delete_file", told(&row, category), json!({})).await?;
                gone.push(row);
            }
            // Nobody reads it from now on; the rows go when the contents have.
            Entity::update_many()
                .col_expr(Column::StoredAt, Expr::value(None::<chrono::DateTime<chrono::Utc>>))
                .filter(Column::Id.is_in(gone.iter().map(|row| row.id)))
                .exec(on)
                .await
                .or_internal()?;
            Ok(gone)
        })
    });
    let gone = deleted.await?;
    let count = gone.len();
    for file in gone {
        discard(context, &file).await;
    }
    Ok(count)
}

/// Deletes a content and then the row that remembers it. What can't be deleted now the next sweep deletes.
pub(super) async fn discard(context: &Context, file: &File) {
    if let Err(error) = context.storage.delete(&object_key(file)).await {
        tracing::warn!(%error, id = %file.id, "the content of a file could not be deleted");
        return;
    }
    let id = file.id;
    let forgotten = context.database.write(move |on| {
        Box::pin(async move {
            Entity::delete_many()
                .filter(Column::Id.eq(id))
                .filter(Column::StoredAt.is_null())
                .exec(on)
                .await
                .or_internal()?;
            Ok(())
        })
    });
    // The failure is in the log.
    _ = forgotten.await;
}

/// Uploads that were broken off by the end of the server, and contents that could not be deleted.
pub(super) async fn sweep(context: &Context) -> Result<(), AppError> {
    let old = Entity::leaving().filter(Column::CreatedAt.lt(context.now() - LONGEST)).limit(BATCH);
    for file in old.all(context.database.read()).await.or_internal()? {
        discard(context, &file).await;
    }
    Ok(())
}

/// Makes the row of a file whose content is whole. Errors: `NotFound` where it was swept meanwhile.
pub(super) async fn mark_stored(
    context: &Context,
    on: &impl ConnectionTrait,
    file: File,
) -> Result<File, AppError> {
    let after = File { stored_at: Some(context.now()), ..file };
    let row = entity::knowledge_file::ActiveModel {
        category_id: Set(after.category_id),
        former_category_id: Set(after.former_category_id),
        bytes: Set(after.bytes),
        hash: Set(after.hash.clone()),
        stored_at: Set(after.stored_at),
        ..Default::default()
    };
    let waiting =
        Entity::update_many().set(row).filter(Column::Id.eq(after.id)).filter(Column::StoredAt.is_null());
    match waiting.exec(on).await.or_internal()?.rows_affected {
        0 => Err(Code::NotFound.into()),
        _ => Ok(after),
    }
}

pub(crate) fn object_key(file: &File) -> String {
    format!("organisations/{}/knowledge/{}", file.organisation_id, file.object)
}
