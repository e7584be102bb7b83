//! How much of everything there is, how old it is, and what the next purge takes of it: a query per kind, over indexes.

use chrono::{DateTime, Utc};
use domain::{
    Admin, AppError,
    data::{Kept, LOGS},
};
use entity::{audit, call, invoice, job, session};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
    sea_query::{Expr, ExprTrait},
};

use crate::{Context, audit::least_id, failure::OrInternal, jobs::Kind};

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    pub kind: Kept,
    pub count: u64,
    /// Where it is known.
    pub bytes: Option<u64>,
    pub oldest: Option<DateTime<Utc>>,
    /// What the next purge takes.
    pub leaving: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// In the order of [`Kept::ALL`].
    pub held: Vec<Holding>,
    pub next_purge: DateTime<Utc>,
}

#[derive(Default, FromQueryResult)]
struct Counted {
    count: i64,
    bytes: Option<i64>,
    oldest: Option<DateTime<Utc>>,
    leaving: Option<i64>,
}

pub async fn load_retention(context: &Context, admin: Admin) -> Result<Retention, AppError> {
    let next_purge = next_purge(context).await?;
    let logs = next_purge - LOGS;
    let of = admin.organisation;
    let calls = || call::Entity::find().filter(call::Column::OrganisationId.eq(of.0)).select_only();
    let nothing = || Expr::value(None::<i64>);
    let mut held = Vec::new();
    for kind in Kept::ALL {
        let counted = match kind {
            Kept::Calls => {
                // Ids tell the time: the first row is the oldest one.
                let oldest = calls().column(call::Column::StartedAt).order_by_asc(call::Column::Id).limit(1);
                let oldest = Expr::from(oldest.into_query());
                one(context, counted(calls(), call::Column::Id.count(), nothing(), oldest, nothing())).await?
            }
            Kept::Transcripts => {
                let kept = calls().filter(call::Column::Transcript.is_not_null());
                let oldest = call::Column::StartedAt.min();
                one(context, counted(kept, call::Column::StartedAt.count(), nothing(), oldest, nothing()))
                    .await?
            }
            Kept::Recordings => {
                let kept = calls().filter(call::Column::Recording.is_not_null());
                let bytes = call::Column::RecordingBytes.sum().cast_as("bigint");
                let oldest = call::Column::StartedAt.min();
                one(context, counted(kept, call::Column::StartedAt.count(), bytes, oldest, nothing())).await?
            }
            Kept::Invoices => {
                use invoice::Column;
                let kept = invoice::Entity::find().filter(Column::OrganisationId.eq(of.0)).select_only();
                let oldest = Column::IssuedAt.min();
                one(context, counted(kept, Column::Id.count(), nothing(), oldest, nothing())).await?
            }
            Kept::Audit => {
                use audit::Column;
                let kept = audit::Entity::find().filter(Column::OrganisationId.eq(of.0)).select_only();
                let leaving = number_of(Column::Id.lt(least_id(logs)));
                one(context, counted(kept, Column::Id.count(), nothing(), Column::At.min(), leaving)).await?
            }
            Kept::Deliveries => {
                use job::Column;
                let kept = job::Entity::find()
                    .filter(Column::OrganisationId.eq(of.0))
                    .filter(Column::EndedAt.is_not_null())
                    .select_only();
                let leaving = number_of(Column::EndedAt.lte(logs));
                let count = Column::EndedAt.count();
                one(context, counted(kept, count, nothing(), Column::EndedAt.min(), leaving)).await?
            }
            Kept::SignIns => {
                use session::Column;
                let over = |at: DateTime<Utc>| {
                    Condition::any().add(Column::EndedAt.lte(at)).add(Column::ExpiresAt.lte(at))
                };
                let kept = session::Entity::find()
                    .filter(Column::OrganisationId.eq(of.0))
                    .filter(over(context.now()))
                    .select_only();
                let leaving = number_of(Column::EndedAt.lte(logs).or(Column::ExpiresAt.lte(logs)));
                one(context, counted(kept, Column::Id.count(), nothing(), Column::CreatedAt.min(), leaving))
                    .await?
            }
        };
        let number = |count: i64| count.unsigned_abs();
        held.push(Holding {
            kind,
            count: number(counted.count),
            bytes: counted.bytes.map(number),
            oldest: counted.oldest,
            leaving: counted.leaving.map_or(0, number),
        });
    }
    Ok(Retention { held, next_purge })
}

fn counted<E: EntityTrait>(
    kept: Select<E>,
    count: Expr,
    bytes: Expr,
    oldest: Expr,
    leaving: Expr,
) -> Select<E> {
    kept.expr_as(count, "count").expr_as(bytes, "bytes").expr_as(oldest, "oldest").expr_as(leaving, "leaving")
}

async fn one<E: EntityTrait>(context: &Context, counted: Select<E>) -> Result<Counted, AppError> {
    let found = counted.into_model::<Counted>().one(context.database.read()).await.or_internal()?;
    Ok(found.unwrap_or_default())
}

/// How many rows fulfil it.
fn number_of(condition: Expr) -> Expr {
    let one: Expr = Expr::case(condition, 1).finally(0).into();
    one.sum().cast_as("bigint")
}

/// When the job is due; a server that has just begun has noted none yet: at the next midnight in UTC.
async fn next_purge(context: &Context) -> Result<DateTime<Utc>, AppError> {
    let noted: Option<DateTime<Utc>> = job::Entity::open()
        .filter(job::Column::Name.eq(Kind::Purge.word()))
        .order_by_asc(job::Column::FreeAt)
        .select_only()
        .column(job::Column::FreeAt)
        .into_tuple()
        .one(context.database.read())
        .await
        .or_internal()?;
    let midnight = || {
        let day = context.now().timestamp().div_euclid(24 * 60 * 60) + 1;
        DateTime::from_timestamp(day * 24 * 60 * 60, 0).unwrap_or_default()
    };
    Ok(noted.unwrap_or_else(midnight))
}
