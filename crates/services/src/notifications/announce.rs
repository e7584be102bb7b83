//! What staff tell everybody: written once, and told to one organisation after the other by a job.

use chrono::{DateTime, Utc};
use domain::{
    AppError, Language, Staff,
    notifications::{AnnounceForm, News},
};
use entity::{announcement, organisation};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::{
    Raise, raise,
    words::{Line, line},
};
use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
    jobs::{self, Kind, New},
};

/// Organisations told in one transaction.
const BATCH: u64 = 20;
/// How many the desk lists.
const MOST: u64 = 20;

/// Something that was announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    pub line: Line,
    pub at: DateTime<Utc>,
}

/// Tells everybody, in every organisation, as each of them chose to hear of it. Errors: fields.
pub async fn announce(context: &Context, staff: Staff, form: AnnounceForm) -> Result<(), AppError> {
    let (news, inner) = (form.parse()?, context.clone());
    context
        .database
        .write(move |on| {
            Box::pin(async move {
                let (id, now) = (inner.id(), inner.now());
                let row = announcement::ActiveModel {
                    id: Set(id),
                    news: Set(serde_json::to_string(&news).or_internal()?),
                    person_id: Set(Some(staff.person.0)),
                    published_at: Set(now),
                };
                announcement::Entity::insert(row).exec_without_returning(on).await.or_internal()?;
                let title = match &news {
                    News::SystemUpdate { title_tr, .. } => title_tr.as_str(),
                    _ => "",
                };
                let entry = Entry {
                    after: json!({ "title": title }),
                    ..audit::personal(staff.person, "support.announce")
                };
                audit::record(&inner, on, entry).await?;
                let new = New {
                    id: inner.id(),
                    kind: Kind::Announce,
                    key: &id.to_string(),
                    payload: None,
                    due_at: now,
                };
                jobs::note(&inner, on, new).await
            })
        })
        .await
}

/// Tells an announcement to all organisations that have not heard of it; can be broken off and begun again.
pub(crate) async fn spread(context: &Context, key: &str) -> Result<(), AppError> {
    let Ok(id) = key.parse::<Uuid>() else { return Ok(()) };
    let read = context.database.read();
    let found = announcement::Entity::find_by_id(id).one(read).await.or_internal()?;
    let Some(news) = found.and_then(|row| row.news()) else { return Ok(()) };
    let mut after = Uuid::nil();
    loop {
        let organisations = organisation::Entity::active()
            .filter(organisation::Column::Id.gt(after))
            .order_by_asc(organisation::Column::Id)
            .limit(BATCH)
            .all(read)
            .await
            .or_internal()?;
        let Some(last) = organisations.last() else { return Ok(()) };
        after = last.id;
        let (inner, news) = (context.clone(), news.clone());
        context
            .database
            .write(move |on| {
                Box::pin(async move {
                    for organisation in &organisations {
                        let (key, news) = (format!("announcement:{id}"), news.clone());
                        raise(&inner, on, Raise { organisation, key, news, by: None }).await?;
                    }
                    Ok(())
                })
            })
            .await?;
    }
}

/// The newest first.
pub async fn load_announced(
    context: &Context,
    _staff: Staff,
    language: Language,
) -> Result<Vec<Announced>, AppError> {
    let rows = announcement::Entity::find()
        .order_by_desc(announcement::Column::Id)
        .limit(MOST)
        .all(context.database.read())
        .await
        .or_internal()?;
    let told = rows.into_iter().filter_map(|row| Some((row.news()?, row.published_at)));
    Ok(told.map(|(news, at)| Announced { line: line(&news, language), at }).collect())
}
