//! Taking a table over, some rows in each transaction: others who write wait for none of them long, and what is in stays
//! in, whatever comes after. Going on after a failure, or doing it twice at once, adds nobody twice.

use std::collections::HashMap;

use domain::{
    Admin, AppError, Code, ListId, OrganisationId, PersonId,
    customers::{
        NewCustomer,
        import::{Choices, Known, OneImportForm, Row, Target},
    },
};
use entity::{
    customer,
    customer_import::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;
use uuid::Uuid;

use super::{KEPT, OrInternalCode, Table, apart, choices_of, customers, find};
use crate::{
    Context,
    customers::{
        change::{changed, row_of},
        lists,
    },
    failure::OrInternal,
    members::lock_organisation,
    origin,
    who::Who,
    zones,
};

/// Rows of one transaction.
const BATCH: usize = 500;

/// What has come of a table so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Rows that have been looked at.
    pub rows: u64,
    pub added: u64,
    pub updated: u64,
    /// Known already, and left as they were.
    pub unchanged: u64,
    /// With errors.
    pub refused: u64,
    /// Where they stand now; empty: on no list.
    pub list: String,
    /// Every row has been looked at.
    pub is_finished: bool,
}

impl Done {
    pub(super) fn of(row: &Model) -> Self {
        let number = |number: i32| u64::try_from(number).unwrap_or(0);
        Self {
            rows: number(row.done),
            added: number(row.added),
            updated: number(row.updated),
            unchanged: number(row.unchanged),
            refused: number(row.refused),
            list: row.list_name.clone(),
            is_finished: row.finished_at.is_some(),
        }
    }
}

struct Work {
    context: Context,
    id: Uuid,
    admin: Admin,
    choices: Choices,
    rows: Vec<Row>,
}

/// Takes over what is left of a table; goes on when whoever asked is gone. Errors: `NotFound`; `Required` at `name` where
/// nobody has chosen; `TooManyLists`.
pub async fn run(context: &Context, admin: Admin, form: OneImportForm) -> Result<Done, AppError> {
    let id = form.parse()?;
    let row = find(context, admin, id).await?;
    if row.finished_at.is_some() {
        return Ok(Done::of(&row));
    }
    let (choices, country) = (choices_of(&row)?, zones::country_of(context, admin.organisation).await?);
    if !row.is_chosen {
        return Err(AppError::field("name", Code::Required));
    }
    let read = {
        let choices = choices.clone();
        move || Table::read(&row.content, country).map(|table| customers(&table, &choices, country))
    };
    let rows = apart(read).await?.or_internal_code()?;
    let work = std::sync::Arc::new(Work { context: context.clone(), id, admin, choices, rows });
    let all = async move {
        loop {
            let batch = work.clone();
            let done =
                work.context.database.write(move |on| Box::pin(async move { batch.go_on(on).await })).await?;
            if done.is_finished {
                return Ok(done);
            }
        }
    };
    let all = tracing::Instrument::instrument(all, tracing::Span::current());
    tokio::spawn(origin::within(origin::current(), all)).await.or_internal()?
}

impl Work {
    /// The next rows, in the transaction that is open.
    async fn go_on(&self, on: &DatabaseTransaction) -> Result<Done, AppError> {
        let of = self.admin.organisation;
        let list = self.list(on, of).await?;
        let mut row = lock(on, self.id).await?;
        if row.finished_at.is_some() {
            return Ok(Done::of(&row));
        }
        let from = usize::try_from(row.done).unwrap_or(0).min(self.rows.len());
        let until = (from + BATCH).min(self.rows.len());
        let rows: Vec<&NewCustomer> =
            self.rows[from..until].iter().filter_map(|row| row.customer.as_ref().ok()).collect();
        let refused = until - from - rows.len();
        let (added, updated, ids) = self.take_over(on, of, &rows).await?;
        if let Some((list, name)) = &list {
            lists::put_on(on, of, *list, ids).await?;
            row.list_name.clone_from(name);
        }
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        row.done = count(until);
        row.added += count(added);
        row.updated += count(updated);
        row.unchanged += count(rows.len() - added - updated);
        row.refused += count(refused);
        row.expires_at = self.context.now() + KEPT;
        row.finished_at = (until == self.rows.len()).then(|| self.context.now());
        let update = Entity::update_many()
            .set(ActiveModel {
                done: Set(row.done),
                added: Set(row.added),
                updated: Set(row.updated),
                unchanged: Set(row.unchanged),
                refused: Set(row.refused),
                list_name: Set(row.list_name.clone()),
                expires_at: Set(row.expires_at),
                finished_at: Set(row.finished_at),
                ..Default::default()
            })
            .filter(Column::Id.eq(self.id));
        update.exec(on).await.or_internal()?;
        if row.finished_at.is_some() {
            tell(&self.context, on, &row).await?;
        }
        Ok(Done::of(&row))
    }

    /// The list that everybody is put on, made if it is to be.
    async fn list(
        &self,
        on: &DatabaseTransaction,
        of: OrganisationId,
    ) -> Result<Option<(ListId, String)>, AppError> {
        let row = match &self.choices.target {
            Target::None => return Ok(None),
            Target::List(list) => lists::find_list(on, of, *list).await?,
            Target::Named(name) => match lists::by_name(on, of, name).await? {
                Some(row) => row,
                None => {
                    lock_organisation(on, of).await?;
                    match lists::by_name(on, of, name).await? {
                        Some(row) => row,
                        None => lists::insert(&self.context, on, of, name.clone()).await?,
                    }
                }
            },
        };
        Ok(Some((row.id(), row.name)))
    }

    /// How many were added and changed; and who they all are, those who stayed as they were among them.
    async fn take_over(
        &self,
        on: &DatabaseTransaction,
        of: OrganisationId,
        rows: &[&NewCustomer],
    ) -> Result<(usize, usize, Vec<Uuid>), AppError> {
        let found = known(on, of, rows).await?;
        let fresh: Vec<_> = rows
            .iter()
            .filter(|row| !found.contains_key(&row.phone))
            .map(|row| row_of(&self.context, of, (*row).clone()).into_active_model().reset_all())
            .collect();
        let mut added = 0;
        if !fresh.is_empty() {
            // Somebody else may add one of them at this moment: then they are known.
            let key = [customer::Column::OrganisationId, customer::Column::Phone];
            let keep = OnConflict::columns(key).do_nothing().to_owned();
            let insert = customer::Entity::insert_many(fresh).on_conflict(keep);
            added = usize::try_from(insert.exec_without_returning(on).await.or_internal()?).unwrap_or(0);
        }
        let mut updated = 0;
        if self.choices.known == Known::Update {
            for row in rows {
                let Some(before) = found.get(&row.phone) else { continue };
                if let Some(after) = changed(before, merged(before, row)) {
                    let update = customer::Entity::update(after.into_active_model().reset_all());
                    update.exec(on).await.or_internal()?;
                    updated += 1;
                }
            }
        }
        let ids = known(on, of, rows).await?.into_values().map(|row| row.id).collect();
        Ok((added, updated, ids))
    }
}

/// What a row says, and of what it does not say, what was known.
fn merged(before: &customer::Model, row: &NewCustomer) -> NewCustomer {
    let or = |said: &String, known: &String| if said.is_empty() { known.clone() } else { said.clone() };
    NewCustomer {
        name: row.name.clone(),
        phone: row.phone.clone(),
        email: or(&row.email, &before.email),
        note: or(&row.note, &before.note),
        // A file may ask for peace; it does not take it back.
        do_not_call: before.do_not_call || row.do_not_call,
    }
}

/// Those whose numbers are there already, by their number.
async fn known(
    on: &impl ConnectionTrait,
    of: OrganisationId,
    rows: &[&NewCustomer],
) -> Result<HashMap<String, customer::Model>, AppError> {
    let found = customer::Entity::in_organisation(of)
        .filter(customer::Column::Phone.is_in(rows.iter().map(|row| row.phone.as_str())))
        .lock_exclusive()
        .all(on)
        .await
        .or_internal()?;
    Ok(found.into_iter().map(|row| (row.phone.clone(), row)).collect())
}

/// The row of an import without its content, which nobody else goes on with until the transaction ends.
async fn lock(on: &impl ConnectionTrait, id: Uuid) -> Result<Model, AppError> {
    let row = light().filter(Column::Id.eq(id)).lock_exclusive().one(on).await.or_internal()?;
    row.ok_or_else(|| Code::NotFound.into())
}

fn light() -> sea_orm::Select<Entity> {
    use sea_orm::Iterable;
    let columns = Column::iter().filter(|column| !matches!(column, Column::Content));
    Entity::find().select_only().columns(columns).expr_as(Expr::value(""), "content")
}

/// One row of the trail for a whole table, and nobody's name in it.
async fn tell(context: &Context, on: &impl ConnectionTrait, row: &Model) -> Result<(), AppError> {
    let who = Who::of_person(OrganisationId(row.organisation_id), PersonId(row.person_id));
    let after = json!({
        "file": row.file_name,
        "list": row.list_name,
        "rows": row.done,
        "added": row.added,
        "updated": row.updated,
        "unchanged": row.unchanged,
        "refused": row.refused,
    });
    who.record(context, on, "customers.import", json!({}), after).await
}

/// Forgets what nobody has gone on with for an hour: how many. Of what was begun and never finished, the trail is told how far
/// it has come. The server does this every minute.
pub async fn sweep(context: &Context) -> Result<usize, AppError> {
    let now = context.now();
    let over = light().filter(Column::ExpiresAt.lte(now)).limit(100).all(context.database.read()).await;
    let over = over.or_internal()?;
    let number = over.len();
    for row in over {
        let inner = context.clone();
        let forgotten = context.database.write(move |on| {
            Box::pin(async move {
                let Ok(row) = lock(on, row.id).await else { return Ok(()) };
                if row.expires_at > now {
                    return Ok(());
                }
                Entity::delete_by_id(row.id).exec(on).await.or_internal()?;
                if row.done > 0 && row.finished_at.is_none() {
                    tell(&inner, on, &row).await?;
                }
                Ok(())
            })
        });
        forgotten.await?;
    }
    Ok(number)
}
