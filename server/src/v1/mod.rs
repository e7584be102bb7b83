//! The REST API, version 1: for programs that come with an access key. The OpenAPI document and the routes are written in
//! one place, at the handlers, so neither can be without the other.

mod agents;
mod caller;
mod calls;
mod campaigns;
mod customers;
mod document;
mod hours;
mod idempotency;
mod knowledge;
mod problem;
mod settings;
mod slots;
mod typed;

use axum::{Router, middleware, routing::get};
use domain::Code;
use tower::util::MapRequestLayer;
use utoipa::{OpenApi, openapi};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{away, limits::Limits, metrics::http::note_route, patience, router::Site, v1::problem::Refused};

/// Where it stands.
pub const ROOT: &str = "/api/v1";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ayar",
        version = "1",
        description = "Calls, slots, agents, customers, documents and business hours of one organisation. A program comes with an access key of that \
            organisation (Settings › Access keys) as `Authorization: Bearer ayar_…`. Errors are RFC 9457 problem details in the \
            language of `Accept-Language` (tr, en), else of the key; their `code` never changes."
    ),
    servers((url = "/api/v1")),
    tags(
        (name = "calls", description = "A call holds a slot while it runs: start, send a heartbeat every 20 seconds, end."),
        (name = "slots", description = "How many calls may run at once, and slots for calls that are kept elsewhere."),
        (name = "campaigns", description = "An agent calls everybody on a list, in business hours."),
        (name = "agents", description = "AI agents, who speak for the organisation in calls that go out."),
        (name = "customers", description = "Whom the organisation calls, and who calls it; calls know them by their number."),
        (name = "knowledge", description = "Documents of the organisation, in categories with one level below them."),
        (name = "hours", description = "Whether the organisation is open."),
        (name = "settings", description = "The organisation's profile.")
    )
)]
struct Document;

/// The routes that need a key, and the document that describes them.
fn described() -> OpenApiRouter<Site> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(calls::start, calls::list))
        .routes(routes!(calls::read))
        .routes(routes!(calls::heartbeat))
        .routes(routes!(calls::end))
        .routes(routes!(calls::save_transcript))
        .routes(routes!(campaigns::plan, campaigns::list))
        .routes(routes!(campaigns::read))
        .routes(routes!(campaigns::pause))
        .routes(routes!(campaigns::resume))
        .routes(routes!(campaigns::stop))
        .routes(routes!(calls::save_recording))
        .routes(routes!(agents::create, agents::list))
        .routes(routes!(agents::read, agents::replace, agents::delete))
        .routes(routes!(customers::create, customers::list))
        .routes(routes!(customers::read, customers::replace, customers::delete))
        .routes(routes!(customers::lists))
        .routes(routes!(knowledge::list_categories, knowledge::create_category))
        .routes(routes!(knowledge::read_category, knowledge::replace_category, knowledge::delete_category))
        .routes(routes!(knowledge::list_files, knowledge::upload))
        .routes(routes!(knowledge::read_file, knowledge::replace_file, knowledge::delete_file))
        .routes(routes!(knowledge::download))
        .routes(routes!(slots::read))
        .routes(routes!(slots::acquire))
        .routes(routes!(slots::heartbeat))
        .routes(routes!(slots::release))
        .routes(routes!(hours::read))
        .routes(routes!(hours::at))
        .routes(routes!(settings::read))
}

/// The OpenAPI document.
pub fn openapi() -> openapi::OpenApi {
    document::complete(described().into_openapi())
}

pub fn router(site: &Site) -> Router {
    let (routes, _) = described().split_for_parts();
    let routes = routes
        .fallback(async || Refused::from(Code::NotFound))
        .method_not_allowed_fallback(async || Refused::from(Code::MethodNotAllowed))
        .layer(middleware::from_fn_with_state(site.clone(), idempotency::once))
        .layer(middleware::from_fn_with_state(
            (site.clone(), Limits::new(caller::A_SECOND, 2 * caller::A_SECOND)),
            caller::let_in,
        ))
        .layer(MapRequestLayer::new(note_route(ROOT)));
    Router::new()
        .route("/openapi.json", get(document::json))
        .route("/docs", get(document::page))
        .method_not_allowed_fallback(async || Refused::from(Code::MethodNotAllowed))
        .fallback_service(routes.with_state(site.clone()))
        .layer(middleware::from_fn_with_state(site.clone(), caller::check_host))
        .layer(middleware::from_fn(patience::hurry))
        .layer(middleware::from_fn_with_state(site.clone(), away::refuse_while_away))
        .layer(middleware::from_fn(problem::tell))
        .layer(MapRequestLayer::new(note_route("")))
        .with_state(site.clone())
}
