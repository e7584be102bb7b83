//! The whole way in and out, as a browser without JavaScript goes it.

use axum::http::StatusCode;
use chrono::TimeDelta;

use super::{AYSE, sign_in, sign_up_form};
use crate::world::{Browser, PASSWORD, World};

const NEW_PASSWORD: &str = "turuncu bisiklet 83 yokuş";

#[tokio::test]
async fn the_way_in_works_without_javascript() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.get("/signup").await.assert_shows("İlk şirketi oluşturun");
    let answer = browser.post("/signup?do=entrance/sign-up", &sign_up_form(AYSE)).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/verify?sent=1"));
    browser.get("/verify?sent=1").await.assert_shows("Gelen kutunuza bakın").assert_hides(AYSE);
    browser.get("/signup").await.assert_shows("Şirketinizi kaydedin");

    let answer = sign_in(&mut browser, AYSE, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    answer
        .assert_shows("E-posta adresiniz henüz doğrulanmadı.")
        .assert_shows("?do=entrance/resend-verification");
    let answer = browser.post("/login?do=entrance/resend-verification", &[("form[email]", AYSE)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/verify?resent=1"));
    browser.get("/verify?resent=1").await.assert_shows("yeni bir bağlantı yola çıktı");

    let token = world.token_mailed_to(AYSE).await;
    let page = browser.get(&format!("/verify?token={token}")).await;
    page.assert_shows("Adresimi doğrula").assert_shows(&format!("value=\"{token}\""));
    browser.post("/verify?do=entrance/verify-address", &[("form[token]", &token)]).await;
    let answer = browser.post("/verify?do=entrance/verify-address", &[("form[token]", &token)]).await;
    assert_eq!(answer.status, StatusCode::GONE);
    answer.assert_shows("Bu bağlantı artık geçerli değil").assert_shows("Bağlantıyı yeniden gönder");
    browser.get(&format!("/verify?token={token}")).await.assert_shows("Bu bağlantı artık geçerli değil");
    browser.get("/login?verified=1").await.assert_shows("Adresiniz doğrulandı.");

    assert_eq!(sign_in(&mut browser, AYSE, PASSWORD).await.location(), "/");
    assert_eq!(browser.get("/settings/general").await.status, StatusCode::OK);
    browser.get("/login").await.assert_shows("Ayşe Erdem olarak devam et");
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_without_javascript() {
    let world = World::new().await;
    let (mut elsewhere, _) = world.owner(AYSE, "Yıldız").await;
    let mut browser = world.browser();
    let answer = browser.post("/forgot?do=entrance/request-reset", &[("form[email]", AYSE)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/forgot?sent=1"));
    browser.get("/forgot?sent=1").await.assert_shows("Bu adresle bir hesap varsa");
    let token = world.token_mailed_to(AYSE).await;
    browser.get(&format!("/reset?token={token}")).await.assert_shows("Yeni parolanızı belirleyin");

    let form = |password, again| {
        [("form[token]", token.as_str()), ("form[password]", password), ("form[password_again]", again)]
    };
    let answer =
        browser.post("/reset?do=entrance/reset-password", &form(NEW_PASSWORD, "bambaşka-bir-şey")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.assert_shows("İki parola aynı değil.").assert_shows(&format!("value=\"{token}\""));
    answer.assert_hides(NEW_PASSWORD).assert_hides("bambaşka-bir-şey");
    let answer = browser.post("/reset?do=entrance/reset-password", &form(NEW_PASSWORD, NEW_PASSWORD)).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login?reset=1"));
    assert_eq!(answer.header("set-cookie"), "", "a reset signs nobody in");
    browser.get("/login?reset=1").await.assert_shows("Yeni parolanız kaydedildi.");

    let answer = browser.post("/reset?do=entrance/reset-password", &form(NEW_PASSWORD, NEW_PASSWORD)).await;
    assert_eq!(answer.status, StatusCode::GONE);
    answer.assert_shows("Parolanız değişmedi").assert_shows("Yeni bağlantı iste");
    browser.get("/reset").await.assert_shows("yalnızca e-postadaki bağlantıyla açılır");
    assert_eq!(
        elsewhere.get("/settings/general").await.status,
        StatusCode::SEE_OTHER,
        "the other session has ended"
    );
    assert_eq!(sign_in(&mut browser, AYSE, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&mut browser, AYSE, NEW_PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_with_the_next_sign_in_of_its_browser_with_sign_out_and_after_eight_hours() {
    let world = World::new().await;
    let (mut browser, _) = world.owner(AYSE, "Yıldız").await;
    let before = browser.cookies.clone();
    sign_in(&mut browser, AYSE, PASSWORD).await;
    assert_ne!(browser.cookies["__Host-ayar-session"], before["__Host-ayar-session"]);
    let mut old = world.browser();
    old.cookies = before;
    assert_eq!(old.get("/settings/general").await.status, StatusCode::SEE_OTHER);

    let mut copy = world.browser();
    copy.cookies = browser.cookies.clone();
    let answer = browser.post("/settings/general?do=shell/sign-out", &[("form[confirmed]", "true")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login"));
    assert!(answer.header("clear-site-data").contains("\"storage\""));
    assert!(!browser.cookies.contains_key("__Host-ayar-session"));
    assert_eq!(
        copy.get("/settings/general").await.status,
        StatusCode::SEE_OTHER,
        "a copied cookie is worth nothing"
    );

    sign_in(&mut browser, AYSE, PASSWORD).await;
    world.context.clock.advance(TimeDelta::hours(8));
    let answer = browser.get("/settings/general").await;
    assert_eq!(answer.location(), "/login?next=%2Fsettings%2Fgeneral&ended=session_expired");
    browser.get(answer.location()).await.assert_shows("Oturumunuz sona erdi.");
}

#[tokio::test]
async fn the_meter_counts_the_words_beside_it() {
    let world = World::new().await;
    let mut browser = world.browser();
    let rate = async |browser: &mut Browser<'_>, fields: &[(&str, &str)]| {
        browser.call("entrance/rate-password", fields).await.body.parse::<u8>().unwrap()
    };
    assert!(rate(&mut browser, &[("form[password]", "sifre123")]).await < 2);
    assert_eq!(rate(&mut browser, &[("form[password]", PASSWORD)]).await, 4);
    let alone = rate(&mut browser, &[("form[password]", "zekeriyaköyü")]).await;
    let words = [("form[password]", "zekeriyaköyü"), ("form[words][0]", "Zekeriyaköyü A.Ş.")];
    assert!(rate(&mut browser, &words).await < alone);
    let get = browser.get("/api/entrance/rate-password?form[password]=sifre").await;
    assert!(get.status.is_client_error(), "a password never travels in an address: {}", get.status);
}

#[tokio::test]
async fn every_page_speaks_both_languages() {
    let world = World::new().await;
    for (path, turkish, english) in [
        ("/login", "Giriş yapın", "Sign in"),
        ("/signup", "İlk şirketi oluşturun", "Create the first company"),
        ("/verify", "Adresinizi doğrulayın", "Confirm your address"),
        ("/forgot", "Parolanızı mı unuttunuz?", "Forgot your password?"),
        ("/reset", "Yeni parolanızı belirleyin", "Choose a new password"),
    ] {
        let mut browser = world.browser();
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        page.assert_shows(turkish).assert_shows(&format!("<title>{turkish} · Ayar</title>"));
        browser.language = "en-GB,en;q=0.9";
        browser.get(path).await.assert_shows(english).assert_shows("<html lang=\"en\"");
    }
}
