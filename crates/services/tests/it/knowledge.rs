//! The knowledge base: names, order and merging of categories; files that are kept whole or not at all; deletions that
//! delete no file and can be taken back.

mod categories;
mod uploads;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::{
    Actor, AppError, CategoryId, Code,
    knowledge::{CategoryForm, KnowledgeForm, MOST_BYTES, UploadForm},
};
use entity::{audit, knowledge_file};
use futures::{StreamExt, TryStreamExt, stream};
use sea_orm::{EntityTrait, QueryOrder};
use services::knowledge::{self, File, FileLine};

use crate::world::World;

const AYSE: &str = "ayse@yildiz.example";

async fn category(
    world: &World,
    actor: Actor,
    name: &str,
    parent: Option<CategoryId>,
) -> Result<CategoryId, AppError> {
    let parent = parent.map(|id| id.to_string()).unwrap_or_default();
    let form = CategoryForm { name: name.into(), parent, ..CategoryForm::default() };
    knowledge::create_category(&world.context, actor.admin().unwrap(), form).await.map(|line| line.id)
}

/// Names in their order, those below another one with a dash.
async fn names(world: &World, actor: Actor) -> Vec<String> {
    let lines = knowledge::list_categories(&world.context, actor.member()).await.unwrap();
    let name = |line: knowledge::CategoryLine| match line.parent {
        Some(_) => format!("- {} {}", line.name, line.files),
        None => format!("{} {}", line.name, line.files),
    };
    lines.lines.into_iter().map(name).collect()
}

async fn send(
    world: &World,
    actor: Actor,
    name: &str,
    category: Option<CategoryId>,
    pieces: Vec<Result<Bytes, ()>>,
) -> Result<FileLine, AppError> {
    let category = category.map(|id| id.to_string()).unwrap_or_default();
    let form = UploadForm { name: name.into(), category };
    knowledge::upload(&world.context, actor.admin().unwrap(), form, stream::iter(pieces)).await
}

async fn text(world: &World, actor: Actor, name: &str, category: Option<CategoryId>, content: &str) -> File {
    let piece = Bytes::from(content.to_owned());
    send(world, actor, name, category, vec![Ok(piece)]).await.unwrap().file
}

async fn found(world: &World, actor: Actor, q: &str, category: &str) -> Vec<String> {
    let form = KnowledgeForm { q: q.into(), category: category.into(), ..KnowledgeForm::default() };
    let page = knowledge::list(&world.context, actor.member(), &form, 100).await.unwrap();
    page.files.into_iter().map(|line| line.file.name).collect()
}

async fn content(world: &World, actor: Actor, file: &File) -> Result<Vec<u8>, AppError> {
    let (_, content) = knowledge::read(&world.context, actor.member(), file.id()).await?;
    Ok(content.try_collect::<Vec<_>>().await.unwrap().concat())
}

/// Rows of the trail about the knowledge base, oldest first.
async fn trail(world: &World) -> Vec<(String, String, String)> {
    let rows = audit::Entity::find()
        .order_by_asc(audit::Column::Id)
        .all(world.context.database.read())
        .await
        .unwrap();
    let ours = rows.into_iter().filter(|row| row.action.starts_with("knowledge."));
    ours.map(|row| (row.action, row.before, row.after)).collect()
}

/// Rows of files that are not whole.
async fn leaving(world: &World) -> usize {
    knowledge_file::Entity::leaving().all(world.context.database.read()).await.unwrap().len()
}
