//! The OpenAPI document: what is true of every operation, and how a person reads it.

use std::{fmt::Write, sync::LazyLock};

use app::{paths, shell::document::Assets};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use domain::Language;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder,
        path::{Operation, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use super::{ROOT, idempotency, problem::Problem};
use crate::session::language_of;

/// Adds the key, the shape of errors, and to every operation how it may be refused.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    let mut parts = Vec::new();
    Problem::schemas(&mut parts);
    components.schemas.extend(parts);
    document.security = Some(vec![SecurityRequirement::new("key", Vec::<String>::new())]);
    for (path, item) in &mut document.paths.paths {
        let has_id = path.contains('{');
        for operation in
            [&mut item.get, &mut item.put, &mut item.post, &mut item.delete].into_iter().flatten()
        {
            refusals(operation, has_id);
        }
        if let Some(post) = item.post.as_mut().filter(|_| idempotency::MAKES.contains(&path.as_str())) {
            named(post);
        }
    }
    document
}

fn refusals(operation: &mut Operation, has_id: bool) {
    let has_body = operation.request_body.is_some();
    let replaces =
        operation.parameters.iter().flatten().any(
            |one| matches!(one, RefOr::T(one) if one.name == "if-match" && one.required == Required::True),
        );
    let has_query = operation.parameters.as_ref().is_some_and(|all| !all.is_empty());
    let mut add = |status: &str, text: &str| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response =
            ResponseBuilder::new().description(text).content("application/problem+json", content).build();
        operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
    };
    if has_body || has_query {
        add("400", "What was sent can't be read: missing, unknown or malformed members.");
        add("422", "What was sent is wrong; `fields` says where.");
    }
    if has_body {
        add("408", "The body came too slowly.");
        add("413", "The body is too large.");
        add("409", "It is no longer as it was: `code` says how.");
        add("412", "Somebody else changed it meanwhile.");
    }
    if replaces {
        add("428", "The request does not say which version it knows.");
    }
    if has_id {
        add("404", "Does not exist, or is another organisation's.");
        add("409", "It is no longer as it was: `code` says how.");
    }
    add("401", "No access key, or one that is not valid (any more).");
    add("403", "The key lacks the scope, or its person owes a second factor or may not do this.");
    add("429", "All slots are in use, or too many requests: `code` says which.");
    add("503", "The database is away. Whether a change was made shows when it is back.");
}

fn named(post: &mut Operation) {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"))
        .build();
    let name = ParameterBuilder::new()
        .name("idempotency-key")
        .parameter_in(ParameterIn::Header)
        .description(Some(
            "A name of your choice for this request: sent again within a day it does nothing again.",
        ))
        .schema(Some(text))
        .build();
    post.parameters.get_or_insert_default().push(RefOr::T(name));
}

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(super::openapi()).unwrap_or_else(|_| json!({})));

pub async fn json() -> Response {
    let public = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];
    (public, Json(&*DOCUMENT)).into_response()
}

/// For people: the same document as a page of our own.
pub async fn page(State(assets): State<std::sync::Arc<Assets>>, headers: HeaderMap) -> Html<String> {
    Html(drawn(&DOCUMENT, language_of(&headers), assets.style()))
}

fn drawn(document: &Value, l: Language, style: &str) -> String {
    let mut page = String::new();
    let title = texts::api::title(l);
    let text = |value: &Value| prose(value.as_str().unwrap_or_default());
    _ = write!(
        page,
        "<!DOCTYPE html><html lang=\"{}\" dir=\"ltr\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Ayar</title>\
         <link rel=\"stylesheet\" href=\"{style}\"><link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\"></head>\
         <body><main class=\"api\" id=\"main\"><h1>{title}</h1><p lang=\"en\">{}</p>\
         <p><a class=\"link\" href=\"{ROOT}/openapi.json\">{}</a> · <a class=\"link\" href=\"{}\">{}</a></p>",
        l.tag(),
        text(&document["info"]["description"]),
        texts::api::document(l),
        paths::KEYS,
        texts::keys::title(l),
    );
    for tag in document["tags"].as_array().into_iter().flatten() {
        _ = write!(
            page,
            "<section class=\"panel\" lang=\"en\"><header class=\"panel-head\"><div><h2 id=\"{0}\">{0}</h2><p>{1}</p></div></header>",
            text(&tag["name"]),
            text(&tag["description"]),
        );
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation["tags"].as_array().is_some_and(|tags| tags.contains(&tag["name"])) {
                    draw_operation(&mut page, document, method, path, operation);
                }
            }
        }
        page.push_str("</section>");
    }
    page.push_str("</main></body></html>");
    page
}

fn draw_operation(page: &mut String, document: &Value, method: &str, path: &str, operation: &Value) {
    let text = |value: &Value| prose(value.as_str().unwrap_or_default());
    _ = write!(
        page,
        "<details class=\"api-operation\" id=\"{}\"><summary><code class=\"api-method\">{}</code> <code>{ROOT}{}</code> \
         <span class=\"muted\">{}</span></summary><p>{}</p>",
        text(&operation["operationId"]),
        method.to_uppercase(),
        escape(path),
        text(&operation["summary"]),
        text(&operation["description"]),
    );
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let rows: String = parameters
        .map(|one| row(&one["name"], &one["schema"], &one["description"], &one["required"]))
        .collect();
    table(page, "Parameters", &rows);
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    table(page, "Body", &members(document, body));
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let schema = &response["content"]["application/json"]["schema"];
        if status.starts_with('2') {
            table(page, status, &members(document, schema));
        } else if status.starts_with(['4', '5']) {
            _ = write!(
                page,
                "<p class=\"muted small\"><code>{status}</code> {}</p>",
                text(&response["description"])
            );
        }
    }
    page.push_str("</details>");
}

fn table(page: &mut String, title: &str, rows: &str) {
    if !rows.is_empty() {
        _ = write!(
            page,
            "<h3>{title}</h3><div class=\"table-box\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\"><table class=\"table\"><tbody>{rows}</tbody></table></div>"
        );
    }
}

/// The members of a schema, those of what it is made of included.
fn members(document: &Value, schema: &Value) -> String {
    let schema = resolved(document, schema);
    let required = schema["required"].as_array();
    let own: String = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, member)| {
            let is_required = required.is_some_and(|all| all.contains(&json!(name)));
            let meaning = &resolved(document, member)["description"];
            let meaning = if member["description"].is_null() { meaning } else { &member["description"] };
            row(&json!(name), member, meaning, &json!(is_required))
        })
        .collect();
    let parts = schema["allOf"].as_array().into_iter().flatten();
    parts.fold(own, |rows, part| rows + &members(document, part))
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
    name.map_or(schema, |name| &document["components"]["schemas"][name])
}

fn row(name: &Value, schema: &Value, meaning: &Value, required: &Value) -> String {
    let text = |value: &Value| escape(value.as_str().unwrap_or_default());
    let star = if required == &json!(true) { " *" } else { "" };
    format!(
        "<tr><th scope=\"row\"><code>{}</code>{star}</th><td><code>{}</code></td><td>{}</td></tr>",
        text(name),
        escape(&kind(schema)),
        prose(meaning.as_str().unwrap_or_default()),
    )
}

/// `string (uuid)`, `Direction`, `array of Call`.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return name.to_owned();
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let base = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        kind => kind.as_str().unwrap_or("object").to_owned(),
    };
    match (base.as_str(), schema["format"].as_str()) {
        ("array", _) => format!("array of {}", kind(&schema["items"])),
        (_, Some(format)) => format!("{base} ({format})"),
        _ => base,
    }
}

/// A sentence of the document: what stands between backticks is code.
fn prose(text: &str) -> String {
    let parts = text.split('`').map(escape).enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { format!("<code>{part}</code>") } else { part }).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
