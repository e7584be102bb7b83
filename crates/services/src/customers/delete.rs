//! Deleting one customer, and what becomes of the calls with them: they go, or they stay without a number and without what
//! was said. The sums that reports are made of stay as they were either way.

use chrono::{DateTime, Utc};
use domain::{AppError, Code, CustomerId, Member, OrganisationId, data::CallsOf, slots::Direction};
use entity::{
    call::{self, Column},
    customer,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use serde_json::json;
use uuid::Uuid;

use super::{Customer, Deletes, find};
use crate::{Context, data::note_erasure, failure::OrInternal, recordings};

/// How many calls there are with somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct CallsWith {
    pub calls: i64,
    pub transcripts: i64,
    pub recordings: i64,
}

/// What is deleted with a customer. Errors: `NotFound`.
pub async fn count_calls(context: &Context, member: Member, id: CustomerId) -> Result<CallsWith, AppError> {
    let row = super::load(context, member, id).await?;
    let counted = call::Entity::find()
        .filter(theirs(member.organisation, &row))
        .select_only()
        .expr_as(Column::Id.count(), "calls")
        .expr_as(Column::Transcript.count(), "transcripts")
        .expr_as(Column::Recording.count(), "recordings");
    let counted = counted.into_model().one(context.database.read()).await.or_internal()?;
    Ok(counted.unwrap_or_default())
}

/// The calls with a customer, and those with their number from when it was nobody's.
pub(crate) fn theirs(of: OrganisationId, row: &Customer) -> Condition {
    let number = Condition::any()
        .add(Column::FromNumber.eq(row.phone.as_str()))
        .add(Column::ToNumber.eq(row.phone.as_str()));
    let unknown = Condition::all().add(Column::CustomerId.is_null()).add(number);
    Condition::all()
        .add(Column::OrganisationId.eq(of.0))
        .add(Condition::any().add(Column::CustomerId.eq(row.id)).add(unknown))
}

/// Deletes a customer with what was said in the calls with them, or with these calls. `version` is the one that is known,
/// if it matters. Errors: `NotFound`, `Conflict`, `CallRunning`.
pub async fn delete(
    context: &Context,
    by: impl Deletes,
    id: CustomerId,
    calls: CallsOf,
    version: Option<i64>,
) -> Result<(), AppError> {
    let (who, inner) = (by.who(), context.clone());
    let deleted = context.database.write(move |on| {
        Box::pin(async move {
            let of = who.organisation;
            let row = find(on, of, id).await?;
            if version.is_some_and(|version| version != row.version) {
                return Err(Code::Conflict.into());
            }
            // The calls before what hangs on both: whoever ends a call locks it first, too.
            let rows: Vec<(Uuid, Option<DateTime<Utc>>, Option<String>)> = call::Entity::find()
                .filter(theirs(of, &row))
                .select_only()
                .columns([Column::Id, Column::EndedAt, Column::Recording])
                .lock_exclusive()
                .into_tuple()
                .all(on)
                .await
                .or_internal()?;
            if rows.iter().any(|(_, ended_at, _)| ended_at.is_none()) {
                return Err(Code::CallRunning.into());
            }
            match calls {
                CallsOf::Remove => {
                    let gone = call::Entity::delete_many().filter(theirs(of, &row));
                    gone.exec(on).await.or_internal()?;
                }
                CallsOf::Anonymise => anonymise(on, theirs(of, &row)).await?,
            }
            let objects = rows.iter().filter_map(|(_, _, recording)| recording.as_deref());
            let objects: Vec<String> = objects.map(|name| recordings::object_key(of, name)).collect();
            note_erasure(&inner, on, &objects).await?;
            customer::Entity::delete_by_id(id.0).exec(on).await.or_internal()?;
            let before = json!({ "name": row.name, "phone": row.phone });
            let after = json!({
                "calls_of": calls.word(),
                "calls": rows.len(),
                "recordings": objects.len(),
            });
            who.record(&inner, on, "customers.delete_customer", before, after).await
        })
    });
    deleted.await
}

/// Takes the customer out of calls: their number, and what was said.
async fn anonymise(on: &impl ConnectionTrait, theirs: Condition) -> Result<(), AppError> {
    let without = |column: Column, where_it_is: Direction| -> SimpleExpr {
        Expr::case(Column::Direction.eq(where_it_is.as_str()), Expr::value(""))
            .finally(Expr::col(column))
            .into()
    };
    call::Entity::update_many()
        .col_expr(Column::FromNumber, without(Column::FromNumber, Direction::Inbound))
        .col_expr(Column::ToNumber, without(Column::ToNumber, Direction::Outbound))
        .col_expr(Column::CustomerId, Expr::value(None::<Uuid>))
        .col_expr(Column::Transcript, Expr::value(None::<String>))
        .col_expr(Column::Recording, Expr::value(None::<String>))
        .col_expr(Column::RecordingBytes, Expr::value(None::<i64>))
        .col_expr(Column::RecordingType, Expr::value(None::<String>))
        .col_expr(Column::RecordingSeconds, Expr::value(None::<i32>))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(theirs)
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}
