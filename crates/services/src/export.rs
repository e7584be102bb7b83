//! Everything that an organisation owns, as one file: asked for by an owner, made by a job, there for a day. And what it
//! holds about one customer, at once.
//!
//! An archive is written while it is read ([`Archive`](crate::archive::Archive)); no table and no file stands in memory. It
//! is not one moment's picture: what changes meanwhile may stand in it or not.

mod run;
mod tables;
mod values;
mod writing;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::{
    Admin, AppError, Code, CustomerId, Member, OrganisationId, Owner, Recent,
    data::{ExportState, OneExportForm},
};
use entity::data_export::{Column, Entity};
use futures::{Stream, StreamExt, TryStreamExt, stream, stream::BoxStream};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};
use serde_json::json;
use tracing::Instrument;

pub use entity::data_export::Model as Export;
pub(crate) use run::run;

use crate::{
    Context,
    audit::{self, Entry},
    customers,
    data::note_erasure,
    failure::{OrInternal, internal},
    jobs::{self, Kind, New},
    members::lock_organisation,
    names::name_of,
    storage::StorageFailure,
    who::Who,
};
use writing::Writing;

/// Why an archive is not finished.
#[derive(Debug)]
enum Stop {
    /// Nobody wants it any more.
    Cancelled,
    Failed(AppError),
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

impl From<StorageFailure> for Stop {
    #[track_caller]
    fn from(failure: StorageFailure) -> Self {
        Self::Failed(failure.into())
    }
}

/// The last export of an organisation, and who asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    pub row: Export,
    pub by: Option<String>,
}

/// `None`: there was never one.
pub async fn load_last(context: &Context, owner: Owner) -> Result<Option<Last>, AppError> {
    let read = context.database.read();
    let Some(mut row) = Entity::in_organisation(owner.organisation).one(read).await.or_internal()? else {
        return Ok(None);
    };
    // Between its last second and the sweep.
    if row.state() == ExportState::Ready && row.expires_at.is_none_or(|at| at <= context.now()) {
        row.state = ExportState::Over.word().to_owned();
    }
    let by = name_of(read, *owner, Some(row.person_id)).await?;
    Ok(Some(Last { row, by }))
}

/// Asks for one. Errors: `ExportRunning`.
pub async fn start(context: &Context, owner: Recent<Owner>) -> Result<Export, AppError> {
    let (of, person, inner) = (owner.organisation, owner.person, context.clone());
    let started = context.database.write(move |on| {
        Box::pin(async move {
            lock_organisation(on, of).await?;
            let last = Entity::in_organisation(of).one(on).await.or_internal()?;
            if last.is_some_and(|last| last.state().is_open()) {
                return Err(Code::ExportRunning.into());
            }
            let row = Export {
                id: inner.id(),
                organisation_id: of.0,
                person_id: person.0,
                state: ExportState::Waiting.word().to_owned(),
                done: 0,
                total: 0,
                object: None,
                bytes: 0,
                asked_at: inner.now(),
                ended_at: None,
                expires_at: None,
            };
            let insert = Entity::insert(row.clone().into_active_model().reset_all());
            insert.exec_without_returning(on).await.or_internal()?;
            let (id, key) = (inner.id(), row.id.to_string());
            let new = New { id, kind: Kind::Export, key: &key, payload: None, due_at: inner.now() };
            jobs::note(&inner, on, new).await?;
            record(&inner, on, owner, "data.start_export").await?;
            Ok(row)
        })
    });
    started.await
}

/// Errors: `NotFound` where it is not open any more.
pub async fn cancel(context: &Context, owner: Owner, form: &OneExportForm) -> Result<(), AppError> {
    let (id, of, inner) = (form.parse()?, owner.organisation, context.clone());
    let cancelled = context.database.write(move |on| {
        Box::pin(async move {
            let found = Entity::in_organisation(of).filter(Column::Id.eq(id)).lock_exclusive();
            let row = found.one(on).await.or_internal()?.filter(|row| row.state().is_open());
            let row = row.ok_or(Code::NotFound)?;
            close(&inner, on, row, ExportState::Cancelled).await?;
            let entry =
                Entry { organisation: Some(of), ..audit::personal(owner.person, "data.cancel_export") };
            audit::record(&inner, on, entry).await
        })
    });
    cancelled.await
}

async fn record(
    context: &Context,
    on: &impl ConnectionTrait,
    owner: Recent<Owner>,
    action: &'static str,
) -> Result<(), AppError> {
    let entry = Entry { organisation: Some(owner.organisation), ..audit::personal(owner.person, action) };
    audit::record(context, on, entry).await
}

/// Ends an export that has no file, or has none any more.
async fn close(
    context: &Context,
    on: &impl ConnectionTrait,
    row: Export,
    state: ExportState,
) -> Result<(), AppError> {
    let objects: Vec<String> = row.object.iter().map(|name| object_key(row.organisation(), name)).collect();
    note_erasure(context, on, &objects).await?;
    let ended_at = row.ended_at.or(Some(context.now()));
    let mut row = row.into_active_model();
    row.state = Set(state.word().to_owned());
    row.object = Set(None);
    row.ended_at = Set(ended_at);
    Entity::update(row).exec(on).await.or_internal()?;
    Ok(())
}

/// An export to be downloaded, piece by piece; who took it away is told to the trail. Errors: `NotFound`.
pub async fn download(
    context: &Context,
    owner: Owner,
    form: &OneExportForm,
) -> Result<(Export, BoxStream<'static, Result<Bytes, StorageFailure>>), AppError> {
    let id = form.parse()?;
    let found = Entity::in_organisation(owner.organisation).filter(Column::Id.eq(id));
    let row = found.one(context.database.read()).await.or_internal()?.ok_or(Code::NotFound)?;
    let is_there = row.state() == ExportState::Ready && row.expires_at.is_some_and(|at| at > context.now());
    let name = row.object.as_deref().filter(|_| is_there).ok_or(Code::NotFound)?;
    let content =
        context.storage.get_part(&object_key(row.organisation(), name), 0..row.bytes.unsigned_abs()).await?;
    let (inner, bytes) = (context.clone(), row.bytes);
    let noted = context.database.write(move |on| {
        Box::pin(async move {
            let entry = Entry {
                organisation: Some(owner.organisation),
                after: json!({ "bytes": bytes }),
                ..audit::personal(owner.person, "data.download_export")
            };
            audit::record(&inner, on, entry).await
        })
    });
    noted.await?;
    Ok((row, content))
}

/// Removes exports that can't be downloaded any more. The server does this every minute.
pub async fn sweep(context: &Context) -> Result<(), AppError> {
    let now = context.now();
    let over =
        Entity::find().filter(Column::ExpiresAt.lte(now)).filter(Column::Object.is_not_null()).limit(100);
    for row in over.all(context.database.read()).await.or_internal()? {
        let inner = context.clone();
        let closed = context
            .database
            .write(move |on| Box::pin(async move { close(&inner, on, row, ExportState::Over).await }));
        closed.await?;
    }
    Ok(())
}

fn object_key(of: OrganisationId, name: &str) -> String {
    format!("organisations/{of}/exports/{name}")
}

/// What an organisation holds about one customer, written while it is sent. Who took it away is told to the trail. Errors,
/// before anything is written: `NotFound`.
pub async fn of_customer(
    context: &Context,
    admin: Admin,
    id: CustomerId,
) -> Result<impl Stream<Item = Result<Bytes, AppError>> + Send + 'static, AppError> {
    let row = customers::load(context, Member::from(admin), id).await?;
    let (inner, told) = (context.clone(), json!({ "customer": row.name }));
    let noted = context.database.write(move |on| {
        Box::pin(async move {
            Who::of_actor(*admin).record(&inner, on, "customers.download", json!({}), told).await
        })
    });
    noted.await?;
    let (out, archive) = tokio::io::duplex(64 * 1024);
    let (inner, of) = (context.clone(), admin.organisation);
    let work = async move {
        let mut writing = Writing::new(&inner, out, None);
        run::read_me(&mut writing, &row.name, inner.now()).await?;
        tables::write_customer(&mut writing, of, &row).await?;
        writing.finish(json!({ "customer": row.id, "made_at": inner.now() })).await?;
        Ok::<(), Stop>(())
    };
    let work = tokio::spawn(work.instrument(tracing::Span::current()));
    let pieces = tokio_util::io::ReaderStream::new(archive).map_err(internal);
    // What breaks off must not look as if it were whole.
    let end = stream::once(work).filter_map(async |ended| match ended {
        Ok(Ok(())) => None,
        Ok(Err(Stop::Failed(error))) => Some(Err(error)),
        Ok(Err(Stop::Cancelled)) => Some(Err(Code::Internal.into())),
        Err(error) => Some(Err(internal(error))),
    });
    Ok(pieces.chain(end.boxed()))
}

/// Until when an export that ends now can be downloaded.
fn until(now: DateTime<Utc>) -> DateTime<Utc> {
    now + domain::data::EXPORT_KEPT
}
