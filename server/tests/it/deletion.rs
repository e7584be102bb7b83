//! An organisation that is to be deleted over HTTP: closed on every door, to everybody, but for its owners' way back.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{Actor, Code, Role, deletion::Stage};
use serde_json::Value;
use server::v1;

use crate::{
    api,
    permissions::{MATRIX, Needs, content_type, sample},
    world::{Answer, Browser, PASSWORD, World},
};

const EMAIL: &str = "ayse@ornek.com";
/// What owners may do meanwhile.
const OPEN_TO_OWNERS: &[(&str, StatusCode)] = &[
    ("/api/deletion/restore-organisation", StatusCode::OK),
    ("/api/data/load-export", StatusCode::OK),
    ("/api/data/watch-export", StatusCode::OK),
    ("/api/data/start-export", StatusCode::BAD_REQUEST),
    ("/api/data/cancel-export", StatusCode::NOT_FOUND),
    ("/files/export/{id}", StatusCode::NOT_FOUND),
];

async fn ask(browser: &mut Browser<'_>, method: &str, route: &str) -> Answer {
    let path = route
        .replace("{name}", "none")
        .replace("{size}", "128")
        .replace("{id}", "none")
        .replace("{token}", "none");
    let mut request = browser.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    if method == "POST" {
        request = request
            .header("sec-fetch-site", "same-origin")
            .header("accept", "application/json")
            .header("content-type", content_type(route));
    }
    browser.send(request.body(Body::from(sample(route))).unwrap()).await
}

fn typed<'a>(word: &'a str, password: &'a str) -> [(&'a str, &'a str); 2] {
    [("form[word]", word), ("form[password]", password)]
}

/// Deletes it by the page, without JavaScript.
async fn delete(browser: &mut Browser<'_>) {
    let posted = browser
        .post("/settings/data/delete?do=deletion/delete-organisation", &typed("DELETE", PASSWORD))
        .await;
    assert_eq!((posted.status, posted.location()), (StatusCode::SEE_OTHER, "/settings/data/delete"));
}

#[tokio::test]
async fn every_door_is_closed_to_everybody_in_it() {
    let world = World::new().await;
    let (mut browser, owner) = world.owner(EMAIL, "Yıldız").await;
    let key = world.give_key(owner, "organisation").await;
    delete(&mut browser).await;
    let mut asked = 0;
    for role in Role::ALL {
        world.set_role(owner, role).await;
        for (method, route, needs) in MATRIX {
            if !matches!(needs, Needs::Member | Needs::Admin | Needs::Owner) {
                continue;
            }
            asked += 1;
            let answer = ask(&mut browser, method, route).await;
            let open = OPEN_TO_OWNERS.iter().find(|(open, _)| role == Role::Owner && open == route);
            if let Some((_, status)) = open {
                assert_eq!(answer.status, *status, "{route}");
                continue;
            }
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?} {method} {route}");
            match *method {
                // In the place of the page stands why, and nothing of it.
                "GET" if !route.starts_with("/files/") => {
                    answer.assert_shows("Yıldız silinecek").assert_shows("Çıkış yap");
                    let restores = answer.body.contains("deletion/restore-organisation");
                    assert_eq!(restores, role == Role::Owner, "{role:?} {route}");
                }
                _ => _ = answer.assert_shows(Code::OrganisationDeleting.as_str()),
            }
        }
    }
    assert!(asked > 300, "{asked}");
    for (method, path, _) in api::MATRIX {
        let path = format!("{}{}", v1::ROOT, path.replace("{id}", &world.context.id().to_string()));
        let body = match api::sample(path.trim_start_matches(v1::ROOT)) {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let mut program = world.browser();
        let request = program
            .request(Method::from_bytes(method.as_bytes()).unwrap(), &path)
            .header("authorization", format!("Bearer {}", key.token.reveal()))
            .header("content-type", "application/json")
            .header("if-match", "*");
        let said = program.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(said.status, StatusCode::FORBIDDEN, "{method} {path}: {}", said.body);
        said.assert_shows(Code::OrganisationDeleting.as_str());
    }
    // What is the person's own stays open.
    assert_eq!(browser.get("/account/security").await.status, StatusCode::OK);
    assert_eq!(browser.get("/account/sessions").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_owner_deletes_it_and_gives_it_back_without_javascript() {
    let world = World::new().await;
    let (mut browser, owner) = world.owner(EMAIL, "Yıldız").await;
    let page = browser.get("/settings/data/delete").await;
    page.assert_shows("Yıldız silinsin mi?").assert_shows("7 gün boyunca hiçbir şey kaybolmaz");
    page.assert_shows("Faturalar ve iade faturaları")
        .assert_shows("İstanbul")
        .assert_hides("geri alınamaz işlem");
    let refused = browser
        .post("/settings/data/delete?do=deletion/delete-organisation", &typed("delete", PASSWORD))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("value=\"delete\"").assert_hides(PASSWORD).assert_shows("aynen, büyük harflerle");
    delete(&mut browser).await;
    let notice = browser.get("/settings/general").await;
    assert_eq!(notice.status, StatusCode::FORBIDDEN);
    notice.assert_shows("Yıldız silinecek").assert_shows("7 gün kaldı").assert_shows("30.11.2026 12:00");

    // The link of the mail, for somebody who is not signed in.
    let restore = format!("/restore?organisation={}", owner.organisation);
    world.browser().get(&restore).await.assert_shows("/login?next=%2Frestore%3Forganisation%3D");
    browser.get(&restore).await.assert_shows("Şirketin sayfasına git");
    world.browser().get("/restore?organisation=x").await.assert_shows("Bu şirket artık yok");

    world.context.clock.advance(chrono::TimeDelta::minutes(11));
    let old = browser
        .post("/settings/general?do=deletion/restore-organisation", &[("form[confirmed]", "true")])
        .await;
    assert_eq!(old.status, StatusCode::FORBIDDEN);
    old.assert_shows("/account/confirm?next=");
    browser.call("account/prove-password", &[("form[password]", PASSWORD)]).await;
    let restored = browser
        .post("/settings/general?do=deletion/restore-organisation", &[("form[confirmed]", "true")])
        .await;
    assert_eq!(restored.status, StatusCode::SEE_OTHER);
    let general = browser.get(restored.location()).await;
    assert_eq!(general.status, StatusCode::OK);
    general.assert_shows("Şirket geri getirildi");
}

#[tokio::test]
async fn a_member_is_told_why_their_session_is_over() {
    let world = World::new().await;
    let (mut browser, owner) = world.owner(EMAIL, "Yıldız").await;
    let (mut mert, person) = world.owner("mert@ornek.com", "Ay").await;
    world.join(person, owner, Role::Member).await;
    delete(&mut browser).await;
    let page = mert.get("/settings/hours").await;
    assert!(page.location().ends_with("&ended=organisation_closed"), "{}", page.location());
    mert.get(page.location()).await.assert_shows("şirketinizin silinmesi istendi");
}

async fn is_gone(world: &World, actor: Actor) -> bool {
    let row = entity::organisation::Entity::by_id(actor.organisation)
        .one(world.context.database.read())
        .await
        .unwrap()
        .unwrap();
    row.stage() == Stage::Gone
}

#[tokio::test]
async fn the_certificate_is_for_whoever_has_its_address() {
    let world = World::new().await;
    let (mut browser, owner) = world.owner(EMAIL, "Yıldız").await;
    delete(&mut browser).await;
    world.context.clock.advance(chrono::TimeDelta::days(7));
    services::deletion::sweep(&world.context).await.unwrap();
    services::jobs::run_due(&world.context, services::jobs::Kind::Deletion).await.unwrap();
    assert!(is_gone(&world, owner).await);
    // Their account went with it.
    let login = browser.get("/settings/general").await;
    assert!(login.location().starts_with("/login"));
    world.context.deliver().await.unwrap();
    let sent = world.context.outbox.mailer().sent();
    let mail = sent.iter().rev().find(|sent| sent.mail.kind.name() == "deletion_done").unwrap();
    assert_eq!(mail.mail.to, EMAIL);
    let link = mail.mail.kind.link().unwrap().to_owned();
    let path = link.split_once("/deletion-certificate/").unwrap().1;
    let file = world.browser().get(&format!("/deletion-certificate/{path}")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"certificate-"));
    file.assert_shows("\"signature\"").assert_shows("\"name\": \"Yıldız\"").assert_shows(EMAIL);
    assert_eq!(world.browser().get("/deletion-certificate/geheim").await.status, StatusCode::NOT_FOUND);
    let restore = format!("/restore?organisation={}", owner.organisation);
    world.browser().get(&restore).await.assert_shows("Bu şirket artık yok");
}

#[tokio::test]
async fn a_person_deletes_their_account_by_the_page() {
    let world = World::new().await;
    let (mut browser, owner) = world.owner(EMAIL, "Yıldız").await;
    browser
        .get("/account/delete")
        .await
        .assert_shows("Tek sahibi sizsiniz: Yıldız")
        .assert_hides("form[password]");
    let refused =
        browser.post("/account/delete?do=deletion/delete-account", &[("form[password]", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let (_, mert) = world.owner("mert@ornek.com", "Ay").await;
    world.enrol(mert.person, owner.organisation, Role::Owner).await;
    let deleted =
        browser.post("/account/delete?do=deletion/delete-account", &[("form[password]", PASSWORD)]).await;
    assert_eq!((deleted.status, deleted.location()), (StatusCode::SEE_OTHER, "/login?deleted=1"));
    browser.get("/login?deleted=1").await.assert_shows("Hesabınız silindi");
    assert!(browser.get("/settings/general").await.location().starts_with("/login"));
}
