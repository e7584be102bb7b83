//! Customers as a CSV file, written while they are read: however many there are, they never stand in memory together.
//! Who took them away is in the trail.

use bytes::Bytes;
use domain::{
    Admin, AppError, CustomerId, Language,
    customers::{CustomersForm, Wanted},
};
use futures::{StreamExt, stream, stream::BoxStream};
use sea_orm::QuerySelect;
use serde_json::json;

use super::{Customer, list::in_order, lists};
use crate::{Context, cells::row_of, failure::OrInternal, who::Who};

const ROWS_AT_ONCE: u64 = 500;

/// Those that `form` asks for, newest first, whatever its page. Errors, before anything is written: fields of
/// [`CustomersForm`], `NotFound` for a list.
pub async fn export(
    context: &Context,
    admin: Admin,
    form: &CustomersForm,
) -> Result<BoxStream<'static, Result<Bytes, AppError>>, AppError> {
    let (wanted, who, inner) = (form.parse()?, Who::of_actor(*admin), context.clone());
    let (list, narrows) = (wanted.list, !form.q.trim().is_empty());
    let told = context.database.write(move |on| {
        Box::pin(async move {
            let mut after = json!({});
            if let Some(list) = list {
                after["list"] = lists::find_list(on, who.organisation, list).await?.name.into();
            }
            if narrows {
                // What was looked for may be a name.
                after["narrowed"] = true.into();
            }
            who.record(&inner, on, "customers.export", json!({}), after).await
        })
    });
    told.await?;
    let head = format!("\u{feff}{}", row_of(columns(admin.language)));
    let writing = Writing { context: context.clone(), admin, wanted, before: None };
    let rows = stream::try_unfold(Some(writing), |writing| async {
        match writing {
            Some(writing) => writing.next().await,
            None => Ok(None),
        }
    });
    Ok(stream::once(async { Ok(Bytes::from(head)) }).chain(rows).boxed())
}

struct Writing {
    context: Context,
    admin: Admin,
    wanted: Wanted,
    /// The last customer that was written.
    before: Option<CustomerId>,
}

impl Writing {
    /// The next rows, and what comes after them.
    async fn next(self) -> Result<Option<(Bytes, Option<Self>)>, AppError> {
        let read = self.context.database.read();
        let rows = in_order(self.admin.organisation, &self.wanted, self.before).limit(ROWS_AT_ONCE);
        let rows = rows.all(read).await.or_internal()?;
        let Some(before) = rows.last().map(Customer::id) else { return Ok(None) };
        let ids = rows.iter().map(|row| row.id);
        let mut lists = lists::lists_of(read, self.admin.organisation, ids).await?;
        let l = self.admin.language;
        let text: String = rows
            .into_iter()
            .map(|row| {
                let on = lists.remove(&row.id).unwrap_or_default();
                csv(l, row, &on.join("; "))
            })
            .collect();
        Ok(Some((Bytes::from(text), Some(Self { before: Some(before), ..self }))))
    }
}

fn columns(l: Language) -> [&'static str; 6] {
    [
        texts::customers::name(l),
        texts::customers::phone(l),
        texts::customers::email(l),
        texts::customers::note(l),
        texts::customers::do_not_call(l),
        texts::customers::lists(l),
    ]
}

fn csv(l: Language, row: Customer, lists: &str) -> String {
    let do_not_call = if row.do_not_call { texts::audit::yes(l) } else { texts::audit::no(l) };
    row_of([&row.name, &row.phone, &row.email, &row.note, do_not_call, lists])
}
