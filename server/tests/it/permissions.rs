//! Who may do what: role x route. The routes come from the router's own lists; one that has no
//! row here fails the test, and so does a row without a route.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::Role;
use server::router::{OTHER_ROUTES, page_routes};

use crate::world::{Browser, World};

/// The least one must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    Nothing,
    SignedIn,
    Admin,
}
use Needs::{Admin, Nothing, SignedIn};

/// Method, route, the least one must be.
const MATRIX: &[(&str, &str, Needs)] = &[
    ("GET", "/", Nothing),
    ("GET", "/livez", Nothing),
    ("GET", "/readyz", Nothing),
    ("GET", "/login", Nothing),
    ("GET", "/signup", Nothing),
    ("GET", "/forgot", Nothing),
    ("GET", "/reset", Nothing),
    ("GET", "/verify", Nothing),
    ("GET", "/settings/general", SignedIn),
    ("GET", "/settings/hours", SignedIn),
    ("GET", "/files/photo/{name}/{size}", SignedIn),
    ("POST", "/api/entrance/load-installation", Nothing),
    ("POST", "/api/entrance/sign-up", Nothing),
    ("POST", "/api/entrance/rate-password", Nothing),
    ("POST", "/api/entrance/sign-in", Nothing),
    ("POST", "/api/entrance/resend-verification", Nothing),
    ("POST", "/api/entrance/verify-address", Nothing),
    ("POST", "/api/entrance/request-reset", Nothing),
    ("POST", "/api/entrance/reset-password", Nothing),
    ("POST", "/api/entrance/check-verify-link", Nothing),
    ("POST", "/api/entrance/check-reset-link", Nothing),
    ("POST", "/api/general/load-general", SignedIn),
    ("POST", "/api/general/load-profile", SignedIn),
    ("POST", "/api/general/save-profile", Admin),
    ("POST", "/api/general/save-photo", Admin),
    ("POST", "/api/general/remove-photo", Admin),
    ("POST", "/api/hours/load-hours", SignedIn),
    ("POST", "/api/hours/save-hours", Admin),
    ("POST", "/api/hours/add-holidays", Admin),
    ("POST", "/api/hours/explain-at", SignedIn),
    ("POST", "/api/shell/load-viewer", SignedIn),
    ("POST", "/api/shell/choose-language", Nothing),
    ("POST", "/api/shell/choose-theme", Nothing),
    ("POST", "/api/shell/switch-organisation", SignedIn),
    ("POST", "/api/shell/sign-out", SignedIn),
];

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let mut routes: BTreeSet<(String, String)> =
        OTHER_ROUTES.iter().map(|(method, path)| ((*method).into(), (*path).into())).collect();
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
    let path = route.replace("{name}", "none").replace("{size}", "128");
    let mut request = browser.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    if method == "POST" {
        request = request
            .header("sec-fetch-site", "same-origin")
            .header("accept", "application/json")
            .header("content-type", content_type(route));
    }
    let answer = browser.send(request.body(Body::from(sample(route))).unwrap()).await;
    let to_login = answer.status.is_redirection() && answer.location().starts_with("/login?next=");
    !to_login && !matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

fn content_type(route: &str) -> &'static str {
    if route.ends_with("save-photo") {
        "multipart/form-data; boundary=b"
    } else {
        "application/x-www-form-urlencoded"
    }
}

/// A body that decodes, so that the guard inside the function is reached.
fn sample(route: &str) -> String {
    SAMPLES.iter().find(|(of, _)| *of == route).map(|(_, body)| (*body).to_owned()).unwrap_or_default()
}

const SAMPLES: &[(&str, &str)] = &[
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
    ("/api/hours/save-hours", "form[version]=0"),
    ("/api/hours/add-holidays", "form[dates][0]=2027-01-01"),
    ("/api/hours/explain-at", "form[at]=2026-11-23T12:00"),
    ("/api/shell/choose-language", "form[language]=tr"),
    ("/api/shell/choose-theme", "form[theme]=dark"),
    ("/api/shell/switch-organisation", "form[organisation]=019ab000-0000-7000-8000-000000000000"),
    ("/api/shell/sign-out", "form[confirmed]=false"),
];

#[tokio::test]
async fn the_matrix_holds_for_strangers_members_admins_and_owners() {
    let world = World::new().await;
    let (owner_browser, owner) = world.owner("owner@ornek.com", "Yıldız").await;
    let cookies = owner_browser.cookies.clone();
    for (method, route, needs) in MATRIX {
        let mut stranger = world.browser();
        assert_eq!(
            is_let_in(&mut stranger, method, route).await,
            *needs == Nothing,
            "stranger, {method} {route}"
        );
        for role in Role::ALL {
            world.set_role(owner, role).await;
            let mut browser = world.browser();
            browser.cookies = cookies.clone();
            let allowed = *needs <= if role >= Role::Admin { Admin } else { SignedIn };
            assert_eq!(is_let_in(&mut browser, method, route).await, allowed, "{role:?}, {method} {route}");
        }
    }
}

#[tokio::test]
async fn an_id_of_another_organisation_answers_404_like_one_that_does_not_exist() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let (_, mehmet) = world.owner("mehmet@ornek.com", "Ay").await;
    for id in [mehmet.organisation.to_string(), uuid::Uuid::nil().to_string(), "nonsense".into()] {
        let answer = ayse.call("shell/switch-organisation", &[("form[organisation]", &id)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
    let photo = world.give_photo(mehmet).await;
    assert_eq!(ayse.get(&format!("/files/photo/{photo}/128")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ayse.get("/files/photo/none/128").await.status, StatusCode::NOT_FOUND);
}
