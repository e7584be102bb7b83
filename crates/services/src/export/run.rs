//! Making an export: everything into one archive in the storage, how far it is into the row, and a mail at the end. What is
//! broken off is begun anew under another name; of two nodes that make the same one, one finishes it.

use chrono::{DateTime, Utc};
use domain::{AppError, Language, OrganisationId, data::ExportState};
use entity::{
    call,
    data_export::{Column, Entity},
    invoice, job, knowledge_file, logo, organisation, person,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QuerySelect, sea_query::Expr,
};
use serde_json::json;
use tokio::io::AsyncWrite;
use uuid::Uuid;

use super::{
    Export, Stop, close, object_key, tables, until,
    writing::{FILE, Writing},
};
use crate::{
    Context,
    archive::Packing,
    branding,
    data::note_erasure,
    failure::OrInternal,
    general, invoices,
    jobs::{Failed, Kind},
    mail::{ExportNews, Mail, MailKind},
    token::random_text,
    zones,
};

const KIND: &str = "application/zip";

/// Makes the export that the job names.
pub(crate) async fn run(context: &Context, job: &job::Model) -> Result<(), Failed> {
    let id = Uuid::parse_str(&job.key).map_err(|_| Failed::ForGood("no such export".to_owned()))?;
    let Some((row, organisation)) = begin(context, id).await? else { return Ok(()) };
    match make(context, &row, &organisation).await {
        Ok(()) | Err(Stop::Cancelled) => Ok(()),
        Err(Stop::Failed(error)) => {
            if job.attempts >= Kind::Export.tries() {
                give_up(context, id).await?;
            }
            Err(error.into())
        }
    }
}

/// `None`: nobody wants it any more.
async fn begin(context: &Context, id: Uuid) -> Result<Option<(Export, organisation::Model)>, AppError> {
    let Some(row) = Entity::find_by_id(id).one(context.database.read()).await.or_internal()? else {
        return Ok(None);
    };
    let of = row.organisation();
    let files = call::Entity::find()
        .filter(call::Column::OrganisationId.eq(of.0))
        .filter(call::Column::Recording.is_not_null());
    let files = files.count(context.database.read()).await.or_internal()?
        + knowledge_file::Entity::in_organisation(of).count(context.database.read()).await.or_internal()?;
    let total = tables::count(of, context).await? + files * FILE;
    let inner = context.clone();
    let begun = context.database.write(move |on| {
        Box::pin(async move {
            let found = Entity::find_by_id(id).lock_exclusive().one(on).await.or_internal()?;
            let Some(row) = found.filter(|row| row.state().is_open()) else { return Ok(None) };
            // Of a try that was broken off.
            let before: Vec<String> = row.object.iter().map(|name| object_key(of, name)).collect();
            note_erasure(&inner, on, &before).await?;
            let mut row = row.into_active_model();
            row.state = Set(ExportState::Running.word().to_owned());
            row.object = Set(Some(random_text::<16>()));
            row.done = Set(0);
            row.total = Set(i64::try_from(total).unwrap_or(i64::MAX));
            let row = Entity::update(row).exec(on).await.or_internal()?;
            let organisation = organisation::Entity::by_id(of).one(on).await.or_internal()?;
            Ok(organisation.map(|organisation| (row, organisation)))
        })
    });
    begun.await
}

async fn make(context: &Context, row: &Export, organisation: &organisation::Model) -> Result<(), Stop> {
    let of = row.organisation();
    let key = object_key(of, row.object.as_deref().unwrap_or_default());
    let mut writing = Writing::new(context, context.storage.writer(&key, KIND)?, Some(row.id));
    if let Err(stop) = fill(&mut writing, of, organisation).await {
        let mut out = writing.archive.abandon();
        if let Err(error) = out.abort().await {
            tracing::warn!(%error, key, "parts of an export could not be deleted");
        }
        return Err(stop);
    }
    let left_out: Vec<_> =
        tables::LEFT_OUT.iter().map(|(table, why)| json!({ "table": table, "why": why })).collect();
    let about = json!({
        "organisation": of,
        "name": organisation.name,
        "time_zone": organisation.time_zone,
        "made_at": context.now(),
        "left_out": left_out,
    });
    writing.finish(about).await?;
    let bytes = context.storage.size(&key).await?;
    if !finish(context, row, organisation.clone(), bytes).await? {
        context.storage.delete(&key).await.map_err(AppError::from)?;
    }
    Ok(())
}

async fn fill<W: AsyncWrite + Unpin + Send>(
    writing: &mut Writing<W>,
    of: OrganisationId,
    organisation: &organisation::Model,
) -> Result<(), Stop> {
    let context = writing.context.clone();
    read_me(writing, &organisation.name, context.now()).await?;
    tables::write(writing, of).await?;
    if let Some(name) = &organisation.photo {
        pictured(writing, "pictures/photo", &general::photo_key(of, name)).await?;
    }
    let logo = logo::Entity::in_organisation(of).one(context.database.read()).await.or_internal()?;
    if let Some(name) = logo.and_then(|logo| logo.name) {
        pictured(writing, "pictures/logo", &branding::logo_key(of, &name)).await?;
    }
    for row in invoice::Entity::in_organisation(of).all(context.database.read()).await.or_internal()? {
        let (name, language) = (format!("invoices/{}.pdf", row.number), row.language());
        let paper = invoices::draw_masked(&context, row, language).await?;
        writing.whole(&name, Packing::Stored, &paper).await?;
    }
    writing.knowledge(of).await?;
    let calls = Condition::all().add(call::Column::OrganisationId.eq(of.0));
    writing.recordings(calls).await
}

async fn pictured<W: AsyncWrite + Unpin + Send>(
    writing: &mut Writing<W>,
    name: &str,
    key: &str,
) -> Result<(), Stop> {
    let found = writing.context.storage.get(key).await;
    match found {
        Ok((bytes, kind)) => {
            let ending = if kind == "image/jpeg" { "jpg" } else { "png" };
            writing.whole(&format!("{name}.{ending}"), Packing::Stored, &bytes).await
        }
        Err(error) if error.code == domain::Code::NotFound => {
            writing.missing.push(name.to_owned());
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// What this is and how to read it, in both languages.
pub(super) async fn read_me<W: AsyncWrite + Unpin + Send>(
    writing: &mut Writing<W>,
    whose: &str,
    at: DateTime<Utc>,
) -> Result<(), Stop> {
    let at = at.format("%Y-%m-%d %H:%M UTC").to_string();
    for (name, language) in [("BENIOKU.txt", Language::Tr), ("README.txt", Language::En)] {
        let text = texts::data::read_me(language, &at, whose);
        writing.whole(name, Packing::Deflated, text.as_bytes()).await?;
    }
    Ok(())
}

/// Whether it was still wanted, and by this node.
async fn finish(
    context: &Context,
    row: &Export,
    organisation: organisation::Model,
    bytes: u64,
) -> Result<bool, AppError> {
    let (inner, row) = (context.clone(), row.clone());
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let finished = context.database.write(move |on| {
        Box::pin(async move {
            let now = inner.now();
            let mine = Entity::update_many()
                .col_expr(Column::State, Expr::value(ExportState::Ready.word()))
                .col_expr(Column::Done, Expr::col(Column::Total))
                .col_expr(Column::Bytes, Expr::value(bytes))
                .col_expr(Column::EndedAt, Expr::value(Some(now)))
                .col_expr(Column::ExpiresAt, Expr::value(Some(until(now))))
                .filter(Column::Id.eq(row.id))
                .filter(Column::State.eq(ExportState::Running.word()))
                .filter(Column::Object.eq(row.object.clone()));
            if mine.exec(on).await.or_internal()?.rows_affected == 0 {
                return Ok(false);
            }
            let news = ExportNews::Ready { until: zones::told(&organisation.time_zone, until(now)) };
            tell(&inner, on, row.person_id, &organisation, news).await?;
            Ok(true)
        })
    });
    finished.await
}

/// It failed for the last time: whoever asked for it is told.
async fn give_up(context: &Context, id: Uuid) -> Result<(), AppError> {
    let inner = context.clone();
    let given_up = context.database.write(move |on| {
        Box::pin(async move {
            let found = Entity::find_by_id(id).lock_exclusive().one(on).await.or_internal()?;
            let Some(row) = found.filter(|row| row.state().is_open()) else { return Ok(()) };
            let person = row.person_id;
            let organisation = organisation::Entity::by_id(row.organisation()).one(on).await.or_internal()?;
            close(&inner, on, row, ExportState::Failed).await?;
            match organisation {
                Some(organisation) => tell(&inner, on, person, &organisation, ExportNews::Failed).await,
                None => Ok(()),
            }
        })
    });
    given_up.await
}

async fn tell(
    context: &Context,
    on: &impl ConnectionTrait,
    id: Uuid,
    organisation: &organisation::Model,
    news: ExportNews,
) -> Result<(), AppError> {
    let Some(person) = person::Entity::find_by_id(id).one(on).await.or_internal()? else { return Ok(()) };
    let language = person.language().unwrap_or(organisation.language());
    let (name, link) = (organisation.name.clone(), context.link("/settings/data#export"));
    let kind = MailKind::Export { news, organisation: name, link };
    let (to, concerns) = (person.email, Some(organisation.id()));
    context.post(on, &Mail { id: context.id(), to, language, organisation: concerns, kind }).await
}
