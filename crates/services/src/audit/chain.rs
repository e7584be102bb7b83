//! The chain: every row carries the hash of itself and of the row before it, so that a row that is changed, taken out or
//! slipped in by other hands breaks it. One chain per organisation; one per person for what is theirs alone.

use std::cell::RefCell;

use domain::AppError;
use entity::{audit, audit_head};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, EntityTrait, IntoActiveModel, QuerySelect, sea_query::OnConflict,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::failure::{OrInternal, internal};

/// What stands before the first row.
pub(crate) const START: [u8; 32] = [0; 32];

tokio::task_local! {
    static KEPT: RefCell<Vec<audit::Model>>;
}

/// Does `work`, a transaction, with a place to keep its rows until [`append`].
pub(crate) async fn keeping<F: Future>(work: F) -> F::Output {
    KEPT.scope(RefCell::default(), work).await
}

pub(super) fn keep(row: audit::Model) -> Result<(), AppError> {
    KEPT.try_with(|kept| kept.borrow_mut().push(row)).map_err(internal)
}

/// Writes the rows that were kept. Their chains stay locked until the commit: it has to follow at once.
pub(crate) async fn append(on: &DatabaseTransaction) -> Result<(), AppError> {
    let mut rows = KEPT.try_with(RefCell::take).or_internal()?;
    // Chains in the same order for everybody, or two transactions could wait for each other; rows in their own.
    rows.sort_by_key(|row| row.chain);
    for rows in rows.chunk_by_mut(|one, other| one.chain == other.chain) {
        let chain = rows.first().and_then(|row| row.chain).unwrap_or_default();
        let audit_head::Model { mut count, mut hash, .. } = lock(on, chain).await?;
        for row in rows.iter_mut() {
            count += 1;
            row.number = Some(count);
            hash = digest(&hash, row);
            row.hash = Some(hash.clone());
        }
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        audit::Entity::insert_many(rows).exec_without_returning(on).await.or_internal()?;
        let head = audit_head::ActiveModel {
            chain: Set(chain),
            count: Set(count),
            hash: Set(hash),
            ..Default::default()
        };
        audit_head::Entity::update(head).exec(on).await.or_internal()?;
    }
    Ok(())
}

/// The head of a chain, made if there was none.
async fn lock(on: &DatabaseTransaction, chain: Uuid) -> Result<audit_head::Model, AppError> {
    let find = || audit_head::Entity::find_by_id(chain).lock_exclusive().one(on);
    if let Some(head) = find().await.or_internal()? {
        return Ok(head);
    }
    let first = audit_head::ActiveModel {
        chain: Set(chain),
        count: Set(0),
        hash: Set(START.to_vec()),
        purged: Set(0),
        purged_hash: Set(None),
    };
    // Somebody else may be making it at this moment: this waits for them.
    let keep = OnConflict::column(audit_head::Column::Chain).do_nothing().to_owned();
    audit_head::Entity::insert(first).on_conflict(keep).exec_without_returning(on).await.or_internal()?;
    find().await.or_internal()?.ok_or_else(|| internal("a chain that was just made is gone"))
}

/// The hash of a row that follows on `previous`. Everything counts but `retained_until`, which may be moved.
pub(super) fn digest(previous: &[u8], row: &audit::Model) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(previous);
    // With its length before it, no part can give letters to its neighbour.
    let mut add = |part: Option<&[u8]>| {
        hash.update([u8::from(part.is_some())]);
        let part = part.unwrap_or_default();
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    add(Some(row.id.as_bytes()));
    for id in [&row.organisation_id, &row.person_id, &row.on_behalf_of, &row.chain] {
        add(id.as_ref().map(|id| id.as_bytes().as_slice()));
    }
    for text in [&row.room, &row.action, &row.before, &row.after, &row.address, &row.request_id] {
        add(Some(text.as_bytes()));
    }
    add(Some(&row.at.timestamp_micros().to_be_bytes()));
    add(row.number.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn row() -> audit::Model {
        audit::Model {
            id: Uuid::from_u128(1),
            organisation_id: Some(Uuid::from_u128(2)),
            person_id: Some(Uuid::from_u128(3)),
            on_behalf_of: None,
            room: "general".into(),
            action: "general.save_profile".into(),
            before: "{}".into(),
            after: "{}".into(),
            at: DateTime::UNIX_EPOCH,
            address: "203.0.113.0/24".into(),
            request_id: "abc".into(),
            retained_until: None,
            chain: Some(Uuid::from_u128(2)),
            number: Some(1),
            hash: None,
        }
    }

    #[test]
    fn every_part_counts_and_the_row_before() {
        let first = digest(&START, &row());
        let others = [
            digest(&first, &row()),
            digest(&START, &audit::Model { id: Uuid::from_u128(9), ..row() }),
            digest(&START, &audit::Model { organisation_id: None, ..row() }),
            digest(&START, &audit::Model { person_id: None, ..row() }),
            digest(
                &START,
                &audit::Model { on_behalf_of: Some(Uuid::from_u128(3)), person_id: None, ..row() },
            ),
            digest(&START, &audit::Model { room: String::new(), ..row() }),
            digest(&START, &audit::Model { before: "{\"a\":1}".into(), ..row() }),
            digest(&START, &audit::Model { after: "{\"a\":1}".into(), ..row() }),
            digest(
                &START,
                &audit::Model { at: DateTime::UNIX_EPOCH + chrono::TimeDelta::microseconds(1), ..row() },
            ),
            digest(
                &START,
                &audit::Model { address: "203.0.113.0/2".into(), request_id: "4abc".into(), ..row() },
            ),
            digest(&START, &audit::Model { chain: None, ..row() }),
            digest(&START, &audit::Model { number: Some(2), ..row() }),
        ];
        assert!(others.iter().all(|other| *other != first));
        let kept_longer = audit::Model { retained_until: Some(DateTime::UNIX_EPOCH), ..row() };
        assert_eq!(digest(&START, &kept_longer), first);
    }
}
