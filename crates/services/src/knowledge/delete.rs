//! Deleting a category, which never deletes a file: they are without a category then, and remember for a while where
//! they were, so that it can be taken back.

use chrono::{DateTime, Utc};
use domain::{
    AppError, CategoryId, Code, OrganisationId,
    fold::lower,
    knowledge::{MOST_CATEGORIES, MOST_IN_CATEGORY_NAME, UNDO},
};
use entity::{
    knowledge_category::{Column, Entity, Model},
    knowledge_file,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Reads, Writes,
    categories::{by_name, next_place},
    files, find_category,
};
use crate::{Context, failure::OrInternal, members::lock_organisation};

/// A category that was deleted and can still be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    pub id: CategoryId,
    pub name: String,
    /// Those that would come back into it, or into those that stood below it.
    pub files: u64,
    /// How long that is possible.
    pub until: DateTime<Utc>,
}

/// Deletes a category and those below it. Their files stay, without a category: how many. `version` is the one that is
/// known, if it matters. Errors: `NotFound`, `Conflict`.
pub async fn delete_category(
    context: &Context,
    by: impl Writes,
    id: CategoryId,
    version: Option<i64>,
) -> Result<u64, AppError> {
    let (who, inner) = (by.who(), context.clone());
    let deleted = context.database.write(move |on| {
        Box::pin(async move {
            use knowledge_file::Column as File;
            let of = who.organisation;
            lock_organisation(on, of).await?;
            let row = find_category(on, of, id).await?;
            if version.is_some_and(|version| version != row.version) {
                return Err(Code::Conflict.into());
            }
            let whole = Condition::any().add(Column::Id.eq(id.0)).add(Column::ParentId.eq(id.0));
            let gone = Entity::in_organisation(of).filter(whole).all(on).await.or_internal()?;
            let ids: Vec<Uuid> = gone.iter().map(|row| row.id).collect();
            let inside =
                knowledge_file::Entity::in_organisation(of).filter(File::CategoryId.is_in(ids.clone()));
            let files = inside.count(on).await.or_internal()?;
            // In this order: which one it was, then that it is none any more.
            knowledge_file::Entity::update_many()
                .col_expr(File::FormerCategoryId, Expr::col(File::CategoryId))
                .col_expr(File::CategoryId, Expr::value(None::<Uuid>))
                .filter(File::CategoryId.is_in(ids.clone()))
                .exec(on)
                .await
                .or_internal()?;
            Entity::update_many()
                .col_expr(Column::DeletedAt, Expr::value(inner.now()))
                .col_expr(Column::DeletedWith, Expr::value(id.0))
                .filter(Column::Id.is_in(ids))
                .exec(on)
                .await
                .or_internal()?;
            let below = gone.len() - 1;
            let before = json!({ "name": row.name, "files": files, "subcategories": below });
            who.record(&inner, on, "knowledge.delete_category", before, json!({})).await?;
            Ok(files)
        })
    });
    deleted.await
}

/// What can be taken back, newest first.
pub async fn list_deleted(context: &Context, by: impl Reads) -> Result<Vec<Deleted>, AppError> {
    let (of, read) = (by.who().organisation, context.database.read());
    let rows = Entity::deleted_in(of).filter(Column::DeletedAt.gt(context.now() - UNDO));
    let rows =
        rows.order_by_desc(Column::DeletedAt).order_by_desc(Column::Id).all(read).await.or_internal()?;
    let mut deleted = Vec::new();
    for row in rows.iter().filter(|row| row.deleted_with == Some(row.id)) {
        let with: Vec<Uuid> =
            rows.iter().filter(|other| other.deleted_with == Some(row.id)).map(|other| other.id).collect();
        let files = coming_back(of, &with).count(read).await.or_internal()?;
        let until = row.deleted_at.unwrap_or_default() + UNDO;
        deleted.push(Deleted { id: row.id(), name: row.name.clone(), files, until });
    }
    Ok(deleted)
}

/// Files that nobody has put elsewhere since.
fn coming_back(of: OrganisationId, categories: &[Uuid]) -> sea_orm::Select<knowledge_file::Entity> {
    use knowledge_file::Column as File;
    knowledge_file::Entity::in_organisation(of)
        .filter(File::CategoryId.is_null())
        .filter(File::FormerCategoryId.is_in(categories.iter().copied()))
}

/// Takes a deletion back: the category, those below it, and the files that nobody has moved since. One whose name was
/// given to another meanwhile gets a number. Errors: `NotFound` (too late), `TooManyCategories`.
pub async fn restore_category(context: &Context, by: impl Writes, id: CategoryId) -> Result<(), AppError> {
    let (who, inner) = (by.who(), context.clone());
    let restored = context.database.write(move |on| {
        Box::pin(async move {
            use knowledge_file::Column as File;
            let of = who.organisation;
            lock_organisation(on, of).await?;
            let with = Entity::deleted_in(of)
                .filter(Column::DeletedWith.eq(id.0))
                .filter(Column::DeletedAt.gt(inner.now() - UNDO));
            let rows = with.all(on).await.or_internal()?;
            let row = rows.iter().find(|row| row.id == id.0).cloned().ok_or(Code::NotFound)?;
            let there = Entity::in_organisation(of).count(on).await.or_internal()?;
            if there + rows.len() as u64 > MOST_CATEGORIES {
                return Err(Code::TooManyCategories.into());
            }
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
            let files = coming_back(of, &ids).count(on).await.or_internal()?;
            let after = back(on, of, row).await?;
            let name = after.name.clone();
            Entity::update(after.into_active_model().reset_all()).exec(on).await.or_internal()?;
            Entity::update_many()
                .col_expr(Column::DeletedAt, Expr::value(None::<DateTime<Utc>>))
                .col_expr(Column::DeletedWith, Expr::value(None::<Uuid>))
                .filter(Column::DeletedWith.eq(id.0))
                .exec(on)
                .await
                .or_internal()?;
            knowledge_file::Entity::update_many()
                .col_expr(File::CategoryId, Expr::col(File::FormerCategoryId))
                .col_expr(File::FormerCategoryId, Expr::value(None::<Uuid>))
                .filter(File::OrganisationId.eq(of.0))
                .filter(File::CategoryId.is_null())
                .filter(File::FormerCategoryId.is_in(ids))
                .exec(on)
                .await
                .or_internal()?;
            let after = json!({ "name": name, "files": files, "subcategories": rows.len() - 1 });
            who.record(&inner, on, "knowledge.restore_category", json!({}), after).await
        })
    });
    restored.await
}

/// The row as it comes back: below its parent if that is still there, else on the first level.
async fn back(on: &impl ConnectionTrait, of: OrganisationId, row: Model) -> Result<Model, AppError> {
    let parent = match row.parent_id {
        Some(parent) => match find_category(on, of, CategoryId(parent)).await {
            // It has a parent of its own by now.
            Ok(parent) if parent.parent_id.is_some() => None,
            Ok(parent) => Some(parent.id),
            Err(error) if error.code == Code::NotFound => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let place = if parent == row.parent_id { row.place } else { next_place(on, of, parent).await? };
    let mut name = row.name.clone();
    let mut number = 2;
    while by_name(on, of, parent, &name).await?.is_some() {
        let kept: String = row.name.chars().take(MOST_IN_CATEGORY_NAME - 6).collect();
        name = format!("{} ({number})", kept.trim_end());
        number += 1;
    }
    let name_key = lower(&name);
    let version = row.version + 1;
    Ok(Model {
        name,
        name_key,
        parent_id: parent,
        place,
        version,
        deleted_at: None,
        deleted_with: None,
        ..row
    })
}

/// Forgets categories that can't be taken back any more, and contents that are not whole or were to go. The server does
/// this every minute.
pub async fn sweep(context: &Context) -> Result<(), AppError> {
    let end = context.now() - UNDO;
    let old = Entity::find().filter(Column::DeletedAt.lte(end)).count(context.database.read()).await;
    if old.or_internal()? > 0 {
        let forgotten = context.database.write(move |on| {
            Box::pin(async move {
                Entity::delete_many().filter(Column::DeletedAt.lte(end)).exec(on).await.or_internal()?;
                Ok(())
            })
        });
        forgotten.await?;
    }
    files::sweep(context).await
}
