//! The order in which an organisation is taken apart: what refers to something goes before it, files go last of all.

use domain::{AppError, OrganisationId, PersonId};
use entity::{audit, audit_head, browser, guess, membership, person, session, staff};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Statement, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Context,
    account::lock_person,
    audit::START,
    failure::{OrInternal, internal},
    guess::account as budget_of,
    support::staff::is_staff,
};

/// Rows that go in one transaction: others who write wait no longer than for these.
const BATCH: u64 = 100;
/// People are several rows each.
const PEOPLE: u64 = 100;
/// Files that are removed before that is written down.
const FILES: usize = 200;

/// What a step removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Rows of the table of the step's name.
    Rows,
    /// Of the tables that name an organisation only by another row: which ones.
    RowsWhere(&'static str),
    /// Accounts of those who belong to no other organisation.
    Accounts,
    Sessions,
    Trail,
    Objects,
}

/// The word of each step, and what it removes.
pub(super) const STEPS: [(&str, What); 37] = [
    ("data_export", What::Rows),
    ("job", What::Rows),
    ("answered_request", What::Rows),
    ("fresh_key", What::RowsWhere("key_id IN (SELECT id FROM access_key WHERE organisation_id = $1)")),
    ("access_key", What::Rows),
    ("upstream_trial", What::Rows),
    ("upstream", What::Rows),
    ("campaign_target", What::Rows),
    ("lease", What::Rows),
    ("call", What::Rows),
    ("call_day", What::Rows),
    ("call_quarter", What::Rows),
    ("slot_weather", What::Rows),
    ("slot_pool", What::Rows),
    ("listed_customer", What::Rows),
    ("customer_import", What::Rows),
    ("customer_list", What::Rows),
    ("customer", What::Rows),
    ("campaign", What::Rows),
    ("agent", What::Rows),
    ("knowledge_file", What::Rows),
    ("knowledge_category", What::Rows),
    ("notification", What::Rows),
    ("notification_choice", What::Rows),
    ("notification_default", What::Rows),
    ("digest", What::Rows),
    ("digest_window", What::Rows),
    ("charge", What::Rows),
    ("credit_entry", What::Rows),
    ("billing_account", What::Rows),
    ("tax_identity", What::Rows),
    ("hours", What::Rows),
    ("logo_file", What::Rows),
    ("logo", What::Rows),
    ("invitation", What::Rows),
    ("support_session", What::Rows),
    ("session", What::Sessions),
];

/// The steps that follow those of the tables.
pub(super) const LAST: [(&str, What); 4] = [
    ("account", What::Accounts),
    ("membership", What::Rows),
    ("audit", What::Trail),
    ("object", What::Objects),
];

pub(super) fn all() -> impl Iterator<Item = (&'static str, What)> {
    STEPS.into_iter().chain(LAST)
}

pub(super) fn by_word(word: &str) -> Option<What> {
    all().find(|(step, _)| *step == word).map(|(_, what)| what)
}

impl What {
    /// Removes some rows in the caller's transaction: how many. None, once nothing is left.
    pub async fn remove_on(
        self,
        on: &DatabaseTransaction,
        step: &str,
        of: OrganisationId,
    ) -> Result<u64, AppError> {
        match self {
            Self::Rows => remove_rows(on, step, "organisation_id = $1", of).await,
            Self::RowsWhere(condition) => remove_rows(on, step, condition, of).await,
            Self::Sessions => {
                keep_staff(on, of).await?;
                remove_rows(on, step, "organisation_id = $1", of).await
            }
            Self::Accounts => remove_accounts(on, of).await,
            Self::Trail => remove_trail(on, of).await,
            Self::Objects => Ok(0),
        }
    }
}

/// By the place of the row: not every table has a key of one column.
async fn remove_rows(
    on: &DatabaseTransaction,
    table: &str,
    condition: &str,
    of: OrganisationId,
) -> Result<u64, AppError> {
    let backend = on.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => format!(
            "DELETE FROM \"{table}\" WHERE rowid IN (SELECT rowid FROM \"{table}\" WHERE {} LIMIT {BATCH})",
            condition.replace("$1", "?")
        ),
        _ => format!(
            "DELETE FROM \"{table}\" WHERE ctid = ANY(ARRAY(SELECT ctid FROM \"{table}\" WHERE {condition} LIMIT {BATCH}))"
        ),
    };
    let statement = Statement::from_sql_and_values(backend, sql, [of.0.into()]);
    Ok(on.execute_raw(statement).await.or_internal()?.rows_affected())
}

/// Support that stands in it stands nowhere; its sessions are not the organisation's.
async fn keep_staff(on: &DatabaseTransaction, of: OrganisationId) -> Result<(), AppError> {
    let everybody = staff::Entity::find().select_only().column(staff::Column::PersonId).into_query();
    session::Entity::update_many()
        .col_expr(session::Column::OrganisationId, Expr::value(None::<Uuid>))
        .filter(session::Column::OrganisationId.eq(of.0))
        .filter(session::Column::PersonId.in_subquery(everybody))
        .exec(on)
        .await
        .or_internal()?;
    Ok(())
}

/// The accounts of members who would belong nowhere, some at a time; those of others keep theirs.
async fn remove_accounts(on: &DatabaseTransaction, of: OrganisationId) -> Result<u64, AppError> {
    let elsewhere = membership::Entity::find()
        .select_only()
        .column(membership::Column::PersonId)
        .filter(membership::Column::OrganisationId.ne(of.0))
        .into_query();
    let everybody = staff::Entity::find().select_only().column(staff::Column::PersonId).into_query();
    let only_here: Vec<Uuid> = membership::Entity::in_organisation(of)
        .select_only()
        .column(membership::Column::PersonId)
        .filter(membership::Column::PersonId.not_in_subquery(elsewhere))
        .filter(membership::Column::PersonId.not_in_subquery(everybody))
        .order_by_asc(membership::Column::PersonId)
        .limit(PEOPLE)
        .into_tuple()
        .all(on)
        .await
        .or_internal()?;
    let mut removed = 0;
    for id in only_here.into_iter().map(PersonId) {
        let person = lock_person(on, id).await?;
        // Again, now that nobody else can take them in.
        let others = membership::Entity::of_person(id)
            .filter(membership::Column::OrganisationId.ne(of.0))
            .count(on)
            .await
            .or_internal()?;
        if others == 0 && !is_staff(on, id).await? {
            forget_person(on, &person).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Removes somebody whose row is locked, and all that is theirs alone: what they sign in with, where they did, their own trail.
pub(super) async fn forget_person(on: &DatabaseTransaction, person: &person::Model) -> Result<(), AppError> {
    let browsers: Vec<Uuid> = browser::Entity::find()
        .select_only()
        .column(browser::Column::Id)
        .filter(browser::Column::PersonId.eq(person.id))
        .into_tuple()
        .all(on)
        .await
        .or_internal()?;
    let mut subjects: Vec<String> = browsers.into_iter().map(|id| format!("browser:{id}")).collect();
    subjects.push(budget_of(&person.email_key));
    guess::Entity::delete_many()
        .filter(guess::Column::Subject.is_in(subjects))
        .exec(on)
        .await
        .or_internal()?;
    audit::Entity::delete_many().filter(audit::Column::Chain.eq(person.id)).exec(on).await.or_internal()?;
    audit_head::Entity::delete_by_id(person.id).exec(on).await.or_internal()?;
    person::Entity::delete_by_id(person.id).exec(on).await.or_internal()?;
    Ok(())
}

/// From its end: what is left is a whole chain at every moment, for whoever checks it meanwhile.
async fn remove_trail(on: &DatabaseTransaction, of: OrganisationId) -> Result<u64, AppError> {
    let unchained = remove_unchained(on, of).await?;
    if unchained > 0 {
        return Ok(unchained);
    }
    let head = audit_head::Entity::find_by_id(of.0).lock_exclusive().one(on).await.or_internal()?;
    let newest: Vec<i64> = audit::Entity::find()
        .select_only()
        .column(audit::Column::Number)
        .filter(audit::Column::Chain.eq(of.0))
        .order_by_desc(audit::Column::Number)
        .limit(BATCH)
        .into_tuple()
        .all(on)
        .await
        .or_internal()?;
    let Some(first) = newest.last().copied() else {
        audit_head::Entity::delete_by_id(of.0).exec(on).await.or_internal()?;
        return Ok(0);
    };
    let gone = audit::Entity::delete_many()
        .filter(audit::Column::Chain.eq(of.0))
        .filter(audit::Column::Number.gte(first))
        .exec(on)
        .await
        .or_internal()?;
    let before = audit::Entity::find()
        .filter(audit::Column::Chain.eq(of.0))
        .order_by_desc(audit::Column::Number)
        .one(on)
        .await
        .or_internal()?;
    if let Some(head) = head {
        let (count, hash) = match before {
            Some(row) => (row.number.unwrap_or_default(), row.hash.unwrap_or_default()),
            // What came before was purged.
            None => (head.purged, head.purged_hash.unwrap_or(START.to_vec())),
        };
        audit_head::Entity::update_many()
            .col_expr(audit_head::Column::Count, Expr::value(count))
            .col_expr(audit_head::Column::Hash, Expr::value(hash))
            .filter(audit_head::Column::Chain.eq(of.0))
            .exec(on)
            .await
            .or_internal()?;
    }
    Ok(gone.rows_affected)
}

/// Rows from before there were chains; their number stands in a head of its own.
async fn remove_unchained(on: &DatabaseTransaction, of: OrganisationId) -> Result<u64, AppError> {
    use sea_orm::sea_query::ExprTrait;
    let theirs =
        Condition::all().add(audit::Column::Chain.is_null()).add(audit::Column::OrganisationId.eq(of.0));
    if audit::Entity::find().filter(theirs.clone()).one(on).await.or_internal()?.is_none() {
        return Ok(0);
    }
    let gone = audit::Entity::delete_many().filter(theirs).exec(on).await.or_internal()?.rows_affected;
    let count = i64::try_from(gone).or_internal()?;
    audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Count, Expr::col(audit_head::Column::Count).sub(count))
        .filter(audit_head::Column::Chain.eq(Uuid::nil()))
        .exec(on)
        .await
        .or_internal()?;
    Ok(gone)
}

/// Removes some of the organisation's files: how many. The copies of its logo that stand on invoices are not among them.
pub(super) async fn remove_objects(context: &Context, of: OrganisationId) -> Result<u64, AppError> {
    context.storage.delete_below(&format!("organisations/{of}"), FILES).await.map_err(internal)
}
