//! The knowledge base: categories with one level below them, and files, which are streamed into the object storage and
//! out of it.
//!
//! Whoever changes a category, or puts a file into one, locks the organisation first. A file's row stands in the
//! database before its content is stored and goes after its content has: what breaks off in between is swept.

mod arrange;
mod categories;
mod delete;
mod files;
mod upload;

use domain::{
    Admin, AppError, CategoryId, Code, Member, OrganisationId,
    actor::{ReadKnowledge, WriteKnowledge},
};
use entity::{knowledge_category, knowledge_file, organisation};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QuerySelect, sea_query::Expr};

pub use arrange::{merge_categories, place_category};
pub use categories::{
    Categories, CategoryLine, create_category, list_categories, load_category, update_category,
};
pub use delete::{Deleted, delete_category, list_deleted, restore_category, sweep};
pub use entity::knowledge_file::Model as File;
pub(crate) use files::object_key;
pub use files::{FileLine, PAGE, Page, change_files, delete_file, list, load, read, update_file};
pub use upload::{Uploaded, upload};

use crate::{Context, failure::OrInternal, who::asked_by};

asked_by! {
    /// May read categories and files.
    pub trait Reads: Member | ReadKnowledge;
    /// May change them.
    pub trait Writes: Admin | WriteKnowledge;
}

/// How full the knowledge base is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub used: u64,
    /// What the plan has.
    pub quota: u64,
}

impl Room {
    /// After a smaller plan was chosen, nothing.
    pub const fn left(self) -> u64 {
        self.quota.saturating_sub(self.used)
    }
}

pub async fn room(context: &Context, by: impl Reads) -> Result<Room, AppError> {
    let (of, read) = (by.who().organisation, context.database.read());
    let row = organisation::Entity::by_id(of).one(read).await.or_internal()?.ok_or(Code::NotFound)?;
    room_of(context, read, &row).await
}

async fn room_of(
    context: &Context,
    on: &impl ConnectionTrait,
    row: &organisation::Model,
) -> Result<Room, AppError> {
    let used: Option<i64> = knowledge_file::Entity::in_organisation(OrganisationId(row.id))
        .select_only()
        // PostgreSQL adds whole numbers up to one that has no limit.
        .column_as(Expr::cust("CAST(COALESCE(SUM(bytes), 0) AS BIGINT)"), "used")
        .into_tuple()
        .one(on)
        .await
        .or_internal()?;
    let quota = row.subscription(context.now()).plan.storage();
    Ok(Room { used: used.unwrap_or(0).unsigned_abs(), quota })
}

/// Errors: `NotFound`.
async fn find_category(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: CategoryId,
) -> Result<knowledge_category::Model, AppError> {
    let found = knowledge_category::Entity::in_organisation(of)
        .filter(knowledge_category::Column::Id.eq(id.0))
        .one(on)
        .await
        .or_internal()?;
    found.ok_or_else(|| Code::NotFound.into())
}

/// The name of a category, if there is one. Errors: `NotFound`.
async fn name_of(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    id: Option<CategoryId>,
) -> Result<Option<String>, AppError> {
    match id {
        Some(id) => Ok(Some(find_category(on, of, id).await?.name)),
        None => Ok(None),
    }
}
