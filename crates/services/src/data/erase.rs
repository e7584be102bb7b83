//! Files go last: which ones is noted in the transaction that takes their rows away, and a job deletes them after it. A
//! crash in between leaves the job.

use domain::AppError;
use entity::job::Model;
use sea_orm::ConnectionTrait;

use crate::{
    Context,
    failure::OrInternal,
    jobs::{self, Failed, Kind, New},
};

/// Files of one job.
const MOST: usize = 500;

/// Notes that these objects are to be deleted once the transaction is committed.
pub(crate) async fn note_erasure(
    context: &Context,
    on: &impl ConnectionTrait,
    objects: &[String],
) -> Result<(), AppError> {
    for objects in objects.chunks(MOST) {
        let (id, payload) = (context.id(), serde_json::to_vec(objects).or_internal()?);
        let key = id.simple().to_string();
        let new = New { id, kind: Kind::Erase, key: &key, payload: Some(&payload), due_at: context.now() };
        jobs::note(context, on, new).await?;
    }
    Ok(())
}

pub(crate) async fn erase(context: &Context, job: &Model) -> Result<(), Failed> {
    let objects: Vec<String> = serde_json::from_slice(&jobs::payload(context, job)?)
        .map_err(|_| Failed::ForGood("written by another version of the program".to_owned()))?;
    for object in objects {
        context.storage.delete(&object).await.map_err(|failure| Failed::ForNow(failure.to_string()))?;
    }
    Ok(())
}
