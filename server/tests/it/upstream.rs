//! The panel of the platform over HTTP, without scripts: the key goes in and never comes out.

use axum::http::StatusCode;
use domain::Role;
use server::sandbox::{Sandbox, Settings};
use services::upstream::{Listed, Platform};
use tokio::net::TcpListener;

use crate::world::{Answer, Browser, World};

const KEYS: &str = "/settings/keys";
const KEY: &str = "sk_live_0123456789abcdef";

/// A server, and a platform that takes the key.
async fn world() -> (World, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let settings = Settings {
        keys: vec![KEY.into()],
        access_key: "none".into(),
        api: "http://127.0.0.1:9".into(),
        pace: 1.0,
        seed: 1,
    };
    tokio::spawn(axum::serve(listener, Sandbox::new(settings).unwrap().router()).into_future());
    let world = World::with(Platform::new(Listed::parse(std::slice::from_ref(&address)).unwrap())).await;
    (world, format!("http://{address}"))
}

async fn done(browser: &mut Browser<'_>, act: &str, fields: &[(&str, &str)]) -> Answer {
    let posted = browser.post(&format!("{KEYS}?do=upstream/{act}"), fields).await;
    let next = format!("{KEYS}?saved=upstream/{act}");
    assert_eq!((posted.status, posted.location()), (StatusCode::SEE_OTHER, next.as_str()), "{}", posted.body);
    browser.get(&next).await
}

#[tokio::test]
async fn a_platform_is_connected_tested_and_removed_without_scripts() {
    let (world, address) = world().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    ayse.get(KEYS).await.assert_shows("Çağrı platformu").assert_shows("Bağlı değil");
    let wrong = [("form[address]", address.as_str()), ("form[secret]", "sk_live_of_nobody")];
    let page = done(&mut ayse, "try-upstream", &wrong).await;
    page.assert_shows("Platform anahtarı kabul etmedi")
        .assert_hides("sk_live_of_nobody")
        .assert_hides("Bu bağlantıyı kullan");
    let page = done(&mut ayse, "try-upstream", &[("form[address]", &address), ("form[secret]", KEY)]).await;
    page.assert_shows("Bağlantı sınandı.").assert_shows("Bağlantı çalışıyor").assert_shows("Ayar Sandbox");
    page.assert_shows("calls:place").assert_shows("Bu bağlantıyı kullan").assert_hides(KEY);
    let page = done(&mut ayse, "use-upstream", &[("form[fallback]", "")]).await;
    page.assert_shows("Yeni bağlantı kullanılıyor.")
        .assert_shows("…cdef")
        .assert_shows(&address)
        .assert_hides(KEY);
    let page = done(&mut ayse, "test-upstream", &[("form[confirmed]", "true")]).await;
    page.assert_shows("Bağlantı çalışıyor").assert_hides(KEY);
    // Another one, of the same platform: the one before waits.
    done(&mut ayse, "try-upstream", &[("form[address]", &address), ("form[secret]", KEY)])
        .await
        .assert_shows("24 saat");
    let page = done(&mut ayse, "use-upstream", &[("form[fallback]", "week")]).await;
    page.assert_shows("Eski bağlantı hazır bekliyor");
    let page = done(&mut ayse, "finish-swap", &[("form[confirmed]", "true")]).await;
    page.assert_hides("Eski bağlantı hazır bekliyor");

    world.set_role(actor, Role::Member).await;
    ayse.get(KEYS).await.assert_hides("Çağrı platformu").assert_hides(&address);
    world.set_role(actor, Role::Admin).await;
    let page = done(&mut ayse, "remove-upstream", &[("form[confirmed]", "true")]).await;
    page.assert_shows("Bağlı değil").assert_hides("…cdef");
    let trail = ayse.get("/settings/audit").await;
    for act in
        ["Çağrı platformuna bağlandı", "Platform bağlantısını değiştirdi", "Platform bağlantısını kaldırdı"]
    {
        trail.assert_shows(act);
    }
    trail.assert_hides(KEY).assert_shows("…cdef");
}

#[tokio::test]
async fn a_refused_form_keeps_the_address_and_not_the_key() {
    let (world, _) = world().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let typed = [("form[address]", "https://10.0.0.7/api"), ("form[secret]", KEY)];
    let page = ayse.post(&format!("{KEYS}?do=upstream/try-upstream"), &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_shows("https://10.0.0.7/api").assert_shows("Bu adrese bağlanmıyoruz").assert_hides(KEY);
    world.context.clock.advance(chrono::TimeDelta::minutes(10));
    let page = ayse.post(&format!("{KEYS}?do=upstream/try-upstream"), &typed).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.assert_shows("/account/confirm").assert_hides(KEY);
}
