//! Archives to take away: everything of an organisation, for owners, and what it holds about one customer.

use app::server_side::Facts;
use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{Account, AppError, Code, CustomerId, data::OneExportForm};
use services::export;

use crate::{failures::refuse, router::Site, security::FILE_POLICY};

/// The last export, while it can be downloaded.
pub async fn organisation(
    State(site): State<Site>,
    Extension(facts): Extension<Facts>,
    Path(export): Path<String>,
) -> Response {
    let read = async {
        let owner = account(&facts)?.owner_while_leaving()?;
        let (row, content) = export::download(&site.context, owner, &OneExportForm { export }).await?;
        let name = format!("ayar-{}.zip", row.asked_at.format("%Y-%m-%d"));
        let mut answer = zip(&name, Body::from_stream(content));
        answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(row.bytes));
        Ok::<_, AppError>(answer)
    };
    read.await.unwrap_or_else(refuse)
}

/// Written while it is sent.
pub async fn customer(
    State(site): State<Site>,
    Extension(facts): Extension<Facts>,
    Path(id): Path<String>,
) -> Response {
    let read = async {
        let admin = account(&facts)?.actor()?.admin()?;
        let id: CustomerId = id.parse().map_err(|_| Code::NotFound)?;
        let content = export::of_customer(&site.context, admin, id).await?;
        Ok::<_, AppError>(zip(&format!("ayar-customer-{id}.zip"), Body::from_stream(content)))
    };
    read.await.unwrap_or_else(refuse)
}

fn account(facts: &Facts) -> Result<Account, AppError> {
    Ok(facts.visit.as_ref().ok_or(Code::Unauthenticated)?.account)
}

/// `name` is plain ASCII.
fn zip(name: &str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY),
    ];
    let kept: (HeaderName, String) =
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
    (headers, [kept], body).into_response()
}
