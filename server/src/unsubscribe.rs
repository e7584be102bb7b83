//! The link "not this mail any more": mail programs post to it by themselves (RFC 8058), people get a page with a button,
//! because mail scanners open links.

use app::paths;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Redirect,
};
use services::notifications;
use url::form_urlencoded::byte_serialize;

use crate::router::Site;

pub const PREFIX: &str = "/unsubscribe/";
pub const ROUTE: &str = "/unsubscribe/{token}";

pub async fn page(Path(token): Path<String>) -> Redirect {
    // Whatever was in the address: it stays one value of the next.
    let token: String = byte_serialize(token.as_bytes()).collect();
    Redirect::to(&format!("{}?token={token}", paths::UNSUBSCRIBE))
}

pub async fn one_click(
    State(site): State<Site>,
    Path(token): Path<String>,
) -> Result<&'static str, (StatusCode, String)> {
    match notifications::unsubscribe(&site.context, &token).await {
        Ok(_) => Ok("ok\n"),
        Err(error) => {
            let status =
                StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Err((status, format!("{}\n", error.code.as_str())))
        }
    }
}
