//! Who may do what: role x route. The routes come from the router's own lists; one that has no
//! row here fails the test, and so does a row without a route.
//!
//! Asked are: a stranger, somebody whose code is still owed, somebody who owes their organisation a second factor, a
//! member, an administrator, an owner, staff with and without a second factor, and somebody of another organisation with
//! the ids of this one. What support may inside an organisation is in `support.rs`.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{Actor, Code, Recent, Role, audit::TrailForm, members::InviteForm};
use entity::passkey;
use sea_orm::{ActiveValue::Set, EntityTrait};
use server::router::{other_routes, page_routes};

use crate::world::{Browser, CHALLENGE, PASSWORD, World};

/// The least one must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    Nothing,
    /// A right password whose code is owed; more does not help.
    Challenge,
    /// Signed in, whatever one owes the organisation.
    Account,
    /// Signed in, and let into the organisation.
    Member,
    Admin,
    Owner,
    /// Of the vendor's support; for everybody else there is no such route.
    Staff,
}
use Needs::{Account, Admin, Challenge, Member, Nothing, Owner, Staff};

/// Method, route, the least one must be.
pub const MATRIX: &[(&str, &str, Needs)] = &[
    ("GET", "/", Nothing),
    ("GET", "/settings", Account),
    ("GET", "/account", Account),
    ("GET", "/livez", Nothing),
    ("GET", "/readyz", Nothing),
    // With a token of its own; for everybody else there is none.
    ("GET", "/login", Nothing),
    ("GET", "/login/code", Nothing),
    ("GET", "/signup", Nothing),
    ("GET", "/forgot", Nothing),
    ("GET", "/reset", Nothing),
    ("GET", "/verify", Nothing),
    ("GET", "/invite", Nothing),
    ("GET", "/email", Nothing),
    ("GET", "/not-me", Nothing),
    ("GET", "/unsubscribe", Nothing),
    ("GET", "/unsubscribe/{token}", Nothing),
    ("GET", "/restore", Nothing),
    ("GET", "/deletion-certificate/{token}", Nothing),
    ("POST", "/unsubscribe/{token}", Nothing),
    ("GET", "/notifications", Member),
    ("GET", "/dashboard", Member),
    ("GET", "/calls", Member),
    ("GET", "/calls/{id}", Member),
    ("GET", "/campaigns", Member),
    ("GET", "/campaigns/new", Admin),
    ("GET", "/campaigns/{id}", Member),
    ("GET", "/agents", Member),
    ("GET", "/agents/{id}", Member),
    ("GET", "/customers", Member),
    ("GET", "/customers/{id}", Member),
    ("GET", "/customers/import", Admin),
    ("GET", "/customers/import/{id}", Admin),
    ("GET", "/files/calls.csv", Admin),
    ("GET", "/files/customers.csv", Admin),
    ("GET", "/files/import-errors.csv", Admin),
    ("GET", "/reports", Member),
    ("GET", "/files/reports.csv", Member),
    ("GET", "/files/recording/{id}", Member),
    ("GET", "/settings/general", Member),
    ("GET", "/settings/branding", Admin),
    ("GET", "/settings/hours", Member),
    ("GET", "/settings/billing", Admin),
    ("GET", "/settings/knowledge", Member),
    ("GET", "/files/knowledge/{id}", Member),
    ("GET", "/files/export/{id}", Owner),
    ("GET", "/files/customer/{id}", Admin),
    ("GET", "/settings/billing/invoices/{id}", Admin),
    ("GET", "/files/invoice/{id}", Admin),
    ("GET", "/files/invoice-logo/{id}", Admin),
    ("GET", "/settings/members", Member),
    ("GET", "/settings/notifications", Member),
    ("GET", "/settings/security", Admin),
    ("GET", "/settings/keys", Member),
    ("GET", "/settings/audit", Admin),
    ("GET", "/settings/data", Admin),
    ("GET", "/settings/help", Member),
    ("GET", "/settings/data/delete", Owner),
    ("GET", "/settings/support", Admin),
    ("GET", "/support", Staff),
    ("GET", "/support/system", Staff),
    ("GET", "/account/security", Account),
    ("GET", "/account/security/app", Account),
    ("GET", "/account/security/codes", Account),
    ("GET", "/account/confirm", Account),
    ("GET", "/account/sessions", Account),
    ("GET", "/account/delete", Account),
    ("GET", "/files/photo/{name}/{size}", Member),
    ("GET", "/logos/{name}/{width}", Nothing),
    ("GET", "/files/mail-preview", Admin),
    ("GET", "/files/backup-codes", Account),
    ("GET", "/files/audit.csv", Admin),
    ("GET", "/files/audit.jsonl", Admin),
    ("POST", "/api/entrance/load-installation", Nothing),
    ("POST", "/api/entrance/sign-up", Nothing),
    ("POST", "/api/entrance/rate-password", Nothing),
    ("POST", "/api/entrance/sign-in", Nothing),
    ("POST", "/api/entrance/load-second-step", Challenge),
    ("POST", "/api/entrance/sign-in-with-code", Challenge),
    ("POST", "/api/entrance/ask-passkey", Challenge),
    ("POST", "/api/entrance/sign-in-with-passkey", Nothing),
    ("POST", "/api/entrance/finish-with-passkey", Challenge),
    ("POST", "/api/entrance/resend-verification", Nothing),
    ("POST", "/api/entrance/verify-address", Nothing),
    ("POST", "/api/entrance/request-reset", Nothing),
    ("POST", "/api/entrance/reset-password", Nothing),
    ("POST", "/api/entrance/check-verify-link", Nothing),
    ("POST", "/api/entrance/check-reset-link", Nothing),
    ("POST", "/api/entrance/check-email-link", Nothing),
    ("POST", "/api/entrance/confirm-email", Nothing),
    ("POST", "/api/entrance/check-not-me-link", Nothing),
    ("POST", "/api/entrance/was-not-me", Nothing),
    ("POST", "/api/account/load-overview", Account),
    ("POST", "/api/account/prove-password", Account),
    ("POST", "/api/account/change-password", Account),
    ("POST", "/api/account/change-email", Account),
    ("POST", "/api/account/load-app", Account),
    ("POST", "/api/account/start-app", Account),
    ("POST", "/api/account/confirm-app", Account),
    ("POST", "/api/account/disable-app", Account),
    ("POST", "/api/account/load-codes", Account),
    ("POST", "/api/account/save-codes", Account),
    ("POST", "/api/account/regenerate-codes", Account),
    ("POST", "/api/account/ask-own-passkey", Account),
    ("POST", "/api/account/regenerate-codes-with-passkey", Account),
    ("POST", "/api/account/ask-to-add-passkey", Account),
    ("POST", "/api/account/add-passkey", Account),
    ("POST", "/api/account/rename-passkey", Account),
    ("POST", "/api/account/remove-passkey", Account),
    ("POST", "/api/account/load-sessions", Account),
    ("POST", "/api/account/end-session", Account),
    ("POST", "/api/account/end-other-sessions", Account),
    ("POST", "/api/members/load-members", Member),
    ("POST", "/api/members/invite", Admin),
    ("POST", "/api/members/resend-invitation", Admin),
    ("POST", "/api/members/revoke-invitation", Admin),
    ("POST", "/api/members/change-role", Admin),
    ("POST", "/api/members/remove-member", Admin),
    ("POST", "/api/members/transfer-ownership", Owner),
    ("POST", "/api/members/leave", Account),
    ("POST", "/api/members/load-invitation", Nothing),
    ("POST", "/api/members/accept-invitation", Nothing),
    ("POST", "/api/members/join", Nothing),
    ("POST", "/api/security/load-security", Admin),
    ("POST", "/api/security/save-policy", Admin),
    ("POST", "/api/security/sign-member-out", Admin),
    ("POST", "/api/security/reset-member", Admin),
    ("POST", "/api/security/remind-member", Admin),
    ("POST", "/api/security/remind-all", Admin),
    ("POST", "/api/keys/load-keys", Member),
    ("POST", "/api/keys/create-key", Member),
    ("POST", "/api/keys/roll-key", Member),
    ("POST", "/api/keys/revoke-key", Member),
    ("POST", "/api/keys/dismiss-key", Member),
    ("POST", "/api/notifications/load-notifications", Member),
    ("POST", "/api/notifications/save-choices", Member),
    ("POST", "/api/notifications/save-defaults", Admin),
    ("POST", "/api/notifications/load-notices", Member),
    ("POST", "/api/notifications/mark-seen", Member),
    ("POST", "/api/notifications/check-unsubscribe", Nothing),
    ("POST", "/api/notifications/unsubscribe", Nothing),
    ("POST", "/api/system/load-system", Staff),
    ("POST", "/api/system/retry-job", Staff),
    ("POST", "/api/system/retry-all", Staff),
    ("POST", "/api/system/drop-job", Staff),
    ("POST", "/api/system/try-mail", Staff),
    ("POST", "/api/system/announce", Staff),
    ("POST", "/api/upstream/try-upstream", Admin),
    ("POST", "/api/upstream/use-upstream", Admin),
    ("POST", "/api/upstream/discard-trial", Admin),
    ("POST", "/api/upstream/test-upstream", Admin),
    ("POST", "/api/upstream/finish-swap", Admin),
    ("POST", "/api/upstream/remove-upstream", Admin),
    ("POST", "/api/deletion/load-delete", Owner),
    ("POST", "/api/deletion/delete-organisation", Owner),
    ("POST", "/api/deletion/load-leaving", Account),
    ("POST", "/api/deletion/restore-organisation", Owner),
    ("POST", "/api/deletion/load-link", Nothing),
    ("POST", "/api/deletion/load-account-deletion", Account),
    ("POST", "/api/deletion/delete-account", Account),
    ("POST", "/api/support/restore-organisation", Staff),
    ("POST", "/api/audit/load-audit", Admin),
    ("POST", "/api/audit/revert", Admin),
    ("POST", "/api/audit/load-last-change", Member),
    ("POST", "/api/support/load-desk", Staff),
    ("POST", "/api/support/enter", Staff),
    ("POST", "/api/support/agree-slots", Staff),
    ("POST", "/api/support/add-credit", Staff),
    ("POST", "/api/support/issue-credit-note", Staff),
    ("POST", "/api/support/leave", Staff),
    ("POST", "/api/support/load-record", Admin),
    ("POST", "/api/support/end-session", Admin),
    ("POST", "/api/support/watch", Account),
    ("POST", "/api/support/hide-me", Account),
    ("POST", "/api/general/load-general", Member),
    ("POST", "/api/general/load-profile", Member),
    ("POST", "/api/general/list-zones", Member),
    ("POST", "/api/general/preview-zone", Member),
    ("POST", "/api/general/save-profile", Admin),
    ("POST", "/api/general/save-photo", Admin),
    ("POST", "/api/general/remove-photo", Admin),
    ("POST", "/api/branding/load-branding", Admin),
    ("POST", "/api/branding/save-logo", Admin),
    ("POST", "/api/branding/save-plate", Admin),
    ("POST", "/api/branding/remove-logo", Admin),
    ("POST", "/api/hours/load-hours", Member),
    ("POST", "/api/hours/save-hours", Admin),
    ("POST", "/api/hours/add-holidays", Admin),
    ("POST", "/api/hours/explain-at", Member),
    ("POST", "/api/dashboard/load-today", Member),
    ("POST", "/api/dashboard/watch-today", Member),
    ("POST", "/api/reports/load-days", Member),
    ("POST", "/api/calls/load-calls", Member),
    ("POST", "/api/calls/load-call", Member),
    ("POST", "/api/calls/delete-recording", Admin),
    ("POST", "/api/calls/delete-transcript", Admin),
    ("POST", "/api/data/load-retention", Admin),
    ("POST", "/api/data/load-export", Owner),
    ("POST", "/api/data/watch-export", Owner),
    ("POST", "/api/data/start-export", Owner),
    ("POST", "/api/data/cancel-export", Owner),
    ("POST", "/api/help/load-help", Member),
    ("POST", "/api/campaigns/load-campaigns", Member),
    ("POST", "/api/campaigns/load-campaign", Member),
    ("POST", "/api/campaigns/watch-campaign", Member),
    ("POST", "/api/campaigns/load-choices", Admin),
    ("POST", "/api/campaigns/plan-campaign", Admin),
    ("POST", "/api/campaigns/pause", Admin),
    ("POST", "/api/campaigns/resume", Admin),
    ("POST", "/api/campaigns/stop", Admin),
    ("POST", "/api/agents/load-agents", Member),
    ("POST", "/api/agents/load-agent", Member),
    ("POST", "/api/agents/create-agent", Admin),
    ("POST", "/api/agents/update-agent", Admin),
    ("POST", "/api/agents/delete-agent", Admin),
    ("POST", "/api/customers/load-customers", Member),
    ("POST", "/api/customers/load-customer", Member),
    ("POST", "/api/customers/load-on-lists", Member),
    ("POST", "/api/customers/find-customer", Member),
    ("POST", "/api/customers/create-customer", Member),
    ("POST", "/api/customers/update-customer", Member),
    ("POST", "/api/customers/delete-customer", Admin),
    ("POST", "/api/customers/create-list", Member),
    ("POST", "/api/customers/rename-list", Member),
    ("POST", "/api/customers/delete-list", Admin),
    ("POST", "/api/customers/add-to-list", Member),
    ("POST", "/api/customers/remove-from-list", Member),
    ("POST", "/api/customers/upload-table", Admin),
    ("POST", "/api/customers/load-import", Admin),
    ("POST", "/api/customers/choose-import", Admin),
    ("POST", "/api/customers/run-import", Admin),
    ("POST", "/api/knowledge/load-knowledge", Member),
    ("POST", "/api/knowledge/create-category", Admin),
    ("POST", "/api/knowledge/update-category", Admin),
    ("POST", "/api/knowledge/place-category", Admin),
    ("POST", "/api/knowledge/merge-categories", Admin),
    ("POST", "/api/knowledge/delete-category", Admin),
    ("POST", "/api/knowledge/restore-category", Admin),
    ("POST", "/api/knowledge/change-files", Admin),
    ("POST", "/api/knowledge/upload-files", Admin),
    ("POST", "/api/billing/load-billing", Admin),
    ("POST", "/api/billing/load-identity", Admin),
    ("POST", "/api/billing/load-province", Admin),
    ("POST", "/api/billing/save-identity", Admin),
    ("POST", "/api/billing/reveal-national-number", Admin),
    ("POST", "/api/billing/load-revealed", Admin),
    ("POST", "/api/billing/load-plan", Admin),
    ("POST", "/api/billing/change-plan", Owner),
    ("POST", "/api/billing/load-slots", Admin),
    ("POST", "/api/billing/watch-slots", Admin),
    ("POST", "/api/billing/reserve-slots", Admin),
    ("POST", "/api/invoices/load-invoices", Admin),
    ("POST", "/api/invoices/load-invoice", Admin),
    ("POST", "/api/invoices/mail-invoice", Admin),
    ("POST", "/api/invoices/load-credit", Admin),
    ("POST", "/api/invoices/save-threshold", Admin),
    ("POST", "/api/shell/load-viewer", Account),
    ("POST", "/api/shell/choose-language", Nothing),
    ("POST", "/api/shell/choose-theme", Nothing),
    ("POST", "/api/shell/switch-organisation", Account),
    ("POST", "/api/shell/sign-out", Account),
];

/// Routes that take an id: their address or body with the ids of somebody else.
pub const WITH_IDS: &[(&str, &str, &str)] = &[
    ("GET", "/files/photo/{name}/{size}", "{photo}"),
    ("GET", "/files/recording/{id}", "{call}"),
    ("GET", "/files/invoice/{id}", "{invoice}"),
    ("GET", "/files/invoice-logo/{id}", "{invoice}"),
    ("POST", "/api/invoices/load-invoice", "form[number]={invoice}"),
    ("POST", "/api/invoices/mail-invoice", "form[number]={invoice}"),
    ("POST", "/api/shell/switch-organisation", "form[organisation]={organisation}"),
    ("POST", "/api/account/end-session", "form[session]={session}"),
    ("POST", "/api/account/rename-passkey", "form[passkey]={passkey}&form[name]=Mine"),
    ("POST", "/api/account/remove-passkey", "form[passkey]={passkey}"),
    ("POST", "/api/members/resend-invitation", "form[invitation]={invitation}"),
    ("POST", "/api/members/revoke-invitation", "form[invitation]={invitation}"),
    ("POST", "/api/members/change-role", "form[person]={person}&form[role]=member"),
    ("POST", "/api/members/remove-member", "form[person]={person}"),
    ("POST", "/api/members/transfer-ownership", "form[person]={person}"),
    ("POST", "/api/security/sign-member-out", "form[person]={person}"),
    ("POST", "/api/security/reset-member", "form[person]={person}"),
    ("POST", "/api/security/remind-member", "form[person]={person}"),
    ("POST", "/api/keys/roll-key", "form[key]={key}&form[overlap]=none"),
    ("POST", "/api/keys/revoke-key", "form[key]={key}"),
    ("POST", "/api/campaigns/load-campaign", "form[campaign]={campaign}"),
    ("POST", "/api/campaigns/watch-campaign", "form[campaign]={campaign}"),
    ("POST", "/api/campaigns/pause", "form[campaign]={campaign}"),
    ("POST", "/api/campaigns/resume", "form[campaign]={campaign}"),
    ("POST", "/api/campaigns/stop", "form[campaign]={campaign}"),
    ("POST", "/api/audit/load-audit", "form[person]={person}"),
    ("POST", "/api/audit/revert", "form[entry]={entry}"),
    ("POST", "/api/support/end-session", "form[session]={support}"),
    ("POST", "/api/agents/load-agent", "form[agent]={agent}"),
    (
        "POST",
        "/api/agents/update-agent",
        "form[agent]={agent}&form[name]=A&form[language]=tr&form[greeting]=A",
    ),
    ("POST", "/api/agents/delete-agent", "form[agent]={agent}"),
    ("POST", "/api/customers/load-customer", "form[customer]={customer}"),
    ("POST", "/api/customers/load-on-lists", "form[customer]={customer}"),
    (
        "POST",
        "/api/customers/update-customer",
        "form[customer]={customer}&form[name]=A&form[phone]=05321234567",
    ),
    ("POST", "/api/customers/delete-customer", "form[customer]={customer}&form[calls]=remove"),
    ("GET", "/files/customer/{id}", "{customer}"),
    ("GET", "/files/export/{id}", "{export}"),
    ("POST", "/api/data/cancel-export", "form[export]={export}"),
    ("POST", "/api/calls/delete-recording", "form[call]={call}"),
    ("POST", "/api/calls/delete-transcript", "form[call]={call}"),
    ("POST", "/api/customers/rename-list", "form[list]={list}&form[name]=A"),
    ("POST", "/api/customers/delete-list", "form[list]={list}"),
    ("POST", "/api/customers/add-to-list", "form[customer]={customer}&form[list]={list}"),
    ("POST", "/api/customers/remove-from-list", "form[customer]={customer}&form[list]={list}"),
    ("POST", "/api/customers/load-import", "form[import]={import}"),
    (
        "POST",
        "/api/customers/choose-import",
        "form[import]={import}&form[name]=0&form[phone]=1&form[known]=keep",
    ),
    ("POST", "/api/customers/run-import", "form[import]={import}"),
    ("GET", "/files/knowledge/{id}", "{file}"),
    ("POST", "/api/knowledge/create-category", "form[name]=A&form[parent]={category}"),
    ("POST", "/api/knowledge/update-category", "form[category]={category}&form[name]=A"),
    ("POST", "/api/knowledge/place-category", "form[category]={category}&form[step]=up"),
    ("POST", "/api/knowledge/merge-categories", "form[category]={category}&form[into]={below}"),
    ("POST", "/api/knowledge/delete-category", "form[category]={category}"),
    ("POST", "/api/knowledge/restore-category", "form[category]={deleted}"),
    ("POST", "/api/knowledge/change-files", "form[files][0]={file}&form[act]=delete"),
];

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let mut routes: BTreeSet<(String, String)> =
        other_routes().into_iter().map(|(method, path, _)| (method.to_string(), path.into())).collect();
    routes.extend(page_routes().iter().map(|page| ("GET".into(), page.path().to_owned())));
    routes.extend(
        leptos::server_fn::axum::server_fn_paths()
            .map(|(path, method)| (method.to_string(), path.to_owned())),
    );
    let rows: BTreeSet<(String, String)> =
        MATRIX.iter().map(|(method, path, _)| ((*method).into(), (*path).into())).collect();
    let missing: Vec<_> = routes.difference(&rows).collect();
    let dead: Vec<_> = rows.difference(&routes).collect();
    assert!(
        missing.is_empty() && dead.is_empty(),
        "routes without a row: {missing:#?}\nrows without a route: {dead:#?}"
    );
}

/// Whether the guard let the request through: whatever comes after it (a missing field, an unknown
/// photo) is not the guard's answer.
async fn is_let_in(browser: &mut Browser<'_>, method: &str, route: &str) -> bool {
    let path = route
        .replace("{name}", "none")
        .replace("{size}", "128")
        .replace("{width}", "480")
        .replace("{id}", "none")
        .replace("{token}", "none");
    let mut request = browser.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    if method == "POST" {
        request = request
            .header("sec-fetch-site", "same-origin")
            .header("accept", "application/json")
            .header("content-type", content_type(route));
    }
    let answer = browser.send(request.body(Body::from(sample(route))).unwrap()).await;
    let to_login = answer.status.is_redirection() && answer.location().starts_with("/login?next=");
    // The page of the second step is open to everybody; without a challenge it says so, as its functions do.
    let is_open = route == "/login/code" && answer.body.contains("<main");
    let is_of_staff = MATRIX.contains(&(method, route, Staff));
    if is_of_staff && answer.status == StatusCode::NOT_FOUND {
        return false;
    }
    is_open || !to_login && !matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

pub fn content_type(route: &str) -> &'static str {
    if ["save-photo", "save-logo", "upload-table", "upload-files"].iter().any(|end| route.ends_with(end)) {
        "multipart/form-data; boundary=b"
    } else {
        "application/x-www-form-urlencoded"
    }
}

/// A body that decodes, so that the guard inside the function is reached.
pub fn sample(route: &str) -> String {
    SAMPLES.iter().find(|(of, _)| *of == route).map(|(_, body)| (*body).to_owned()).unwrap_or_default()
}

const SAMPLES: &[(&str, &str)] = &[
    ("/api/entrance/sign-in-with-code", "form[code]=x"),
    ("/api/entrance/ask-passkey", "form[second]=true"),
    ("/api/entrance/sign-in-with-passkey", "form[ceremony]=x&form[credential]=x"),
    ("/api/entrance/finish-with-passkey", "form[ceremony]=x&form[credential]=x"),
    ("/api/account/prove-password", "form[password]="),
    ("/api/account/change-password", "form[current]=&form[password]=&form[password_again]="),
    ("/api/account/change-email", "form[email]="),
    ("/api/account/start-app", "form[confirmed]=false"),
    ("/api/account/confirm-app", "form[code]="),
    ("/api/account/disable-app", "form[password]=&form[code]="),
    ("/api/account/save-codes", "form[next]=/"),
    ("/api/account/regenerate-codes", "form[code]="),
    ("/api/account/regenerate-codes-with-passkey", "form[ceremony]=x&form[credential]=x"),
    ("/api/account/ask-to-add-passkey", "form[name]="),
    ("/api/account/add-passkey", "form[ceremony]=x&form[credential]=x"),
    ("/api/account/rename-passkey", "form[passkey]=x&form[name]=x"),
    ("/api/account/remove-passkey", "form[passkey]=x"),
    ("/api/account/end-session", "form[session]=x"),
    ("/api/account/end-other-sessions", "form[confirmed]=false"),
    ("/api/campaigns/load-campaign", "form[campaign]=x"),
    ("/api/campaigns/watch-campaign", "form[campaign]=x"),
    (
        "/api/campaigns/plan-campaign",
        "form[name]=x&form[agent]=x&form[list]=x&form[attempts]=1&form[retry_minutes]=15",
    ),
    ("/api/campaigns/pause", "form[campaign]=x"),
    ("/api/campaigns/resume", "form[campaign]=x"),
    ("/api/campaigns/stop", "form[campaign]=x"),
    ("/api/general/preview-zone", "form[time_zone]=x"),
    ("/api/members/invite", "form[emails]=x&form[role]=member"),
    ("/api/members/resend-invitation", "form[invitation]=x"),
    ("/api/members/revoke-invitation", "form[invitation]=x"),
    ("/api/members/change-role", "form[person]=x&form[role]=member"),
    ("/api/members/remove-member", "form[person]=x"),
    ("/api/members/transfer-ownership", "form[person]=x"),
    ("/api/members/leave", "form[confirmed]=false"),
    ("/api/members/load-invitation", "form[token]=x"),
    ("/api/members/accept-invitation", "form[token]=x"),
    ("/api/members/join", "form[token]=x&form[name]=x&form[password]=x"),
    ("/api/security/save-policy", "form[idle_limit]=x&form[version]=1"),
    ("/api/security/sign-member-out", "form[person]=x"),
    ("/api/security/reset-member", "form[person]=x"),
    ("/api/security/remind-member", "form[person]=x"),
    ("/api/security/remind-all", "form[confirmed]=false"),
    (
        "/api/general/save-profile",
        "form[version]=1&form[name]=A&form[email]=a@b.co&form[phone]=&form[website]=&form[address]=\
         &form[language]=tr&form[time_zone]=Europe/Istanbul&form[support_access]=deny",
    ),
    (
        "/api/general/save-photo",
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nnothing\r\n--b--\r\n",
    ),
    ("/api/general/remove-photo", "form[confirmed]=true"),
    (
        "/api/branding/save-logo",
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nnothing\r\n--b--\r\n",
    ),
    ("/api/branding/save-plate", "form[version]=0&form[plate]=white"),
    ("/api/branding/remove-logo", "form[confirmed]=true"),
    ("/api/hours/save-hours", "form[version]=0"),
    ("/api/hours/add-holidays", "form[dates][0]=2027-01-01"),
    ("/api/hours/explain-at", "form[at]=2026-11-23T12:00"),
    ("/api/keys/create-key", "form[name]=&form[kind]=personal&form[lifetime]=90"),
    ("/api/keys/roll-key", "form[key]=x&form[overlap]=day"),
    ("/api/keys/revoke-key", "form[key]=x"),
    ("/api/keys/dismiss-key", "form[confirmed]=false"),
    ("/api/notifications/save-choices", "form[invoice]=off"),
    ("/api/notifications/save-defaults", "form[invoice]=off"),
    ("/api/notifications/mark-seen", "form[last]=x"),
    ("/api/notifications/check-unsubscribe", "form[token]=x"),
    ("/api/notifications/unsubscribe", "form[token]=x"),
    // No id at all: one of nothing would be answered as to whom the route is closed.
    ("/api/system/retry-job", "form[job]="),
    ("/api/system/retry-all", "form[confirmed]=false"),
    ("/api/system/drop-job", "form[job]="),
    ("/api/system/try-mail", "form[email]="),
    ("/api/system/announce", "form[title_tr]=&form[title_en]=&form[text_tr]=&form[text_en]="),
    ("/api/upstream/try-upstream", "form[address]=&form[secret]="),
    ("/api/upstream/use-upstream", "form[fallback]=day"),
    ("/api/upstream/discard-trial", "form[confirmed]=false"),
    ("/api/upstream/test-upstream", "form[confirmed]=false"),
    ("/api/upstream/finish-swap", "form[confirmed]=false"),
    ("/api/upstream/remove-upstream", "form[confirmed]=false"),
    ("/api/deletion/delete-organisation", "form[word]=&form[password]="),
    ("/api/deletion/restore-organisation", "form[confirmed]=false"),
    ("/api/deletion/load-link", "form[organisation]=x"),
    ("/api/deletion/delete-account", "form[password]="),
    (
        "/api/support/restore-organisation",
        "form[organisation]=019ab000-0000-7000-8000-000000000000&form[reason]=",
    ),
    ("/api/audit/revert", "form[entry]=x"),
    ("/api/calls/load-call", "form[call]=x"),
    ("/api/calls/delete-recording", "form[call]=x"),
    ("/api/calls/delete-transcript", "form[call]=x"),
    ("/api/data/start-export", "form[confirmed]=false"),
    ("/api/data/cancel-export", "form[export]=x"),
    ("/api/agents/load-agent", "form[agent]=x"),
    ("/api/agents/create-agent", "form[name]="),
    ("/api/agents/update-agent", "form[agent]=x"),
    ("/api/agents/delete-agent", "form[agent]=x"),
    ("/api/customers/load-customer", "form[customer]=x"),
    ("/api/customers/load-on-lists", "form[customer]=x"),
    ("/api/customers/find-customer", "form[phone]=x"),
    ("/api/customers/create-customer", "form[name]="),
    ("/api/customers/update-customer", "form[customer]=x"),
    ("/api/customers/delete-customer", "form[customer]=x"),
    ("/api/customers/create-list", "form[name]="),
    ("/api/customers/rename-list", "form[list]=x"),
    ("/api/customers/delete-list", "form[list]=x"),
    ("/api/customers/add-to-list", "form[customer]=x&form[list]=x"),
    ("/api/customers/remove-from-list", "form[customer]=x&form[list]=x"),
    (
        "/api/customers/upload-table",
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nnothing\r\n--b--\r\n",
    ),
    ("/api/customers/load-import", "form[import]=x"),
    ("/api/customers/choose-import", "form[import]=x"),
    ("/api/customers/run-import", "form[import]=x"),
    ("/api/knowledge/create-category", "form[name]="),
    ("/api/knowledge/update-category", "form[category]=x&form[name]=A"),
    ("/api/knowledge/place-category", "form[category]=x"),
    ("/api/knowledge/merge-categories", "form[category]=x&form[into]=x"),
    ("/api/knowledge/delete-category", "form[category]=x"),
    ("/api/knowledge/restore-category", "form[category]=x"),
    ("/api/knowledge/change-files", "form[act]=move"),
    (
        "/api/knowledge/upload-files",
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.exe\"\r\n\r\nnothing\r\n--b--\r\n",
    ),
    ("/api/billing/load-billing", "form[province]=34"),
    ("/api/billing/load-province", "form[province]=34"),
    ("/api/billing/change-plan", "form[plan]="),
    ("/api/billing/reserve-slots", "form[reserved]="),
    (
        "/api/billing/save-identity",
        "form[version]=0&form[taxpayer]=company&form[legal_title]=A&form[tax_number]=&form[national_number]=\
         &form[office_province]=&form[tax_office]=&form[tax_office_name]=&form[province]=&form[district]=\
         &form[address]=&form[postcode]=",
    ),
    ("/api/billing/reveal-national-number", "form[confirmed]=true"),
    ("/api/audit/load-last-change", "form[room]=general"),
    (
        "/api/support/enter",
        "form[organisation]=019ab000-0000-7000-8000-000000000000&form[reason]=x&form[mode]=read",
    ),
    ("/api/support/agree-slots", "form[organisation]=019ab000-0000-7000-8000-000000000000&form[slots]=x"),
    (
        "/api/support/add-credit",
        "form[organisation]=019ab000-0000-7000-8000-000000000000&form[amount]=&form[reason]=",
    ),
    (
        "/api/support/issue-credit-note",
        "form[organisation]=019ab000-0000-7000-8000-000000000000&form[number]=&form[reason]=",
    ),
    ("/api/invoices/load-invoice", "form[number]=x"),
    ("/api/invoices/mail-invoice", "form[number]=x"),
    ("/api/invoices/save-threshold", "form[threshold]=x"),
    ("/api/support/leave", "form[confirmed]=false"),
    ("/api/support/end-session", "form[session]=x"),
    ("/api/support/hide-me", "form[hidden]=false"),
    ("/api/shell/choose-language", "form[language]=tr"),
    ("/api/shell/choose-theme", "form[theme]=dark"),
    ("/api/shell/switch-organisation", "form[organisation]=019ab000-0000-7000-8000-000000000000"),
    ("/api/shell/sign-out", "form[confirmed]=false"),
];

#[tokio::test]
async fn the_matrix_holds_for_everybody() {
    let world = World::new().await;
    let (owner_browser, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let cookies = owner_browser.cookies.clone();
    let (mut other, _) = world.owner("half@ornek.com", "Ay").await;
    world.set_up_app(&mut other).await;
    let newcomer = world.newcomer("newcomer@ayar.example").await.cookies;
    let staff = world.staff("deniz@ayar.example").await.cookies;
    for (method, route, needs) in MATRIX {
        let asked = format!("{method} {route}");
        let mut stranger = world.browser();
        assert_eq!(is_let_in(&mut stranger, method, route).await, *needs == Nothing, "stranger, {asked}");

        let mut half = world.browser();
        let fields = [("form[email]", "half@ornek.com"), ("form[password]", PASSWORD)];
        half.call("entrance/sign-in", &fields).await;
        half.cookies.retain(|name, _| name == CHALLENGE);
        assert_eq!(half.cookies.len(), 1, "a challenge and nothing else");
        assert_eq!(is_let_in(&mut half, method, route).await, *needs <= Challenge, "half signed in, {asked}");
        forgive(&world).await;

        world.set_role(owner, Role::Owner).await;
        world.require_two_factor(owner.organisation, true).await;
        let mut owing = world.browser();
        owing.cookies = cookies.clone();
        let open = matches!(needs, Nothing | Account);
        assert_eq!(is_let_in(&mut owing, method, route).await, open, "owes a second factor, {asked}");
        world.require_two_factor(owner.organisation, false).await;

        for (cookies, most) in [(&newcomer, None), (&staff, Some(Staff))] {
            let mut browser = world.browser();
            browser.cookies = cookies.clone();
            let open = matches!(needs, Nothing | Account) || Some(*needs) == most;
            assert_eq!(is_let_in(&mut browser, method, route).await, open, "staff {most:?}, {asked}");
        }

        for role in Role::ALL {
            world.set_role(owner, role).await;
            let mut browser = world.browser();
            browser.cookies = cookies.clone();
            let most = match role {
                Role::Member => Member,
                Role::Admin => Admin,
                Role::Owner => Owner,
            };
            let allowed = *needs != Challenge && *needs <= most;
            assert_eq!(is_let_in(&mut browser, method, route).await, allowed, "{role:?}, {asked}");
        }
    }
}

/// The matrix signs in more often than the guess budget of one account likes.
async fn forgive(world: &World) {
    let write = world.context.database.write(|on| {
        Box::pin(async move {
            entity::guess::Entity::delete_many().exec(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}

#[tokio::test]
async fn whoever_owes_a_second_factor_reads_so_on_every_door() {
    let world = World::new().await;
    let (mut owner, actor) = world.owner("owner@ornek.com", "Yıldız").await;
    world.require_two_factor(actor.organisation, true).await;
    let called = owner.call("general/load-general", &[]).await;
    assert_eq!(called.status, StatusCode::FORBIDDEN);
    called.assert_shows(Code::TwoFactorRequired.as_str());
    let page = owner.get("/settings/hours?at=1").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.assert_shows("Etkinleştir").assert_shows("/account/security/app?next=");
    let photo = owner.get("/files/photo/none/128").await;
    photo.assert_shows(Code::TwoFactorRequired.as_str());
    assert_eq!(owner.get("/account/security/app").await.status, StatusCode::OK);
}

/// Something in each room of an organisation.
pub struct Belongings {
    /// Under the names that [`WITH_IDS`] gives them.
    pub ids: Vec<(&'static str, String)>,
    passkey: uuid::Uuid,
    key: services::keys::Made,
}

/// Gives somebody's organisation, and them, something of everything.
pub async fn belongings(world: &World, actor: Actor) -> Belongings {
    let (photo, passkey) = (world.give_photo(actor).await, world.context.id());
    let call = world.give_recording(actor, b"ID3 sound").await;
    let row = passkey::ActiveModel {
        id: Set(passkey),
        person_id: Set(actor.person.0),
        credential_id: Set(vec![1]),
        credential: Set("{}".into()),
        name: Set("Laptop".into()),
        created_at: Set(world.context.now()),
        used_at: Set(None),
    };
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            passkey::Entity::insert(row).exec_without_returning(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
    let form = InviteForm { emails: "seda@ornek.com".into(), role: "member".into() };
    let by = actor.admin().unwrap();
    services::members::invite(&world.context, by, form).await.unwrap();
    let invited = services::members::load_members(&world.context, by).await.unwrap().invitations.remove(0);
    let trail = services::audit::load_trail(&world.context, by, &TrailForm::default()).await.unwrap();
    let key = world.give_key(actor, "organisation").await;
    world.consent(actor, "allow").await;
    let mut deniz = world.staff("deniz@ayar.example").await;
    let fields = [
        ("form[organisation]", actor.organisation.to_string()),
        ("form[reason]", "Saatler neden kapalı?".into()),
        ("form[mode]", "read".into()),
    ];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(deniz.call("support/enter", &fields).await.status, StatusCode::OK);
    let inside = services::support::load_live(&world.context, actor).await.unwrap().remove(0);
    let people = world.people_of(actor).await;
    let campaign = world.give_campaign(actor, &people).await;
    let knowledge = world.give_knowledge(actor).await;
    let asker = Recent::check(actor.owner().unwrap(), world.context.now()).unwrap();
    let export = services::export::start(&world.context, asker).await.unwrap();
    let ids = vec![
        ("{category}", knowledge.category),
        ("{below}", knowledge.below),
        ("{deleted}", knowledge.deleted),
        ("{file}", knowledge.file),
        ("{agent}", people.agent),
        ("{customer}", people.customer),
        ("{list}", people.list),
        ("{import}", people.import),
        ("{entry}", trail.lines[0].row.id.to_string()),
        ("{support}", inside.id.to_string()),
        ("{key}", key.id.to_string()),
        ("{campaign}", campaign.id.to_string()),
        ("{export}", export.id.to_string()),
        ("{invoice}", world.give_invoice(actor).await),
        ("{call}", call.to_string()),
        ("{invitation}", invited.id.to_string()),
        ("{photo}", photo),
        ("{organisation}", actor.organisation.to_string()),
        ("{session}", actor.session.to_string()),
        ("{passkey}", passkey.to_string()),
        ("{person}", actor.person.to_string()),
    ];
    Belongings { ids, passkey, key }
}

#[tokio::test]
async fn ids_of_another_organisation_answer_404_like_ones_that_do_not_exist() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let (_, mehmet) = world.owner("mehmet@ornek.com", "Ay").await;
    let Belongings { ids: real, passkey, key } = belongings(&world, mehmet).await;
    let nobody = uuid::Uuid::nil().to_string();
    for (method, route, template) in WITH_IDS {
        assert!(MATRIX.iter().any(|(m, r, _)| (m, r) == (method, route)), "{route}");
        for made_up in [None, Some(nobody.as_str()), Some("nonsense")] {
            let filled = real
                .iter()
                .fold((*template).to_owned(), |text, (name, id)| text.replace(name, made_up.unwrap_or(id)));
            let answer = match *method {
                "GET" => {
                    let path = route.replace("{name}", &filled).replace("{id}", &filled);
                    ayse.get(&path.replace("{size}", "128")).await
                }
                _ => {
                    let fields: Vec<(&str, &str)> =
                        filled.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
                    ayse.call(route.trim_start_matches("/api/"), &fields).await
                }
            };
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{route} {filled}");
        }
    }
    let kept = passkey::Entity::find_by_id(passkey).one(world.context.database.read()).await.unwrap();
    assert_eq!(kept.unwrap().name, "Laptop");
    assert!(services::account::list_sessions(&world.context, mehmet.account()).await.unwrap().len() == 1);
    assert_eq!(services::support::load_live(&world.context, mehmet).await.unwrap().len(), 1);
    assert!(services::keys::authenticate(&world.context, &key.token).await.is_ok());
}
