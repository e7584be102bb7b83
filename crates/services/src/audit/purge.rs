//! The end of a row's time: the oldest rows of a chain go, and its head keeps the number and the hash of the last of them,
//! where [`verify`](super::verify) begins then ([decision 35](../../../../docs/decisions/0035-a-purged-chain-keeps-its-anchor.md)).

use chrono::{DateTime, Utc};
use domain::AppError;
use entity::{
    audit::{Column, Entity},
    audit_head,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{Context, failure::OrInternal};

/// Rows of one transaction.
const BATCH: u64 = 500;

/// Deletes the rows whose time is over, some at a time, and says how many they were. A row stays as long as one before it
/// in its chain does.
pub(crate) async fn purge(context: &Context) -> Result<u64, AppError> {
    let (now, mut gone, mut stuck) = (context.now(), 0, Vec::new());
    loop {
        let due = Condition::all()
            .add(Column::RetainedUntil.lte(now))
            .add_option((!stuck.is_empty()).then(|| Column::Chain.is_not_in(stuck.clone())));
        let first =
            Entity::find().select_only().column(Column::Chain).filter(due.add(Column::Chain.is_not_null()));
        let chain: Option<Uuid> = first
            .order_by_asc(Column::RetainedUntil)
            .into_tuple()
            .one(context.database.read())
            .await
            .or_internal()?;
        let Some(chain) = chain else { break };
        let cut = context.database.write(move |on| Box::pin(cut(on, chain, now))).await?;
        if cut == 0 {
            stuck.push(chain);
        }
        gone += cut;
    }
    loop {
        let cut = context.database.write(move |on| Box::pin(cut_unchained(on, now))).await?;
        gone += cut;
        if cut < BATCH {
            return Ok(gone);
        }
    }
}

/// The oldest rows of a chain, as far as their time is over.
async fn cut(on: &DatabaseTransaction, chain: Uuid, now: DateTime<Utc>) -> Result<u64, AppError> {
    let Some(head) = locked(on, chain).await? else { return Ok(0) };
    let rows = Entity::in_chain(chain, head.purged).limit(BATCH).all(on).await.or_internal()?;
    let over = rows.iter().take_while(|row| row.retained_until.is_some_and(|until| until <= now));
    let Some(last) = over.last() else { return Ok(0) };
    let gone = Entity::delete_many().filter(Column::Chain.eq(chain)).filter(Column::Number.lte(last.number));
    let gone = gone.exec(on).await.or_internal()?.rows_affected;
    let anchor = audit_head::ActiveModel {
        chain: Set(chain),
        purged: Set(last.number.unwrap_or_default()),
        purged_hash: Set(last.hash.clone()),
        ..Default::default()
    };
    audit_head::Entity::update(anchor).exec(on).await.or_internal()?;
    Ok(gone)
}

/// Rows from before there were chains: of them only the number is known.
async fn cut_unchained(on: &DatabaseTransaction, now: DateTime<Utc>) -> Result<u64, AppError> {
    let Some(head) = locked(on, Uuid::nil()).await? else { return Ok(0) };
    let due = Entity::find().filter(Column::Chain.is_null()).filter(Column::RetainedUntil.lte(now));
    let due = due.select_only().column(Column::Id).limit(BATCH).into_tuple();
    let ids: Vec<Uuid> = due.all(on).await.or_internal()?;
    if ids.is_empty() {
        return Ok(0);
    }
    let gone =
        Entity::delete_many().filter(Column::Id.is_in(ids)).exec(on).await.or_internal()?.rows_affected;
    let count = head.count - i64::try_from(gone).unwrap_or_default();
    let head = audit_head::ActiveModel { chain: Set(head.chain), count: Set(count), ..Default::default() };
    audit_head::Entity::update(head).exec(on).await.or_internal()?;
    Ok(gone)
}

/// The head of a chain, to which nobody adds until the transaction ends.
async fn locked(on: &impl ConnectionTrait, chain: Uuid) -> Result<Option<audit_head::Model>, AppError> {
    audit_head::Entity::find_by_id(chain).lock_exclusive().one(on).await.or_internal()
}
