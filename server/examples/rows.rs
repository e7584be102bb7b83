//! As if the company had made so many calls and changed its settings so often: what a page costs should not depend on it.
//!
//!     rows <database URL> <how many>
//!
//! Takes out what an earlier run made. On a database with one company, such as that of `ayar demo`; a server may be running on it.

#[path = "shared/calls.rs"]
mod calls;
#[path = "shared/context.rs"]
mod context;

use std::error::Error;

use calls::fill_calls;
use entity::organisation;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, TransactionTrait};
use services::mail::TransportSettings;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(many)) = (arguments.next(), arguments.next()) else {
        return Err("usage: rows URL HOW-MANY".into());
    };
    let many: u32 = many.parse()?;
    let context = context::open(&url, TransportSettings::Memory).await?;
    let of = organisation::Entity::find().one(context.database.read()).await?.ok_or("no company")?.id();
    let on = context.database.migration_connection();
    // Theirs are told from the company's own by their identifiers, as fill_calls makes them, and by a word.
    let (theirs, id, organisation) = match context.database.backend() {
        DbBackend::Sqlite => (
            "substr(hex(id), 18, 5) = '00000'",
            "unhex(printf('%012x7%03x8%015x', ms, i % 4096, i))",
            format!("x'{}'", of.0.simple()),
        ),
        _ => (
            "substr(id::text, 21, 3) = '000' AND substr(id::text, 25, 2) = '00'",
            "(lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(i % 4096), 3, '0') || '8' || lpad(to_hex(i), 15, '0'))::uuid",
            format!("'{}'", of.0),
        ),
    };
    let ago = context.now().timestamp_millis() - 80 * 86_400_000;
    let step = (79 * 86_400_000) / i64::from(many.max(1));
    let numbers = match context.database.backend() {
        DbBackend::Sqlite => format!(
            "WITH RECURSIVE n (i, ms) AS (SELECT 0, {ago} UNION ALL SELECT i + 1, {ago} + (i + 1) * {step} FROM n WHERE i + 1 < {many})"
        ),
        _ => format!(
            "WITH n AS (SELECT i, {ago} + i * {step} AS ms FROM generate_series(0::bigint, {many} - 1) AS i)"
        ),
    };
    let at = match context.database.backend() {
        DbBackend::Sqlite => "strftime('%FT%T+00:00', ms / 1000, 'unixepoch')",
        _ => "to_timestamp(ms / 1000)",
    };
    let transaction = on.begin().await?;
    if context.database.backend() == DbBackend::Postgres {
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    }
    transaction.execute_unprepared("DELETE FROM audit WHERE request_id = 'rows'").await?;
    transaction.execute_unprepared(&format!("DELETE FROM call WHERE {theirs}")).await?;
    transaction
        .execute_unprepared(&format!(
            "INSERT INTO audit (id, organisation_id, room, action, before, after, at, address, request_id) {numbers} \
             SELECT {id}, {organisation}, 'general', 'general.save_profile', '{{\"name\":\"A\"}}', '{{\"name\":\"B\"}}', {at}, \
               '203.0.113.0/24', 'rows' FROM n"
        ))
        .await?;
    transaction.commit().await?;
    fill_calls(&context, of, many).await?;
    Ok(())
}
