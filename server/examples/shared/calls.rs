//! Very many calls.

use std::error::Error;

use chrono::TimeDelta;
use domain::OrganisationId;
use sea_orm::{ConnectionTrait, DbBackend, TransactionTrait};
use services::Context;

type Failure = Box<dyn Error + Send + Sync>;

/// As if there had been so many calls, evenly over a year. The database makes them itself: ten million rows through the
/// driver would take an hour.
pub async fn fill_calls(context: &Context, of: OrganisationId, many: u32) -> Result<(), Failure> {
    let on = context.database.migration_connection();
    let begun = (context.now() - TimeDelta::days(365)).timestamp_millis();
    let step = 365.0 * 86_400_000.0 / f64::from(many);
    let columns = "id, organisation_id, direction, from_number, to_number, outcome, started_at, answered_at, ended_at, time_zone, \
                   day, version";
    let words = "'inbound', '+905325550123', '+902125550100', 'completed'";
    // Identifiers are UUID version 7 of the call's time.
    let rows = match context.database.backend() {
        DbBackend::Sqlite => format!(
            "WITH RECURSIVE n (i, ms) AS (SELECT 0, {begun} UNION ALL \
               SELECT i + 1, {begun} + CAST((i + 1) * {step} AS INTEGER) FROM n WHERE i + 1 < {many}), \
             c AS (SELECT unhex(printf('%012x7%03x8%015x', ms, i % 4096, i)) AS id, ms / 1000 AS s FROM n) \
             SELECT id, x'{of}', {words}, strftime('%FT%T+00:00', s, 'unixepoch'), strftime('%FT%T+00:00', s, 'unixepoch'), \
               strftime('%FT%T+00:00', s + 90, 'unixepoch'), 'Europe/Istanbul', strftime('%F', s, 'unixepoch'), 1 FROM c",
            of = of.0.simple()
        ),
        _ => format!(
            "SELECT (lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(i % 4096), 3, '0') || '8' || \
               lpad(to_hex(i), 15, '0'))::uuid, '{of}', {words}, to_timestamp(ms / 1000), to_timestamp(ms / 1000), \
               to_timestamp(ms / 1000 + 90), 'Europe/Istanbul', to_timestamp(ms / 1000)::date, 1 \
             FROM (SELECT i, {begun} + (i * {step})::bigint AS ms FROM generate_series(0::bigint, {many} - 1) AS i) AS n",
            of = of.0
        ),
    };
    // One that reads the machine's clock may take longer than a request is given.
    let is_postgres = context.database.backend() == DbBackend::Postgres;
    let transaction = on.begin().await?;
    if is_postgres {
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    }
    transaction.execute_unprepared(&format!("INSERT INTO call ({columns}) {rows}")).await?;
    transaction.commit().await?;
    sums(context, of).await?;
    // As autovacuum does within a minute.
    on.execute_unprepared("ANALYZE").await?;
    Ok(())
}

/// The sums that go with them: what a dashboard reads, a year of quarters of an hour.
async fn sums(context: &Context, of: OrganisationId) -> Result<(), Failure> {
    let on = context.database.migration_connection();
    let (quarter, of) = match context.database.backend() {
        DbBackend::Sqlite => (
            "strftime('%FT%T+00:00', CAST(strftime('%s', started_at) AS INTEGER) / 900 * 900, 'unixepoch')",
            format!("x'{}'", of.0.simple()),
        ),
        _ => ("to_timestamp(floor(extract(epoch FROM started_at) / 900) * 900)", format!("'{}'", of.0)),
    };
    let transaction = on.begin().await?;
    if context.database.backend() == DbBackend::Postgres {
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    }
    let statements = [
        format!("DELETE FROM call_quarter WHERE organisation_id = {of}"),
        format!("DELETE FROM call_day WHERE organisation_id = {of}"),
        format!(
            "INSERT INTO call_quarter (organisation_id, quarter, direction, started, answered, seconds) \
             SELECT organisation_id, {quarter}, direction, count(*), count(answered_at), 90 * count(*) FROM call \
             WHERE organisation_id = {of} GROUP BY 1, 2, 3"
        ),
        format!(
            "INSERT INTO call_day (organisation_id, day, time_zone, direction, started, answered, seconds) \
             SELECT organisation_id, day, time_zone, direction, count(*), count(answered_at), 90 * count(*) FROM call \
             WHERE organisation_id = {of} GROUP BY 1, 2, 3, 4"
        ),
    ];
    for statement in statements {
        transaction.execute_unprepared(&statement).await?;
    }
    transaction.commit().await?;
    Ok(())
}
