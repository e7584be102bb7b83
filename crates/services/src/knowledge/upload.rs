//! Receiving a file: it streams into the object storage while it is looked at and counted, and is kept whole or not at
//! all.

use std::{
    pin::Pin,
    task::{Context as Task, Poll},
};

use bytes::Bytes;
use domain::{
    AppError, CategoryId, Code,
    fold::fold,
    knowledge::{Check, MOST_BYTES, NewFile, UploadForm},
};
use entity::{knowledge_category, knowledge_file};
use futures::Stream;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::{
    File, FileLine, Writes,
    files::{discard, mark_stored, object_key, same_as, told},
    find_category, name_of, room_of,
};
use crate::{
    Context,
    failure::{OrInternal, internal},
    members::lock_organisation,
    origin,
    storage::{PutFailure, impatient},
    token::random_text,
    who::Who,
};

/// What was uploaded, and an older file with the same content if there is one: whoever uploads decides which to keep.
pub type Uploaded = FileLine;

/// Keeps what is sent as a file. If anything goes wrong on the way nothing of it is left. Errors: fields of
/// [`UploadForm`] and `NotFound`, before anything is read; field `file` is `DocumentEmpty`, `DocumentMismatch`,
/// `DocumentTooLarge` or `StorageFull`; `BadRequest` (the sender broke off).
pub async fn upload<E>(
    context: &Context,
    by: impl Writes,
    form: UploadForm,
    body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
) -> Result<Uploaded, AppError>
where
    E: Send + 'static,
{
    let (new, who, context) = (form.parse()?, by.who(), context.clone());
    // A sender that hangs up ends this task by breaking its stream off, and the task then clears up.
    let work = receive(context, who, new, body);
    let work = origin::within(origin::current(), work).instrument(tracing::Span::current());
    tokio::spawn(work).await.unwrap_or_else(|error| Err(internal(error)))
}

async fn receive<E: Send + 'static>(
    context: Context,
    who: Who,
    new: NewFile,
    body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
) -> Result<Uploaded, AppError> {
    let (kind, category) = (new.kind, new.category);
    let (file, left) = begin(&context, who, new).await?;
    let at_file = |code: Code| AppError::field("file", code);
    let mut seen = Seen::new(Check::new(kind), Box::pin(impatient(body)));
    let most = MOST_BYTES.min(left);
    let put = context.storage.put_stream(&object_key(&file), &mut seen, kind.content_type(), most).await;
    let kept = match put {
        Ok(bytes) => {
            let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
            let file = File { bytes, hash: seen.hash.finalize().to_vec(), ..file.clone() };
            finish(&context, who, file, category).await
        }
        Err(PutFailure::BrokenOff) => Err(seen.refused.map_or_else(|| Code::BadRequest.into(), at_file)),
        Err(PutFailure::TooLarge) if left < MOST_BYTES => Err(at_file(Code::StorageFull)),
        Err(PutFailure::TooLarge) => Err(at_file(Code::DocumentTooLarge)),
        Err(PutFailure::Storage(failure)) => Err(failure.into()),
    };
    if kept.is_err() {
        discard(&context, &file).await;
    }
    kept
}

/// Notes that a content comes, before it does: the row, and the bytes for which there is room. Errors: `file` is
/// `StorageFull`; `NotFound`.
async fn begin(context: &Context, who: Who, new: NewFile) -> Result<(File, u64), AppError> {
    let inner = context.clone();
    let begun = context.database.write(move |on| {
        Box::pin(async move {
            let of = who.organisation;
            let row = lock_organisation(on, of).await?;
            if let Some(category) = new.category {
                find_category(on, of, category).await?;
            }
            let left = room_of(&inner, on, &row).await?.left();
            if left == 0 {
                return Err(AppError::field("file", Code::StorageFull));
            }
            let file = File {
                id: inner.id(),
                organisation_id: of.0,
                category_id: None,
                former_category_id: None,
                name_key: fold(&new.name),
                name: new.name,
                kind: new.kind.word().to_owned(),
                bytes: 0,
                hash: Vec::new(),
                object: random_text::<16>(),
                created_at: inner.now(),
                stored_at: None,
                version: 1,
            };
            let row = knowledge_file::ActiveModel::from(file.clone());
            knowledge_file::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
            Ok((file, left))
        })
    });
    begun.await
}

/// The content is whole. Errors: `file` is `StorageFull`, where another upload was faster; `NotFound`.
async fn finish(
    context: &Context,
    who: Who,
    file: File,
    category: Option<CategoryId>,
) -> Result<Uploaded, AppError> {
    let inner = context.clone();
    let finished = context.database.write(move |on| {
        Box::pin(async move {
            let of = who.organisation;
            let row = lock_organisation(on, of).await?;
            if room_of(&inner, on, &row).await?.left() < file.size() {
                return Err(AppError::field("file", Code::StorageFull));
            }
            let file = placed(on, file, category).await?;
            let file = mark_stored(&inner, on, file).await?;
            let same = same_as(on, &file).await?;
            let category = name_of(on, of, file.category_id.map(CategoryId)).await?;
            let mut after = told(&file, category);
            after["bytes"] = file.bytes.into();
            who.record(&inner, on, "knowledge.upload_file", json!({}), after).await?;
            Ok(FileLine { file, same })
        })
    });
    finished.await
}

/// The file in its category; where that was deleted while the file came, as one of those that would come back to it.
async fn placed(
    on: &impl ConnectionTrait,
    file: File,
    category: Option<CategoryId>,
) -> Result<File, AppError> {
    use knowledge_category::{Column, Entity};
    let Some(CategoryId(id)) = category else { return Ok(file) };
    let here = Entity::in_organisation(file.organisation()).filter(Column::Id.eq(id)).one(on).await;
    if here.or_internal()?.is_some() {
        return Ok(File { category_id: Some(id), ..file });
    }
    let gone = Entity::deleted_in(file.organisation()).filter(Column::Id.eq(id)).one(on).await;
    Ok(File { former_category_id: gone.or_internal()?.map(|row| row.id), ..file })
}

/// A stream that is looked at and hashed while it passes.
struct Seen<S> {
    body: S,
    check: Check,
    hash: Sha256,
    /// What is wrong with it.
    refused: Option<Code>,
    is_over: bool,
}

impl<S> Seen<S> {
    fn new(check: Check, body: S) -> Self {
        Self { body, check, hash: Sha256::new(), refused: None, is_over: false }
    }

    fn judge(&mut self, verdict: Result<(), Code>) -> Result<(), ()> {
        verdict.map_err(|code| {
            self.refused = Some(code);
            self.is_over = true;
        })
    }
}

impl<S: Stream<Item = Result<Bytes, ()>> + Unpin> Stream for Seen<S> {
    type Item = Result<Bytes, ()>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        match Pin::new(&mut self.body).poll_next(task) {
            Poll::Ready(Some(Ok(piece))) => {
                let verdict = self.check.take(&piece);
                self.hash.update(&piece);
                Poll::Ready(Some(self.judge(verdict).map(|()| piece)))
            }
            Poll::Ready(None) => {
                self.is_over = true;
                let verdict = self.check.finish();
                Poll::Ready(self.judge(verdict).err().map(Err))
            }
            other => other,
        }
    }
}
