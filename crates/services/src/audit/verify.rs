//! Walks every chain from its start, or from the row that was purged last, and names the first row of each that other
//! hands changed, removed or slipped in.

use std::fmt;

use entity::{audit, audit_head};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::chain::{START, digest};
use crate::Database;

const ROWS_AT_ONCE: u64 = 1000;

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub chains: u64,
    pub rows: u64,
    /// Rows from before there were chains: nobody can say whether they were changed.
    pub unchained: u64,
    /// At most one in each chain: behind it nothing can be told.
    pub faults: Vec<Fault>,
}

/// Where a chain breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub wrong: Wrong,
    /// The organisation, or the person whose own chain it is.
    pub chain: Uuid,
    /// The place in the chain.
    pub number: i64,
    /// The row that stands there, if there is one.
    pub row: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Changed,
    Removed,
    Inserted,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wrong, chain, number, row } = self;
        let what = match wrong {
            Wrong::Changed => "was changed",
            Wrong::Removed => "was removed",
            Wrong::Inserted => "was inserted",
        };
        match row {
            Some(row) => write!(f, "row {row} (number {number} of {chain}) {what}"),
            None => write!(f, "row number {number} of {chain} {what}"),
        }
    }
}

/// Reads everything as it is at one moment, also while the server is at work.
pub async fn verify(database: &Database) -> Result<Report, DbErr> {
    let on = database.snapshot().await?;
    let mut report = Report::default();
    for head in audit_head::Entity::find().order_by_asc(audit_head::Column::Chain).all(&on).await? {
        if head.chain.is_nil() {
            check_unchained(&on, &head, &mut report).await?;
        } else {
            report.chains += 1;
            let fault = walk(&on, &head, &mut report.rows).await?;
            report.faults.extend(fault);
        }
    }
    report.faults.extend(stray(&on).await?);
    on.rollback().await?;
    Ok(report)
}

async fn walk(
    on: &DatabaseTransaction,
    head: &audit_head::Model,
    walked: &mut u64,
) -> Result<Option<Fault>, DbErr> {
    let fault = |wrong, number, row| Ok(Some(Fault { wrong, chain: head.chain, number, row }));
    let purged = audit::Entity::find()
        .filter(audit::Column::Chain.eq(head.chain))
        .filter(audit::Column::Number.between(1, head.purged))
        .one(on)
        .await?;
    if let Some(row) = purged {
        return fault(Wrong::Inserted, row.number.unwrap_or_default(), Some(row.id));
    }
    let (mut number, mut hash) = (head.purged, head.purged_hash.clone().unwrap_or(START.to_vec()));
    loop {
        let rows = audit::Entity::in_chain(head.chain, number).limit(ROWS_AT_ONCE).all(on).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            number += 1;
            if row.number != Some(number) {
                return fault(Wrong::Removed, number, None);
            }
            if number > head.count {
                return fault(Wrong::Inserted, number, Some(row.id));
            }
            hash = digest(&hash, &row);
            if row.hash.as_ref() != Some(&hash) {
                return fault(Wrong::Changed, number, Some(row.id));
            }
            *walked += 1;
        }
    }
    if number < head.count {
        return fault(Wrong::Removed, number + 1, None);
    }
    // The last row fits its neighbours, but it is not the one that was written.
    if hash == head.hash { Ok(None) } else { fault(Wrong::Changed, number, None) }
}

/// Nothing can be said of them but how many there were.
async fn check_unchained(
    on: &DatabaseTransaction,
    head: &audit_head::Model,
    report: &mut Report,
) -> Result<(), DbErr> {
    report.unchained = audit::Entity::find().filter(audit::Column::Chain.is_null()).count(on).await?;
    let wrong = match i64::try_from(report.unchained).unwrap_or(i64::MAX).cmp(&head.count) {
        std::cmp::Ordering::Less => Wrong::Removed,
        std::cmp::Ordering::Equal => return Ok(()),
        std::cmp::Ordering::Greater => Wrong::Inserted,
    };
    report.faults.push(Fault { wrong, chain: head.chain, number: head.count, row: None });
    Ok(())
}

/// A row that belongs to no chain that was ever begun, or to no place in its own.
async fn stray(on: &DatabaseTransaction) -> Result<Option<Fault>, DbErr> {
    let begun = audit_head::Entity::find().select_only().column(audit_head::Column::Chain).into_query();
    let nowhere = Condition::any()
        .add(audit::Column::Number.is_null())
        .add(audit::Column::Number.lt(1))
        .add(audit::Column::Chain.not_in_subquery(begun));
    let row = audit::Entity::find()
        .filter(audit::Column::Chain.is_not_null())
        .filter(nowhere)
        .order_by_asc(audit::Column::Id)
        .one(on)
        .await?;
    Ok(row.map(|row| Fault {
        wrong: Wrong::Inserted,
        chain: row.chain.unwrap_or_default(),
        number: row.number.unwrap_or_default(),
        row: Some(row.id),
    }))
}
