//! Access keys over HTTP, without scripts: made by a form, the token on the page that follows and nowhere else.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::{Code, Role};
use services::{keys, token::PlainToken};

use crate::world::{Answer, Browser, World};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
const KEYS: &str = "/settings/keys";
const NEW: [(&str, &str); 5] = [
    ("form[name]", "Santral & köprü"),
    ("form[kind]", "organisation"),
    ("form[scopes][0]", "calls:read"),
    ("form[scopes][3]", "slots:write"),
    ("form[lifetime]", "90"),
];

/// Posts a form of the page, and opens the page it leads to.
async fn done(browser: &mut Browser<'_>, act: &str, fields: &[(&str, &str)]) -> Answer {
    let posted = browser.post(&format!("{KEYS}?do=keys/{act}"), fields).await;
    let next = format!("{KEYS}?saved=keys/{act}");
    assert_eq!((posted.status, posted.location()), (StatusCode::SEE_OTHER, next.as_str()), "{}", posted.body);
    posted.assert_hides("ayar_");
    browser.get(&next).await
}

/// The token that a page shows.
fn token_on(page: &Answer) -> Option<PlainToken> {
    let (_, rest) = page.body.split_once("Bearer ayar_")?;
    Some(PlainToken::received(&format!("ayar_{}", &rest[..domain::keys::LENGTH])))
}

/// The id of the first key on a page.
fn id_on(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("popovertarget=\"key-").unwrap();
    rest[..36].to_owned()
}

#[tokio::test]
async fn a_key_is_made_rolled_and_revoked_without_scripts() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    ayse.get(KEYS).await.assert_shows("Henüz anahtar yok").assert_shows("Şirketin").assert_hides("Bearer");
    let page = done(&mut ayse, "create-key", &NEW).await;
    assert_eq!(page.header("cache-control"), "no-store");
    page.assert_shows("Anahtar oluşturuldu.").assert_shows("“Santral &amp; köprü” anahtarı hazır");
    page.assert_shows("calls:read").assert_shows("/api/v1/slots").assert_shows("403 yanıtı alır");
    let token = token_on(&page).unwrap();
    assert!(keys::authenticate(&world.context, &token).await.is_ok());
    let start = format!("{}…", &token.reveal()[..11]);
    page.assert_shows(&start);

    // A reload shows it again, until it is dismissed; then it is gone from every page.
    assert!(token_on(&ayse.get(KEYS).await).is_some());
    let page = done(&mut ayse, "dismiss-key", &[("form[confirmed]", "true")]).await;
    page.assert_hides(&token.reveal()[11..]).assert_shows(&start);

    let id = id_on(&page);
    let page = done(&mut ayse, "roll-key", &[("form[key]", &id), ("form[overlap]", "hour")]).await;
    page.assert_shows("Eski anahtar 23.11.2026 13:00 tarihine kadar çalışır")
        .assert_hides(&token.reveal()[11..]);
    let rolled = token_on(&page).unwrap();
    for token in [&token, &rolled] {
        assert!(keys::authenticate(&world.context, token).await.is_ok());
    }
    let page = done(&mut ayse, "revoke-key", &[("form[key]", &id)]).await;
    page.assert_shows("Anahtar iptal edildi.")
        .assert_shows("Son 30 günde bitenler (1)")
        .assert_hides("Bearer");
    for token in [&token, &rolled] {
        assert!(keys::authenticate(&world.context, token).await.is_err());
    }
    let trail = ayse.get("/settings/audit").await;
    trail.assert_shows("Bir erişim anahtarını iptal etti").assert_shows("calls:read, slots:write");
    trail.assert_hides("ayar_");
}

#[tokio::test]
async fn a_token_just_made_is_seen_for_ten_minutes_and_in_one_browser_only() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let mut elsewhere = world.browser();
    let fields = [("form[email]", AYSE), ("form[password]", crate::world::PASSWORD)];
    elsewhere.post("/login?do=entrance/sign-in", &fields).await;
    assert!(token_on(&done(&mut ayse, "create-key", &NEW).await).is_some());
    let other = elsewhere.get(KEYS).await;
    other.assert_shows("Santral &amp; köprü");
    assert!(token_on(&other).is_none());
    world.context.clock.advance(TimeDelta::minutes(10));
    assert!(token_on(&ayse.get(KEYS).await).is_none());
}

#[tokio::test]
async fn a_refused_form_comes_back_as_it_was_filled_in() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let create = format!("{KEYS}?do=keys/create-key");
    let fields = [
        ("form[name]", "<b>Santral</b>"),
        ("form[kind]", "personal"),
        ("form[scopes][1]", "calls:delete"),
        ("form[lifetime]", "365"),
    ];
    let refused = ayse.post(&create, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("f-scopes-error").assert_shows("value=\"&lt;b&gt;Santral&lt;/b&gt;\"");
    refused.assert_shows("<option value=\"365\" selected").assert_hides("<b>Santral");
    for more in [("form[person]", "x"), ("form[token]", "ayar_x"), ("form[organisation]", "x")] {
        let fields: Vec<_> = NEW.into_iter().chain([more]).collect();
        assert!(ayse.call("keys/create-key", &fields).await.status.is_client_error(), "{more:?}");
    }
    ayse.get(KEYS).await.assert_shows("Henüz anahtar yok");
}

#[tokio::test]
async fn everything_but_looking_asks_for_the_password() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let id = id_on(&done(&mut ayse, "create-key", &NEW).await);
    world.context.clock.advance(TimeDelta::minutes(10));
    let (key, overlap) = (("form[key]", id.as_str()), ("form[overlap]", "none"));
    for (act, fields) in
        [("create-key", NEW.to_vec()), ("roll-key", vec![key, overlap]), ("revoke-key", vec![key])]
    {
        let refused = ayse.post(&format!("{KEYS}?do=keys/{act}"), &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{act}");
        refused.assert_shows("/account/confirm?next=%2Fsettings%2Fkeys");
    }
    ayse.get(KEYS).await.assert_shows("1 / 50 anahtar");
}

#[tokio::test]
async fn members_have_keys_of_their_own_and_read_of_no_others() {
    let world = World::new().await;
    let (mut ayse, host) = world.owner(AYSE, "Yıldız").await;
    let page = done(&mut ayse, "create-key", &NEW).await;
    let of_organisation = id_on(&page);
    let (mut mert, actor) = world.owner(MERT, "Ay").await;
    world.join(actor, host, Role::Member).await;
    let page = mert.get(KEYS).await;
    page.assert_shows("Kişisel anahtar oluşturursunuz")
        .assert_hides("Santral &amp; köprü")
        .assert_hides("/ 50");
    let refused = mert.call("keys/create-key", &NEW).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let own = NEW.map(|(name, value)| (name, if name == "form[kind]" { "personal" } else { value }));
    let page = done(&mut mert, "create-key", &own).await;
    let token = token_on(&page).unwrap();
    let machine = keys::authenticate(&world.context, &token).await.unwrap();
    assert_eq!((machine.person, machine.organisation), (Some(actor.person), host.organisation));
    for id in [of_organisation.as_str(), "x", ""] {
        let answer = mert.call("keys/revoke-key", &[("form[key]", id)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
    // An administrator sees it, with its owner, and ends it.
    let page = ayse.get(KEYS).await;
    page.assert_shows("2 / 50 anahtar").assert_hides(&token.reveal()[11..]);
    let revoked = ayse.call("keys/revoke-key", &[("form[key]", &id_on(&mert.get(KEYS).await))]).await;
    assert_eq!(revoked.status, StatusCode::OK);
    let refused = keys::authenticate(&world.context, &token).await;
    assert_eq!(refused.map(drop), Err(Code::KeyInvalid.into()));
    mert.get(KEYS).await.assert_shows("Son 30 günde bitenler (1)");
}

#[tokio::test]
async fn hostile_names_are_words_on_the_page() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let evil = NEW.map(|(name, value)| {
        (name, if name == "form[name]" { "</title></textarea><script>alert(1)</script>" } else { value })
    });
    done(&mut ayse, "create-key", &evil).await.assert_hides("<script>alert(1)");
    ayse.get("/settings/audit").await.assert_hides("<script>alert(1)");
}
