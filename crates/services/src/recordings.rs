//! What was said in a call, as sound: received as a stream, kept among the files, read in parts by members of the
//! organisation. Objects never change: another recording of the same call is another object, and the row says which.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use domain::{
    Admin, AppError, CallId, Code, Member, OrganisationId,
    actor::WriteCalls,
    recordings::{AudioKind, HEAD, MOST_BYTES},
};
use entity::call;
use futures::{Stream, StreamExt, stream::BoxStream};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use tracing::Instrument;

use crate::{
    Context, calls,
    data::note_erasure,
    failure::{OrInternal, internal},
    origin,
    storage::{PutFailure, StorageFailure, impatient},
    token::random_text,
    who::Who,
};

/// A recording that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    pub call: call::Model,
    /// The name of its object: another one with each upload.
    pub name: String,
    pub kind: AudioKind,
    pub bytes: u64,
}

/// Keeps what is sent as the recording of a call, in place of the one before; a call that has ended may get one, too. If
/// anything goes wrong on the way nothing of it is left. Errors: `NotFound`, before anything is read; `TooLarge`,
/// `BadRequest` (the sender broke off), field `recording` is `Required` or `FileTypeRefused`.
pub async fn save_recording<E>(
    context: &Context,
    machine: WriteCalls,
    id: CallId,
    body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
) -> Result<call::Model, AppError>
where
    E: Send + 'static,
{
    let (context, of) = (context.clone(), machine.organisation);
    let found = call::Entity::in_organisation(of).filter(call::Column::Id.eq(id.0));
    found.one(context.database.read()).await.or_internal()?.ok_or(Code::NotFound)?;
    // A sender that hangs up ends this task by breaking its stream off, and the task then clears up.
    let work = receive(context, of, id, body);
    let work = origin::within(origin::current(), work).instrument(tracing::Span::current());
    tokio::spawn(work).await.unwrap_or_else(|error| Err(internal(error)))
}

async fn receive<E: Send + 'static>(
    context: Context,
    of: OrganisationId,
    id: CallId,
    body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
) -> Result<call::Model, AppError> {
    let mut body = impatient(body);
    let mut start = BytesMut::new();
    while start.len() < HEAD {
        match body.next().await {
            Some(chunk) => start.extend_from_slice(&chunk.map_err(|()| Code::BadRequest)?),
            None => break,
        }
    }
    let start = start.freeze();
    if start.is_empty() {
        return Err(AppError::field("recording", Code::Required));
    }
    let kind = AudioKind::of(&start).ok_or_else(|| AppError::field("recording", Code::FileTypeRefused))?;
    let name = random_text::<16>();
    let key = object_key(of, &name);
    let whole = futures::stream::iter([Ok(start.clone())]).chain(body);
    let bytes = match context.storage.put_stream(&key, whole, kind.content_type(), MOST_BYTES).await {
        Ok(bytes) => bytes,
        Err(PutFailure::BrokenOff) => return Err(Code::BadRequest.into()),
        Err(PutFailure::TooLarge) => return Err(Code::TooLarge.into()),
        Err(PutFailure::Storage(failure)) => return Err(failure.into()),
    };
    match note(&context, of, id, &name, kind, bytes, kind.seconds(&start, bytes)).await {
        Ok(call) => Ok(call),
        Err(error) => {
            delete(&context, of, &name).await;
            Err(error)
        }
    }
}

/// Points the row at a new object; the one it pointed at before goes.
async fn note(
    context: &Context,
    of: OrganisationId,
    id: CallId,
    name: &str,
    kind: AudioKind,
    bytes: u64,
    seconds: Option<u32>,
) -> Result<call::Model, AppError> {
    let (name, inner) = (name.to_owned(), context.clone());
    let noted = context.database.write(move |on| {
        Box::pin(async move {
            let call = calls::find(on, of, id).await?;
            let (before, version) = (call.recording.clone(), call.version);
            let mut row = call.into_active_model();
            row.recording = Set(Some(name));
            row.recording_bytes = Set(i64::try_from(bytes).ok());
            row.recording_type = Set(Some(kind.content_type().to_owned()));
            row.recording_seconds = Set(seconds.and_then(|seconds| i32::try_from(seconds).ok()));
            row.version = Set(version + 1);
            let before: Vec<String> = before.iter().map(|name| object_key(of, name)).collect();
            note_erasure(&inner, on, &before).await?;
            row.update(on).await.or_internal()
        })
    });
    noted.await
}

/// Deletes a recording; the call stays. Errors: `NotFound` where there is none, `CallRunning`.
pub async fn delete_recording(context: &Context, admin: Admin, id: CallId) -> Result<(), AppError> {
    let (of, inner) = (admin.organisation, context.clone());
    let deleted = context.database.write(move |on| {
        Box::pin(async move {
            let call = calls::find(on, of, id).await?;
            let name = call.recording.clone().ok_or(Code::NotFound)?;
            if call.ended_at.is_none() {
                return Err(Code::CallRunning.into());
            }
            note_erasure(&inner, on, &[object_key(of, &name)]).await?;
            let before = json!({
                "call": call.id,
                "seconds": call.recording_seconds,
                "bytes": call.recording_bytes,
            });
            let version = call.version;
            let mut row = call.into_active_model();
            row.recording = Set(None);
            row.recording_bytes = Set(None);
            row.recording_type = Set(None);
            row.recording_seconds = Set(None);
            row.version = Set(version + 1);
            row.update(on).await.or_internal()?;
            let who = Who::of_actor(*admin);
            who.record(&inner, on, "calls.delete_recording", before, json!({})).await
        })
    });
    deleted.await
}

/// Of what was not saved. A file that can't be deleted is an orphan.
async fn delete(context: &Context, of: OrganisationId, name: &str) {
    if let Err(error) = context.storage.delete(&object_key(of, name)).await {
        tracing::warn!(%error, name, "a recording that was not saved could not be deleted");
    }
}

/// Errors: `NotFound` where there is no such call here, or no recording of it.
pub async fn load_recording(context: &Context, member: Member, id: CallId) -> Result<Recording, AppError> {
    let call = calls::load(context, member, id).await?;
    let kind = call.recording_type.as_deref().and_then(AudioKind::from_content_type);
    let bytes = call.recording_bytes.and_then(|bytes| u64::try_from(bytes).ok());
    match (call.recording.clone(), kind, bytes) {
        (Some(name), Some(kind), Some(bytes)) => Ok(Recording { call, name, kind, bytes }),
        _ => Err(Code::NotFound.into()),
    }
}

/// A part of a recording, as it is read. Errors: `NotFound`.
pub async fn read_recording(
    context: &Context,
    recording: &Recording,
    part: Range<u64>,
) -> Result<BoxStream<'static, Result<Bytes, StorageFailure>>, AppError> {
    let of = OrganisationId(recording.call.organisation_id);
    context.storage.get_part(&object_key(of, &recording.name), part).await
}

pub(crate) fn object_key(of: OrganisationId, name: &str) -> String {
    format!("organisations/{of}/recordings/{name}")
}
