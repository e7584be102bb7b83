//! The least a server can do, to compare pages with. One file from memory, at every address:
//!
//!     floor ADDRESS FILE
//!
//! and the same for somebody who is signed in: the session is looked up, and one row read by its key.
//!
//!     floor ADDRESS FILE DATABASE-URL

use std::{error::Error, net::SocketAddr};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
    serve::ListenerExt,
};
use sha2::{Digest, Sha256};
use sqlx::{PgPool, Row, SqlitePool, postgres::PgPoolOptions, sqlite::SqlitePoolOptions};
use tokio::net::TcpListener;
use uuid::Uuid;

#[derive(Clone)]
enum Database {
    None,
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: floor ADDRESS FILE [DATABASE-URL]".into());
    };
    let database = match arguments.next() {
        None => Database::None,
        Some(url) if url.starts_with("sqlite:") => {
            Database::Sqlite(SqlitePoolOptions::new().test_before_acquire(false).connect(&url).await?)
        }
        Some(url) => Database::Postgres(PgPoolOptions::new().test_before_acquire(false).connect(&url).await?),
    };
    let page = Bytes::from(std::fs::read(file)?);
    let page = move |headers: HeaderMap| {
        let (page, database) = (page.clone(), database.clone());
        async move { answer(page, &headers, &database).await }
    };
    // As `ayar serve` does it.
    let listener = TcpListener::bind(address.parse::<SocketAddr>()?).await?.tap_io(|stream| {
        _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().fallback(get(page))).await?;
    Ok(())
}

async fn answer(page: Bytes, headers: &HeaderMap, database: &Database) -> Response {
    match read(headers, database).await {
        Ok(true) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response(),
        Ok(false) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Whether somebody is signed in whose company exists.
async fn read(headers: &HeaderMap, database: &Database) -> Result<bool, sqlx::Error> {
    let cookie = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = cookie.split("session=").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or_default();
    let hash = Sha256::digest(token).to_vec();
    let (session, organisation) = (
        "SELECT organisation_id FROM session WHERE token_hash = $1 AND ended_at IS NULL",
        "SELECT name FROM organisation WHERE id = $1",
    );
    match database {
        Database::None => Ok(true),
        Database::Sqlite(pool) => {
            let Some(row) = sqlx::query(session).bind(hash).fetch_optional(pool).await? else {
                return Ok(false);
            };
            let id: Vec<u8> = row.try_get(0)?;
            Ok(sqlx::query(organisation).bind(id).fetch_optional(pool).await?.is_some())
        }
        Database::Postgres(pool) => {
            let Some(row) = sqlx::query(session).bind(hash).fetch_optional(pool).await? else {
                return Ok(false);
            };
            let id: Uuid = row.try_get(0)?;
            Ok(sqlx::query(organisation).bind(id).fetch_optional(pool).await?.is_some())
        }
    }
}
