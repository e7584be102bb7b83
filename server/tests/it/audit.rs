//! The audit trail over HTTP: where a change came from, the page without JavaScript, the files.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, StatusCode, header},
};
use domain::{Actor, Role, general::GeneralForm};
use entity::audit;
use services::general;

use crate::world::{Answer, Browser, World};

const AYSE: &str = "ayse@ornek.com";
const PAGE: &str = "/settings/audit";

async fn rename(world: &World, actor: Actor, name: &str) {
    let form = general::load_profile(&world.context, actor.member()).await.unwrap().form;
    let form = GeneralForm { name: name.into(), ..form };
    general::save_profile(&world.context, actor.admin().unwrap(), form).await.unwrap();
}

/// The fields of the profile as a browser posts them, with another name.
fn profile(name: &str) -> String {
    let fields = [
        ("version", "1"),
        ("name", name),
        ("email", AYSE),
        ("phone", ""),
        ("website", ""),
        ("address", ""),
        ("language", "tr"),
        ("time_zone", "Europe/Istanbul"),
        ("support_access", "deny"),
    ];
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for (field, value) in fields {
        body.append_pair(&format!("form[{field}]"), value);
    }
    body.finish()
}

/// Posts a change of the profile from an address; gives the id of the request.
async fn save_from(browser: &mut Browser<'_>, path: &str, peer: &str) -> String {
    let request = browser
        .request(Method::POST, path)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .extension(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)))
        .body(Body::from(profile("Güneş")))
        .unwrap();
    let answer = browser.send(request).await;
    assert!(answer.status.is_success() || answer.status.is_redirection(), "{}", answer.body);
    answer.header("x-request-id").to_owned()
}

async fn newest(world: &World, actor: Actor) -> audit::Model {
    let rows = audit::Entity::in_organisation(actor.organisation);
    sea_orm::QuerySelect::limit(rows, 1).one(world.context.database.read()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_change_carries_the_prefix_of_its_address_and_the_id_of_its_request() {
    for path in ["/api/general/save-profile", "/settings/general?do=general/save-profile"] {
        let world = World::new().await;
        let (mut browser, actor) = world.owner(AYSE, "Yıldız").await;
        let request = save_from(&mut browser, path, "203.0.113.77").await;
        let row = newest(&world, actor).await;
        assert_eq!(row.action, "general.save_profile", "{path}");
        assert_eq!((row.address.as_str(), row.request_id), ("203.0.113.0/24", request), "{path}");
    }
}

#[tokio::test]
async fn the_page_tells_what_changed_in_words_and_in_the_organisations_time() {
    let world = World::new().await;
    let (mut browser, actor) = world.owner(AYSE, "Yıldız").await;
    rename(&world, actor, "Güneş").await;
    let page = read(&mut browser, PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    page.assert_shows("Denetim kaydı")
        .assert_shows("Şirket profilini değiştirdi")
        .assert_shows("23.11.2026 12:00")
        .assert_shows("Avrupa / İstanbul")
        .assert_shows("<th scope=\"row\">Ad</th>")
        .assert_shows(">Yıldız</td>")
        .assert_shows(">Güneş</td>")
        .assert_shows("Giriş yaptı");
    browser.language = "en";
    browser.call("shell/choose-language", &[("form[language]", "en")]).await;
    browser.get(PAGE).await.assert_shows("Changed the company profile").assert_shows("23 Nov 2026 12:00");
}

#[tokio::test]
async fn it_is_filtered_by_the_address_alone() {
    let world = World::new().await;
    let (mut browser, actor) = world.owner(AYSE, "Yıldız").await;
    rename(&world, actor, "Güneş").await;
    // In the order of the form's fields, empty ones too: as a browser sends it.
    let asked = format!("{PAGE}?person={}&room=entrance&action=&first=2026-11-23&last=", actor.person);
    let page = read(&mut browser, &asked).await;
    page.assert_shows(">Giriş yaptı</span>").assert_hides(">Şirket profilini değiştirdi</span>");
    page.assert_shows("<option value=\"entrance\" selected").assert_shows("value=\"2026-11-23\"");
    page.assert_shows(&format!(
        "/files/audit.csv?person={}&amp;room=entrance&amp;first=2026-11-23",
        actor.person
    ));
    let empty = browser.get(&format!("{PAGE}?last=2026-11-22")).await;
    empty.assert_shows("Seçtiklerinize uyan bir kayıt bulunmuyor").assert_hides("<details class=\"entry\"");

    let wrong = browser.get(&format!("{PAGE}?first=2026-11-23&last=2026-11-22")).await;
    wrong.assert_shows("id=\"f-last-error\"").assert_shows("value=\"2026-11-22\"");
    wrong.assert_hides("<details class=\"entry\"");
    assert_eq!(browser.get(&format!("{PAGE}?person=nobody")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn long_trails_are_turned_by_links() {
    let world = World::new().await;
    let (mut browser, actor) = world.owner(AYSE, "Yıldız").await;
    for number in 0..60 {
        rename(&world, actor, &format!("Ad {number}")).await;
    }
    let first = read(&mut browser, &format!("{PAGE}?room=general")).await;
    first.assert_shows(">Ad 59</td>").assert_hides("rel=\"prev\"");
    let older = link(&first.body, "rel=\"next\"");
    let second = read(&mut browser, &older).await;
    second.assert_shows(">Ad 0</td>").assert_hides(">Ad 59</td>").assert_hides("rel=\"next\"");
    let newer = link(&second.body, "rel=\"prev\"");
    read(&mut browser, &newer).await.assert_shows(">Ad 59</td>");
}

/// The page without the marks by which it is brought to life.
async fn read(browser: &mut Browser<'_>, path: &str) -> Answer {
    let answer = browser.get(path).await;
    Answer { body: answer.body.replace("<!>", ""), ..answer }
}

/// The address of the link that carries `mark`.
fn link(body: &str, mark: &str) -> String {
    let at = body.find(mark).unwrap_or_else(|| panic!("no {mark} in:\n{body}"));
    let tag = &body[body[..at].rfind("<a ").unwrap()..];
    let tag = &tag[..tag.find('>').unwrap()];
    tag.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test]
async fn the_files_hold_what_the_page_asks_for() {
    let world = World::new().await;
    let (mut browser, actor) = world.owner(AYSE, "Yıldız").await;
    rename(&world, actor, "=1+1").await;
    let csv = browser.get("/files/audit.csv?room=general").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"ayar-audit.csv\"");
    assert_eq!(csv.header("cache-control"), "no-store");
    csv.assert_shows("general.save_profile").assert_hides("entrance.sign_in");
    let lines = browser.get("/files/audit.jsonl").await;
    assert_eq!(lines.body.lines().count(), 3);
    lines.assert_shows("\"name\":\"=1+1\"").assert_shows(AYSE);
    assert_eq!(browser.get("/files/audit.csv?last=soon").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.get("/files/audit.csv?colour=red").await.status, StatusCode::BAD_REQUEST);
    world.set_role(actor, Role::Member).await;
    for path in ["/files/audit.csv", "/files/audit.jsonl", PAGE] {
        assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn heads_of_other_rooms_lead_to_their_entries() {
    let world = World::new().await;
    let (mut browser, actor) = world.owner(AYSE, "Yıldız").await;
    let line = "/settings/audit?room=general";
    browser.get("/settings/general").await.assert_hides(line);
    rename(&world, actor, "Güneş").await;
    let page = browser.get("/settings/general").await;
    page.assert_shows(line).assert_shows("Son değiştiren: Ayşe Erdem, 23.11.2026 12:00");
    browser.get("/settings/hours").await.assert_hides("/settings/audit?room=");
    world.set_role(actor, Role::Member).await;
    browser.get("/settings/general").await.assert_hides(line).assert_hides("/settings/audit");
}

#[tokio::test]
async fn hostile_texts_are_words_in_the_trail() {
    let world = World::new().await;
    let (mut browser, actor) = world.owner(AYSE, "Yıldız").await;
    rename(&world, actor, "</table><script>alert(1)</script>").await;
    browser.get(PAGE).await.assert_hides("<script>alert(1)").assert_shows("&lt;script&gt;alert(1)");
    let hostile = format!("{PAGE}?room=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&first=%22%3E%3Cb%3E");
    browser.get(&hostile).await.assert_hides("<script>alert(1)").assert_hides("\"><b>");
}
