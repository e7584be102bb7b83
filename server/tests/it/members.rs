//! The people of an organisation over HTTP: invitations from mail to session, without scripts; what members see.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::{Code, Role};

use crate::world::{Browser, PASSWORD, SESSION, World};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
const MEMBERS: &str = "/settings/members";

async fn invite(world: &World, browser: &mut Browser<'_>, email: &str, role: &str) -> String {
    let fields = [("form[emails]", email), ("form[role]", role)];
    let sent = browser.post(&format!("{MEMBERS}?do=members/invite"), &fields).await;
    assert_eq!(
        (sent.status, sent.location()),
        (StatusCode::SEE_OTHER, "/settings/members?saved=members/invite")
    );
    world.token_mailed_to(email).await
}

/// Joins by the link of an invitation and signs in.
async fn joined<'w>(world: &'w World, token: &str) -> Browser<'w> {
    let mut browser = world.browser();
    let fields = [("form[token]", token), ("form[name]", "Mert Öz"), ("form[password]", PASSWORD)];
    let joined = browser.post("/invite?do=members/join", &fields).await;
    let login = "/login?joined=1&email=mert%40yildiz%2Eexample";
    assert_eq!((joined.status, joined.location()), (StatusCode::SEE_OTHER, login));
    assert!(!browser.cookies.contains_key(SESSION), "joining signs nobody in");
    let page = browser.get(login).await;
    page.assert_shows("Şirkete katıldınız.").assert_shows("value=\"mert@yildiz.example\"");
    let fields = [("form[email]", MERT), ("form[password]", PASSWORD)];
    let entered = browser.post("/login?do=entrance/sign-in", &fields).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    browser
}

/// Two tabs of one session: what a page of the one organisation saves must not land in the other.
#[tokio::test]
async fn a_page_of_an_organisation_that_the_session_has_left_saves_nothing() {
    let world = World::new().await;
    let (mut ayse, ay) = world.owner(AYSE, "Ay Destek").await;
    let (_, gunes) = world.owner(MERT, "Güneş Destek").await;
    world.enrol(ay.person, gunes.organisation, Role::Owner).await;
    let (ay, gunes) = (ay.organisation.to_string(), gunes.organisation.to_string());
    ayse.get("/settings/general").await.assert_shows(&format!("do=general/save-profile&amp;at={ay}"));
    let hours = [("form[version]", "0")];

    let switch = [("form[organisation]", gunes.as_str())];
    assert_eq!(ayse.call_at(&ay, "shell/switch-organisation", &switch).await.status, StatusCode::OK);
    let refused = ayse.call_at(&ay, "hours/save-hours", &hours).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.assert_shows(Code::OtherOrganisation.as_str());
    let fields = [("form[name]", "Typed & kept"), ("form[version]", "1")];
    let posted = ayse.post(&format!("/settings/general?do=general/save-profile&at={ay}"), &fields).await;
    assert_eq!(posted.status, StatusCode::CONFLICT);
    posted.assert_shows("Hiçbir şey kaydedilmedi.").assert_shows("Typed &amp; kept");
    let left = ayse.call_at(&ay, "members/leave", &[("form[confirmed]", "true")]).await;
    assert_eq!(left.status, StatusCode::CONFLICT);

    // What is one's own works everywhere, and so does going back.
    assert_eq!(ayse.call_at(&ay, "account/load-overview", &[]).await.status, StatusCode::OK);
    assert_ne!(ayse.call_at(&gunes, "hours/save-hours", &hours).await.status, StatusCode::CONFLICT);
    let back = [("form[organisation]", ay.as_str())];
    assert_eq!(ayse.call_at(&ay, "shell/switch-organisation", &back).await.status, StatusCode::OK);
    assert_eq!(ayse.call_at(&ay, "hours/load-hours", &[]).await.status, StatusCode::OK);
    assert_eq!(ayse.call_at("nonsense", "hours/load-hours", &[]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn somebody_is_invited_joins_and_signs_in_without_scripts() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let token = invite(&world, &mut ayse, MERT, "member").await;
    ayse.get(MEMBERS).await.assert_shows(MERT).assert_shows("Bekleyen davetler").assert_shows("2 / 25 kişi");
    let page = world.browser().get(&format!("/invite?token={token}")).await;
    assert_eq!(page.header("cache-control"), "no-store");
    page.assert_shows("Yıldız şirketine davetlisiniz").assert_shows(MERT).assert_shows("Ayşe Erdem");

    let mut browser = world.browser();
    let fields = [("form[token]", token.as_str()), ("form[name]", " "), ("form[password]", "kısa")];
    let refused = browser.post("/invite?do=members/join", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused
        .assert_shows("f-name-error")
        .assert_shows("f-password-error")
        .assert_shows(&token)
        .assert_hides("kısa");

    let mut mert = joined(&world, &token).await;
    mert.get("/settings/general").await.assert_shows("Yıldız");
    world.browser().get(&format!("/invite?token={token}")).await.assert_shows("Bu davet artık geçerli değil");
    ayse.get(MEMBERS).await.assert_shows("Mert Öz").assert_hides("Bekleyen davetler");
}

#[tokio::test]
async fn members_read_names_and_nothing_that_is_not_theirs() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner(AYSE, "Yıldız").await;
    let token = invite(&world, &mut ayse, MERT, "member").await;
    let mut mert = joined(&world, &token).await;
    invite(&world, &mut ayse, "seda@yildiz.example", "admin").await;
    let page = mert.get(MEMBERS).await;
    page.assert_shows("Ayşe Erdem").assert_shows("Hesap sahibi").assert_shows("Şirketten ayrıl");
    page.assert_hides(AYSE).assert_hides("seda@yildiz.example").assert_hides(&actor.person.to_string());
    page.assert_hides("Davet gönder").assert_hides("Şirketten çıkar");
    let data = mert.call("members/load-members", &[]).await;
    data.assert_shows("Ayşe Erdem").assert_hides(AYSE).assert_hides("seda@");
}

#[tokio::test]
async fn mistakes_in_pasted_addresses_are_named_and_stay_in_the_field() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let fields = [("form[emails]", "mert@yildiz.example, seda, <b>x</b>"), ("form[role]", "member")];
    let refused = ayse.post(&format!("{MEMBERS}?do=members/invite"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused
        .assert_shows("Okunamayanlar: seda, &lt;b&gt;x&lt;/b&gt;")
        .assert_shows("mert@yildiz.example, seda")
        .assert_hides("<b>x</b>");
    for (field, value) in [("form[role]", "king"), ("form[organisation]", "x")] {
        let fields = [("form[emails]", MERT), ("form[role]", "member"), (field, value)];
        let fields: Vec<_> = fields.into_iter().filter(|(name, v)| *name != field || *v == value).collect();
        let refused = ayse.call("members/invite", &fields).await;
        assert!(refused.status.is_client_error(), "{field}");
    }
    ayse.get(MEMBERS).await.assert_shows("1 / 25 kişi");
}

#[tokio::test]
async fn an_account_signs_in_and_accepts_and_another_account_is_told_for_whom_it_is() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let (mut mert, _) = world.owner(MERT, "Ay").await;
    let token = invite(&world, &mut ayse, MERT, "admin").await;
    let link = format!("/invite?token={token}");
    let page = world.browser().get(&link).await;
    page.assert_shows("zaten bir hesabı var").assert_shows("next=%2Finvite%3Ftoken%3D");
    let other = ayse.get(&link).await;
    other.assert_shows("m•••@yildiz.example").assert_hides(MERT);
    let accept = "/invite?do=members/accept-invitation";
    let refused = ayse.post(accept, &[("form[token]", &token)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let out = ayse
        .post("/invite?do=shell/sign-out", &[("form[confirmed]", "true"), ("form[next]", link.as_str())])
        .await;
    assert_eq!(out.location(), link);

    mert.get(&link).await.assert_shows("Daveti kabul et");
    let accepted = mert.post(accept, &[("form[token]", &token)]).await;
    assert_eq!(accepted.location(), "/settings/general?saved=members/accept-invitation");
    mert.get(accepted.location()).await.assert_shows("Yıldız").assert_shows("Şirkete katıldınız.");
    mert.get(MEMBERS).await.assert_shows("Davet gönder").assert_shows(AYSE);
}

#[tokio::test]
async fn signing_out_leads_nowhere_else() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let fields = [("form[confirmed]", "true"), ("form[next]", "//evil.example")];
    assert_eq!(ayse.post("/invite?do=shell/sign-out", &fields).await.location(), "/login");
}

#[tokio::test]
async fn roles_ask_for_the_password_and_a_tampered_form_gives_none() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner(AYSE, "Yıldız").await;
    let token = invite(&world, &mut ayse, MERT, "admin").await;
    let mut mert = joined(&world, &token).await;
    let person = actor.person.to_string();
    let change = format!("{MEMBERS}?do=members/change-role");
    let refused = mert.post(&change, &[("form[person]", &person), ("form[role]", "member")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "an administrator does not reach an owner");
    let refused = mert.call("members/transfer-ownership", &[("form[person]", &person)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    world.context.clock.advance(TimeDelta::minutes(10));
    let refused = ayse.post(&change, &[("form[person]", &person), ("form[role]", "member")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_shows("/account/confirm?next=%2Fsettings%2Fmembers");
}

#[tokio::test]
async fn whoever_leaves_their_only_company_is_signed_out_and_told_at_the_next_sign_in() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner(AYSE, "Yıldız").await;
    let token = invite(&world, &mut ayse, MERT, "member").await;
    let mut mert = joined(&world, &token).await;
    let leave = "/settings/general?do=members/leave";
    let last = ayse.post(leave, &[("form[confirmed]", "true")]).await;
    assert_eq!(last.status, StatusCode::CONFLICT);

    // Also while the company is closed to them.
    world.require_two_factor(actor.organisation, true).await;
    mert.get("/settings/general").await.assert_shows("Şirketten ayrıl").assert_shows("Yıldız şirketinden");
    let left = mert.post(leave, &[("form[confirmed]", "true")]).await;
    assert_eq!((left.status, left.location()), (StatusCode::SEE_OTHER, "/login?left=1"));
    assert!(!mert.cookies.contains_key(SESSION));
    mert.get(left.location()).await.assert_shows("Şirketten ayrıldınız.");
    let fields = [("form[email]", MERT), ("form[password]", PASSWORD)];
    let refused = mert.post("/login?do=entrance/sign-in", &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_shows("Hesabınız hiçbir şirkete üye değil.");
}

#[tokio::test]
async fn hostile_names_are_words_on_the_pages_of_the_room() {
    let world = World::new().await;
    let evil = "</title></textarea><script>alert(1)</script>";
    let (mut ayse, _) = world.owner(AYSE, evil).await;
    let token = invite(&world, &mut ayse, MERT, "member").await;
    for path in [
        MEMBERS.to_owned(),
        format!("{MEMBERS}?q=<script>alert(1)</script>"),
        format!("/invite?token={token}"),
    ] {
        ayse.get(&path.replace('<', "%3C").replace('>', "%3E")).await.assert_hides("<script>alert(1)");
        world
            .browser()
            .get(&path.replace('<', "%3C").replace('>', "%3E"))
            .await
            .assert_hides("<script>alert(1)");
    }
    let fields = [("form[emails]", evil), ("form[role]", "member")];
    let refused = ayse.post(&format!("{MEMBERS}?do=members/invite"), &fields).await;
    refused.assert_hides("<script>alert(1)").assert_hides("</textarea><script>");
}

#[tokio::test]
async fn a_search_finds_turkish_names_from_any_keyboard_without_scripts() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let token = invite(&world, &mut ayse, MERT, "member").await;
    joined(&world, &token).await;
    let found = ayse.get(&format!("{MEMBERS}?q=MERT+oz")).await;
    found.assert_shows("Mert Öz").assert_shows("1 kişi").assert_hides("<span class=\"person-email\">ayse@");
    ayse.get(&format!("{MEMBERS}?q=zeynep")).await.assert_shows("Aramanıza uyan kimse yok.");
}
