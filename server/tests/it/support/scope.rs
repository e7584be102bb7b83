//! Every route against support: the router's own lists say which there are, `SCOPES` which are open. A route that nobody has
//! decided on is refused, and an entry without a route fails.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{
    Code,
    support::{Mode, SCOPES, Scope, scope_of},
};
use server::router::{other_routes, page_routes};

use super::*;

/// Server functions, by path.
fn functions() -> BTreeSet<&'static str> {
    leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect()
}

fn pages() -> Vec<String> {
    page_routes().iter().map(|page| page.path().to_owned()).collect()
}

async fn call(browser: &mut Browser<'_>, path: &str) -> Answer {
    let request = browser
        .request(Method::POST, path)
        .header("sec-fetch-site", "same-origin")
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded");
    browser.send(request.body(Body::empty()).unwrap()).await
}

#[test]
fn every_entry_of_the_list_has_a_route() {
    let (functions, pages) = (functions(), pages());
    for (path, _) in SCOPES {
        let is_other =
            other_routes().iter().any(|(_, route, _)| route == path || route.starts_with("/files/photo"));
        let exists = functions.contains(path) || pages.iter().any(|page| page == path) || is_other;
        assert!(exists, "{path} is open to support and does not exist");
    }
}

#[tokio::test]
async fn every_server_function_is_refused_to_support_unless_somebody_decided_otherwise() {
    let world = World::new().await;
    for mode in [Mode::Read, Mode::Write] {
        let email = format!("ayse-{}@ornek.com", mode.word());
        let (_, actor) = world.owner(&email, "Yıldız").await;
        world.consent(actor, "allow").await;
        let mut deniz = world.staff(&format!("deniz-{}@ayar.example", mode.word())).await;
        assert_eq!(enter(&mut deniz, actor, mode).await.status, StatusCode::SEE_OTHER);
        for path in functions() {
            // These two end it.
            if path.ends_with("/support/leave") || path.ends_with("/sign-out") {
                continue;
            }
            let answer = call(&mut deniz, path).await;
            let refusal = match (scope_of(path), mode) {
                (None, _) => Some(Code::SupportForbidden),
                (Some(Scope::Change), Mode::Read) => Some(Code::SupportReadOnly),
                _ => None,
            };
            match refusal {
                Some(code) => {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{mode:?} {path}");
                    answer.assert_shows(code.as_str());
                    // The same without JavaScript, whatever page it is posted to.
                    let action = path.trim_start_matches("/api/");
                    let posted = deniz.post(&format!("/settings/hours?do={action}"), &[]).await;
                    assert_eq!(posted.status, StatusCode::FORBIDDEN, "{mode:?} {path}");
                }
                None => assert_ne!(answer.status, StatusCode::FORBIDDEN, "{mode:?} {path}: {}", answer.body),
            }
        }
        let made_up = call(&mut deniz, "/api/keys/reveal").await;
        assert!(made_up.status.is_client_error());
    }
}

#[tokio::test]
async fn private_pages_and_files_are_refused_as_well() {
    let world = World::new().await;
    let (_, actor, mut deniz) = inside(&world, Mode::Write).await;
    let private =
        |path: &str| ["/settings", "/account", "/support"].iter().any(|room| path.starts_with(room));
    for page in pages().into_iter().filter(|page| private(page)) {
        let answer = deniz.get(&page).await;
        let open = scope_of(&page).is_some();
        assert_eq!(answer.status == StatusCode::FORBIDDEN, !open, "{page}");
    }
    for file in ["/files/audit.csv", "/files/audit.jsonl", "/files/backup-codes"] {
        let answer = deniz.get(file).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{file}");
        answer.assert_shows(Code::SupportForbidden.as_str());
    }
    let photo = world.give_photo(actor).await;
    assert_eq!(deniz.get(&format!("/files/photo/{photo}/128")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn support_that_was_let_in_to_write_changes_what_is_open_and_both_names_are_in_the_log() {
    let world = World::new().await;
    let (mut ayse, actor, mut deniz) = inside(&world, Mode::Write).await;
    let form = services::general::load_profile(&world.context, actor.member()).await.unwrap().form;
    let version = form.version.to_string();
    let fields = |name: &'static str, access: &'static str| {
        [
            ("form[name]", name),
            ("form[email]", AYSE),
            ("form[phone]", ""),
            ("form[website]", ""),
            ("form[address]", ""),
            ("form[language]", "tr"),
            ("form[time_zone]", "Europe/Istanbul"),
            ("form[support_access]", access),
            ("form[support_until]", ""),
            ("form[support_mode]", "write"),
        ]
    };
    let post = "/settings/general?do=general/save-profile";
    let mut denied = fields("Yıldız", "deny").to_vec();
    denied.push(("form[version]", &version));
    assert_eq!(deniz.post(post, &denied).await.status, StatusCode::FORBIDDEN);
    let mut renamed = fields("Yıldız Çağrı", "allow").to_vec();
    renamed.push(("form[version]", &version));
    assert_eq!(deniz.post(post, &renamed).await.status, StatusCode::SEE_OTHER);
    ayse.get("/settings/audit").await.assert_shows("Deniz Kara").assert_shows("Ayşe Erdem adına");
    ayse.get("/settings/support").await.assert_shows("Şirket profilini değiştirdi");
}

#[tokio::test]
async fn support_that_reads_is_shown_pages_that_cannot_be_saved() {
    let world = World::new().await;
    let (_, _, mut deniz) = inside(&world, Mode::Read).await;
    let page = deniz.get(GENERAL).await;
    page.assert_shows("<fieldset disabled").assert_hides("Güncelle</span>");
}
