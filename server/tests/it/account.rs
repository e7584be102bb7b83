//! The account over HTTP: the way through the second step, what cookies are set, and that forms work without scripts.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use domain::Code;

use crate::world::{Answer, App, Browser, CHALLENGE, PASSWORD, SESSION, World};

const AYSE: &str = "ayse@yildiz.example";

async fn password(browser: &mut Browser<'_>, next: &str) -> Answer {
    let fields = [("form[email]", AYSE), ("form[password]", PASSWORD), ("form[next]", next)];
    browser.post("/login?do=entrance/sign-in", &fields).await
}

async fn code(browser: &mut Browser<'_>, text: &str) -> Answer {
    browser.post("/login/code?do=entrance/sign-in-with-code", &[("form[code]", text)]).await
}

fn cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
}

/// Somebody with an app, in a browser of their own.
async fn with_app(world: &World) -> (Browser<'_>, App) {
    let (mut browser, _) = world.owner(AYSE, "Yıldız").await;
    let app = world.set_up_app(&mut browser).await;
    (browser, app)
}

#[tokio::test]
async fn the_second_step_leads_to_where_one_wanted_to_go_and_its_cookie_goes() {
    let world = World::new().await;
    let (_, app) = with_app(&world).await;
    let mut browser = world.browser();
    let answer = password(&mut browser, "/settings/hours").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login/code"));
    let set = cookies(&answer);
    assert!(set.len() == 1 && set[0].starts_with("__Host-ayar-challenge="), "{set:?}");
    for word in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax", "; Max-Age=600"] {
        assert!(set[0].contains(word), "{set:?}");
    }
    let page = browser.get("/login/code").await;
    assert_eq!(page.header("cache-control"), "no-store");
    page.assert_shows(AYSE).assert_shows("one-time-code");
    browser.get("/settings/hours").await.assert_hides(AYSE);

    let refused = code(&mut browser, "000000").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("Bu kod geçerli değil").assert_shows("id=\"f-code-error\"");
    let answer = code(&mut browser, &app.code(world.context.now())).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/settings/hours"));
    assert!(browser.cookies.contains_key(SESSION) && !browser.cookies.contains_key(CHALLENGE));
    assert_eq!(browser.get("/settings/hours").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_typed_code_never_comes_back_to_the_page() {
    let world = World::new().await;
    with_app(&world).await;
    let mut browser = world.browser();
    password(&mut browser, "").await;
    code(&mut browser, "918273").await.assert_hides("918273");
    code(&mut browser, "0123-4567-89AB-CDEF").await.assert_hides("89AB");
}

#[tokio::test]
async fn an_ended_session_is_told_why_on_every_door() {
    let world = World::new().await;
    let (mut browser, app) = with_app(&world).await;
    let mut other = world.browser();
    password(&mut other, "").await;
    code(&mut other, &app.code(world.context.now())).await;
    assert_eq!(other.get("/account/sessions").await.status, StatusCode::OK);
    let ended =
        browser.post("/account/sessions?do=account/end-other-sessions", &[("form[confirmed]", "true")]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
    let called = other.call("account/load-sessions", &[]).await;
    assert_eq!(called.status, StatusCode::UNAUTHORIZED);
    called.assert_shows(Code::SessionRevoked.as_str());
    let page = other.get("/settings/hours").await;
    assert_eq!(page.location(), "/login?next=%2Fsettings%2Fhours&ended=session_revoked");
    let login = other.get(page.location()).await;
    login.assert_shows(texts::code(domain::Language::Tr, Code::SessionRevoked));
    assert_eq!(browser.get("/account/sessions").await.status, StatusCode::OK);
}

#[tokio::test]
async fn sensitive_things_ask_for_the_password_after_ten_minutes_and_lead_on() {
    let world = World::new().await;
    let (mut browser, _) = with_app(&world).await;
    world.context.clock.advance(TimeDelta::minutes(10));
    let end = "/account/sessions?do=account/end-other-sessions";
    let refused = browser.post(end, &[("form[confirmed]", "true")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_shows("/account/confirm?next=%2Faccount%2Fsessions");
    let before = browser.cookies[SESSION].clone();
    let prove = "/account/confirm?do=account/prove-password";
    let wrong =
        browser.post(prove, &[("form[password]", "wrong"), ("form[next]", "/account/sessions")]).await;
    wrong.assert_shows("Parola yanlış.").assert_shows("value=\"/account/sessions\"");
    let proved =
        browser.post(prove, &[("form[password]", PASSWORD), ("form[next]", "/account/sessions")]).await;
    assert_eq!((proved.status, proved.location()), (StatusCode::SEE_OTHER, "/account/sessions"));
    assert_ne!(browser.cookies[SESSION], before, "the token is another one");
    assert_eq!(browser.post(end, &[("form[confirmed]", "true")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn backup_codes_are_a_file_for_the_session_that_made_them() {
    let world = World::new().await;
    let (mut browser, app) = with_app(&world).await;
    let file = browser.get("/files/backup-codes").await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"ayar-backup-codes.txt\"");
    assert_eq!(file.header("cache-control"), "no-store");
    let codes: Vec<&str> = file.body.lines().filter(|line| line.len() == 19 && line.contains('-')).collect();
    assert_eq!(codes.len(), 10, "{}", file.body);
    browser.get("/account/security/codes").await.assert_shows(codes[0]).assert_shows(codes[9]);
    let mut other = world.browser();
    password(&mut other, "").await;
    code(&mut other, &app.code(world.context.now())).await;
    assert_eq!(other.get("/files/backup-codes").await.status, StatusCode::NOT_FOUND);
    other.get("/account/security/codes").await.assert_hides(codes[0]);
    assert_eq!(world.browser().get("/files/backup-codes").await.status, StatusCode::UNAUTHORIZED);

    let save = "/account/security/codes?do=account/save-codes";
    browser.post(save, &[("form[next]", "")]).await.assert_shows(codes[0]);
    let saved = browser.post(save, &[("form[saved]", "true"), ("form[next]", "/settings/hours")]).await;
    assert_eq!(saved.location(), "/settings/hours");
    assert_eq!(browser.get("/files/backup-codes").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hostile_names_are_words_on_the_account_pages() {
    let world = World::new().await;
    let evil = "</title></textarea><script>alert(1)</script>";
    let (mut browser, actor) = world.owner(AYSE, evil).await;
    world.set_up_app(&mut browser).await;
    world.require_two_factor(actor.organisation, true).await;
    for path in ["/account/security", "/account/security/app", "/account/sessions", "/settings/security"] {
        browser.get(path).await.assert_hides("<script>alert(1)").assert_hides("</textarea><script>");
    }
    let (mut owing, other) = world.owner("mert@yildiz.example", evil).await;
    world.require_two_factor(other.organisation, true).await;
    owing.get("/settings/general").await.assert_hides("<script>alert(1)");
}
