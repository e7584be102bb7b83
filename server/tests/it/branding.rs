//! The page of the logo over HTTP, mostly as a browser without JavaScript sees it; and the logo as the world sees it.

use axum::http::StatusCode;
use domain::{Role, branding::LogoForm};
use services::branding;

use crate::world::{Answer, Browser, World};

const PAGE: &str = "/settings/branding";
const SAVE: &str = "/settings/branding?do=branding/save-logo";
const PLATE: &str = "/settings/branding?do=branding/save-plate";
const REMOVE: &str = "/settings/branding?do=branding/remove-logo";
const LOGO: &[u8] = include_bytes!("../../../crates/services/src/demo/photo.png");

/// Uploads the logo and finds its address on the page.
async fn shown_logo(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> String {
    let answer = browser.upload(SAVE, fields, ("file", "../../logo.exe", LOGO)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    address(&browser.get(answer.location()).await)
}

#[track_caller]
fn address(page: &Answer) -> String {
    let at = page.body.find("/logos/").unwrap_or_else(|| panic!("no logo in:\n{}", page.body));
    page.body[at..].split(['"', ' ']).next().unwrap().to_owned()
}

#[tokio::test]
async fn a_logo_without_javascript_is_stored_shown_replaced_and_removed() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    ayse.get(PAGE).await.assert_shows("Henüz logo yok").assert_hides("/logos/").assert_hides("Zemini kaydet");
    let first = shown_logo(&mut ayse, &[("shape", "free"), ("plate", "none"), ("version", "0")]).await;
    let page = ayse.get(&format!("{PAGE}?saved=branding/save-logo")).await;
    page.assert_shows("Logo kaydedildi.")
        .assert_shows("alt=\"Yıldız\"")
        .assert_shows("Son değiştiren: Ayşe Erdem");

    let area =
        [("x", "0"), ("y", "0"), ("width", "240"), ("height", "80"), ("shape", "wide"), ("plate", "white")];
    let second = shown_logo(&mut ayse, &area).await;
    assert_ne!(first, second);
    ayse.get(PAGE).await.assert_shows("240 × 80 piksel");

    let answer = ayse.post(REMOVE, &[("form[confirmed]", "true")]).await;
    assert_eq!(answer.location(), "/settings/branding?saved=branding/remove-logo");
    ayse.get(answer.location()).await.assert_shows("Logo kaldırıldı.").assert_hides("/logos/");
    for gone in [&first, &second] {
        assert_eq!(ayse.get(gone).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn everybody_with_the_address_sees_the_logo_and_nothing_else() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let first = shown_logo(&mut ayse, &[]).await;
    shown_logo(&mut ayse, &[]).await;
    let mut stranger = world.browser();
    // The earlier one too: mails show it.
    let logo = stranger.get(&first).await;
    assert_eq!(logo.status, StatusCode::OK);
    assert_eq!(logo.header("content-type"), "image/png");
    assert_eq!(logo.header("content-disposition"), "inline; filename=\"logo.png\"");
    assert_eq!(logo.header("x-content-type-options"), "nosniff");
    assert_eq!(logo.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'; sandbox");
    assert_eq!(logo.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(logo.header("cache-control"), "public, max-age=86400, immutable");
    assert_eq!(logo.header("set-cookie"), "");
    let name = first.split('/').nth(2).unwrap();
    for path in [
        format!("/logos/{name}/0"),
        format!("/logos/{name}/kept"),
        format!("/logos/{name}/481"),
        "/logos/AAAAAAAAAAAAAAAAAAAAAA/480".to_owned(),
        "/logos/..%2F..%2Fx/480".to_owned(),
    ] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// The choices beside the file that are made on a page.
fn chosen(page: &Answer) -> Vec<&str> {
    let words = page
        .body
        .split("<input")
        .filter(|input| input.contains("form=\"logo\"") && input.contains(" checked"));
    words.filter_map(|input| input.split("value=\"").nth(1)?.split('"').next()).collect()
}

#[tokio::test]
async fn a_refused_logo_says_why_at_its_place_in_the_pages_language() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let large = vec![0xff; 2 * 1024 * 1024 + 1];
    for (file, sentence) in [
        (&b""[..], "Bir dosya seçin."),
        (b"GIF89a", "Yalnızca PNG ve JPG yüklenebilir."),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC açılamıyor."),
        (&LOGO[..LOGO.len() / 2], "Bu dosya bozuk görünüyor"),
        (&large, "Dosya 2 MB"),
    ] {
        let page =
            ayse.upload(SAVE, &[("shape", "wide"), ("plate", "dark")], ("file", "logo.png", file)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
        assert_eq!(chosen(&page), ["wide", "dark"], "{sentence}");
        let error = page.body.find("id=\"f-logo-error\"");
        let error = error.unwrap_or_else(|| panic!("no error in:\n{}", page.body));
        let text: String = page.body[error..].chars().take(600).collect();
        assert!(text.contains(sentence), "{sentence} is not in {text}");
    }
    for fields in [&[("x", "0"), ("y", "0")][..], &[("size", "9")], &[("width", "-1")], &[("version", "new")]]
    {
        let page = ayse.upload(SAVE, fields, ("file", "logo.png", LOGO)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{fields:?}");
    }
}

#[tokio::test]
async fn another_plate_is_saved_and_a_stale_page_is_told() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let first = shown_logo(&mut ayse, &[]).await;
    let plate =
        |version: &'static str, plate: &'static str| [("form[version]", version), ("form[plate]", plate)];
    let answer = ayse.post(PLATE, &plate("1", "dark")).await;
    assert_eq!(answer.location(), "/settings/branding?saved=branding/save-plate");
    let page = ayse.get(answer.location()).await;
    assert_ne!(address(&page), first);
    let saved = branding::load_branding(&world.context, actor.admin().unwrap()).await.unwrap();
    assert_eq!(saved.version, 2);

    let page = ayse.post(PLATE, &plate("1", "white")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.assert_shows("Başka bir yönetici logoyu siz düzenlerken değiştirdi.");
    assert!(
        page.body.contains("name=\"form[version]\" value=\"2\"")
            || page.body.contains("value=\"2\" name=\"form[version]\""),
        "{}",
        page.body
    );
    let white = page.body.find("id=\"f-plate-white\"").unwrap();
    assert!(page.body[white..white + 200].contains("checked"), "what was chosen stays");
    let refused = ayse.post(PLATE, &plate("2", "pink")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("id=\"f-plate-error\"");
}

#[tokio::test]
async fn whoever_replaces_somebodys_new_logo_is_told() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let (mut mert, other) = world.owner("mert@ornek.com", "Ay").await;
    world.join(other, actor, Role::Admin).await;
    let first = mert.upload(SAVE, &[("version", "0")], ("file", "a.png", LOGO)).await;
    assert_eq!(first.location(), "/settings/branding?saved=branding/save-logo");
    let second = ayse.upload(SAVE, &[("version", "0")], ("file", "a.png", LOGO)).await;
    assert_eq!(second.location(), "/settings/branding?saved=branding/save-logo-instead");
    ayse.get(second.location()).await.assert_shows("başka bir yönetici de değiştirmişti");
}

#[tokio::test]
async fn members_neither_see_nor_change_it() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let name = world.give_logo(actor).await;
    world.set_role(actor, Role::Member).await;
    assert_eq!(ayse.get(PAGE).await.status, StatusCode::FORBIDDEN);
    ayse.get("/settings/general").await.assert_hides("href=\"/settings/branding\"");
    assert_eq!(ayse.upload(SAVE, &[], ("file", "a.png", LOGO)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ayse.post(REMOVE, &[("form[confirmed]", "true")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ayse.get("/files/mail-preview?scheme=light").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ayse.get(&format!("/logos/{name}/480")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_preview_is_a_mail_that_only_our_pages_frame() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız <b>").await;
    let form = LogoForm { plate: "white".into(), ..LogoForm::default() };
    branding::save_logo(&world.context, actor.admin().unwrap(), LOGO.into(), None, &form).await.unwrap();
    let page = ayse.get(PAGE).await;
    assert!(page.header("content-security-policy").contains("frame-src 'self'"));
    page.assert_shows("/files/mail-preview?scheme=light").assert_shows("/files/mail-preview?scheme=dark");
    let mail = ayse.get("/files/mail-preview?scheme=dark&version=1").await;
    assert_eq!(mail.status, StatusCode::OK);
    assert_eq!(mail.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(mail.header("x-frame-options"), "SAMEORIGIN");
    assert_eq!(mail.header("cache-control"), "no-store");
    let policy = mail.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'self'"),
        "{policy}"
    );
    assert!(!policy.contains("script"), "{policy}");
    mail.assert_shows("https://ayar.example/logos/").assert_shows("alt=\"Yıldız &#60;b&#62;\"");
    for wrong in ["", "?scheme=pink", "?scheme=dark&x=1"] {
        let answer = ayse.get(&format!("/files/mail-preview{wrong}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}
