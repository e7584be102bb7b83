//! The company's page over HTTP, mostly as a browser without JavaScript sees it.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{Actor, Language, Role, general::GeneralForm};
use services::{entrance, general};

use crate::world::{Answer, Browser, World};

const PAGE: &str = "/settings/general";
const SAVE: &str = "/settings/general?do=general/save-profile";
const SAVE_PHOTO: &str = "/settings/general?do=general/save-photo";
const REMOVE_PHOTO: &str = "/settings/general?do=general/remove-photo";
const PHOTO: &[u8] = include_bytes!("../../../crates/services/src/demo/photo.png");

/// What a browser posts that has changed nothing but `changes`.
async fn post(browser: &mut Browser<'_>, version: &str, changes: &[(&str, &str)]) -> Answer {
    let defaults = [
        ("version", version),
        ("name", "Yıldız"),
        ("email", "ayse@ornek.com"),
        ("phone", ""),
        ("website", ""),
        ("address", ""),
        ("language", "tr"),
        ("time_zone", "Europe/Istanbul"),
        ("support_access", "deny"),
    ];
    let fields: Vec<(String, &str)> = defaults
        .iter()
        .map(|(name, value)| {
            let changed = changes.iter().find(|(changed, _)| changed == name);
            (format!("form[{name}]"), changed.map_or(*value, |(_, value)| *value))
        })
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    browser.post(SAVE, &fields).await
}

async fn saved(world: &World, actor: Actor) -> GeneralForm {
    general::load_profile(&world.context, actor.member()).await.unwrap().form
}

/// The opening tag of the control posted under `name`.
#[track_caller]
fn control<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let at = answer
        .body
        .find(&format!("name=\"{name}\""))
        .unwrap_or_else(|| panic!("no {name} in:\n{}", answer.body));
    let start = answer.body[..at].rfind('<').unwrap();
    let end = at + answer.body[at..].find('>').unwrap();
    &answer.body[start..=end]
}

#[track_caller]
fn assert_value(answer: &Answer, field: &str, value: &str) {
    let control = control(answer, &format!("form[{field}]"));
    assert!(control.contains(&format!("value=\"{value}\"")), "{field} is not {value:?}: {control}");
}

#[tokio::test]
async fn a_save_leads_back_to_the_page_that_shows_it_everywhere() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let answer =
        post(&mut ayse, "1", &[("name", "Ay Çağrı"), ("phone", "0212 555 01 23"), ("website", "ay.com.tr")])
            .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/settings/general?saved=general/save-profile:name,phone,website");
    let page = ayse.get(answer.location()).await;
    assert_value(&page, "phone", "+90 212 555 01 23");
    assert_value(&page, "website", "https://ay.com.tr");
    assert_value(&page, "version", "2");
    page.assert_shows("<title>Genel · Ay Çağrı · Ayar</title>")
        .assert_shows("Kaydedildi: Şirket adı, Telefon, Web sitesi.")
        .assert_hides("Yıldız");
    assert_eq!(saved(&world, actor).await.name, "Ay Çağrı");
}

#[tokio::test]
async fn another_zone_says_what_it_means() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    ayse.get(PAGE)
        .await
        .assert_shows("title=\"Saat dilimi: Avrupa / İstanbul\"")
        .assert_hides("Saat dilimi değişti");
    let answer = post(&mut ayse, "1", &[("time_zone", "America/New_York")]).await;
    let page = ayse.get(answer.location()).await;
    page.assert_shows("Kaydedildi: Saat dilimi.")
        .assert_shows("Saat dilimi değişti: Avrupa / İstanbul → Amerika / New York")
        // Monday 12:00 in Istanbul.
        .assert_shows("Şirketinizin saati 12:00 iken 04:00 oldu.")
        .assert_shows("09:00 artık, eski dilimin saatiyle 17:00 demektir.")
        .assert_shows("Eski dilimde: Açık · kapanış 18:00. Yeni dilimde: Kapalı · açılış 09:00.")
        .assert_shows("title=\"Saat dilimi: Amerika / New York\"");
    let nothing = post(&mut ayse, "2", &[("time_zone", "America/New_York")]).await;
    ayse.get(nothing.location()).await.assert_shows("Değişiklik yok.").assert_hides("Saat dilimi değişti");
    // An address that somebody made up.
    ayse.get("/settings/general?saved=general/save-profile:name&zone=Nowhere")
        .await
        .assert_hides("dilimi değişti");
}

#[tokio::test]
async fn mistakes_stand_at_their_fields_in_the_pages_language_and_what_was_typed_stays() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let typed = [
        ("name", "Yeni \"ad\" & <b>"),
        ("phone", "+90 212 555 01"),
        ("address", "Bir\r\nİki"),
        ("time_zone", "Europe/London"),
        ("support_access", "allow"),
        ("language", "en"),
    ];
    for (language, sentence, whole) in [
        (Language::Tr, "Bu numara eksik görünüyor.", "Bazı alanlar düzeltilmeli."),
        (Language::En, "This number looks incomplete.", "Some fields need"),
    ] {
        entrance::choose_language(&world.context, actor.account(), Some(language)).await.unwrap();
        let page = post(&mut ayse, "1", &typed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.assert_shows(sentence).assert_shows(whole).assert_shows(&format!("lang=\"{}\"", language.tag()));
        assert_value(&page, "name", "Yeni &quot;ad&quot; &amp; &lt;b&gt;");
        assert_value(&page, "phone", "+90 212 555 01");
        assert!(control(&page, "form[phone]").contains("aria-invalid=\"true\""));
        assert!(!control(&page, "form[name]").contains("aria-invalid"));
        page.assert_shows("Bir\r\nİki</textarea>");
        let chosen: Vec<&str> = page
            .body
            .split("<option")
            .filter(|option| option.split('>').next().unwrap().contains("selected"))
            .collect();
        assert!(
            chosen.len() == 3 && chosen[0].contains("\"en\"") && chosen[1].contains("Europe/London"),
            "{chosen:?}"
        );
        let allow = page.body.find("f-support_access-allow").unwrap();
        assert!(page.body[allow..allow + 200].contains("checked"), "{}", &page.body[allow..allow + 200]);
    }
    assert_eq!(saved(&world, actor).await.name, "Yıldız");
}

#[tokio::test]
async fn whoever_saves_second_sees_both_values_and_then_decides() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let theirs = GeneralForm {
        name: "Onun adı".into(),
        time_zone: "Europe/London".into(),
        ..saved(&world, actor).await
    };
    general::save_profile(&world.context, actor.admin().unwrap(), theirs).await.unwrap();

    let page = post(&mut ayse, "1", &[("name", "Benim adım"), ("phone", "0212 555 01 23")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_value(&page, "name", "Benim adım");
    assert_value(&page, "version", "2");
    page.assert_shows("Şu an kayıtlı olan: Onun adı")
        .assert_shows("Şu an kayıtlı olan: Avrupa / Londra")
        .assert_shows("Şu an kayıtlı olan: boş")
        .assert_shows("Ayşe Erdem siz düzenlerken kaydetti (23.11.2026 09:00)");
    assert_eq!(page.body.matches("Şu an kayıtlı").count(), 3, "the fields that do not differ stay quiet");
    assert_eq!(saved(&world, actor).await.name, "Onun adı");

    assert_eq!(post(&mut ayse, "2", &[("name", "Benim adım")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(saved(&world, actor).await.name, "Benim adım");
}

#[tokio::test]
async fn another_mistake_on_an_old_page_does_not_make_it_new() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let theirs = GeneralForm { name: "Onun adı".into(), ..saved(&world, actor).await };
    general::save_profile(&world.context, actor.admin().unwrap(), theirs).await.unwrap();
    let page = post(&mut ayse, "1", &[("phone", "12")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_value(&page, "version", "1");
}

#[tokio::test]
async fn the_language_of_the_company_is_the_language_of_the_next_page() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let answer = post(&mut ayse, "1", &[("language", "en")]).await;
    ayse.get(answer.location()).await.assert_shows("lang=\"en\"").assert_shows("Company profile");
}

#[tokio::test]
async fn members_read_the_page_and_change_nothing() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    world.set_role(actor, Role::Member).await;
    let page = ayse.get(PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    page.assert_shows("değişiklikleri yöneticiler yapar")
        .assert_hides("Güncelle</span>")
        .assert_hides("type=\"file\"");
    assert!(page.body.contains("<fieldset disabled"));
    assert_eq!(post(&mut ayse, "1", &[("name", "Ele geçirildi")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ayse.upload(SAVE_PHOTO, &[], ("file", "a.png", PHOTO)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ayse.post(REMOVE_PHOTO, &[("form[confirmed]", "true")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(saved(&world, actor).await.name, "Yıldız");
}

#[tokio::test]
async fn a_photo_without_javascript_is_stored_shown_replaced_and_removed() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let first = shown_photo(&mut ayse, &[]).await;
    let picture = ayse.get(&first).await;
    assert_eq!(picture.status, StatusCode::OK);
    assert!(picture.header("content-type").starts_with("image/"));
    assert_eq!(picture.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!(picture.header("content-disposition"), "inline; filename=\"photo\"");
    assert_eq!(
        picture.header("content-security-policy"),
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    );

    let second = shown_photo(&mut ayse, &[("x", "0"), ("y", "0"), ("size", "128")]).await;
    assert_ne!(first, second);
    assert_eq!(ayse.get(&first).await.status, StatusCode::NOT_FOUND);

    let answer = ayse.post(REMOVE_PHOTO, &[("form[confirmed]", "true")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    ayse.get(PAGE).await.assert_hides("/files/photo/");
    assert_eq!(ayse.get(&second).await.status, StatusCode::NOT_FOUND);
}

/// Uploads the photo and finds its address on the page.
async fn shown_photo(browser: &mut Browser<'_>, square: &[(&str, &str)]) -> String {
    let answer = browser.upload(SAVE_PHOTO, square, ("file", "../../logo.exe", PHOTO)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = browser.get(answer.location()).await;
    let at = page.body.find("/files/photo/").unwrap_or_else(|| panic!("no photo in:\n{}", page.body));
    page.body[at..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_refused_photo_says_why_at_its_place() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let large = vec![0xff; 5 * 1024 * 1024];
    let slightly_large = vec![0xff; 2 * 1024 * 1024 + 1];
    for (file, status, sentence) in [
        (&b""[..], StatusCode::UNPROCESSABLE_ENTITY, "Bir dosya seçin."),
        (b"\0\0\0\x18ftypheic\0\0\0\0", StatusCode::UNPROCESSABLE_ENTITY, "HEIC açılamıyor."),
        (b"GIF89a", StatusCode::UNPROCESSABLE_ENTITY, "Yalnızca PNG ve JPG yüklenebilir."),
        (&PHOTO[..PHOTO.len() / 2], StatusCode::UNPROCESSABLE_ENTITY, "Bu dosya bozuk görünüyor"),
        (&slightly_large, StatusCode::UNPROCESSABLE_ENTITY, "Dosya 2 MB'tan büyük olamaz."),
        (&large, StatusCode::PAYLOAD_TOO_LARGE, "Dosya 2 MB'tan büyük olamaz."),
    ] {
        let page = ayse.upload(SAVE_PHOTO, &[], ("file", "photo.jpg", file)).await;
        assert_eq!(page.status, status, "{sentence}");
        let error =
            page.body.find("id=\"f-photo-error\"").unwrap_or_else(|| panic!("no error in:\n{}", page.body));
        let text: String = page.body[error..].chars().take(600).collect();
        assert!(
            text.contains(sentence) || text.contains(&sentence.replace('\'', "&#x27;")),
            "{sentence} is not in {text}"
        );
        page.assert_shows("Şirket profili");
    }
}

#[tokio::test]
async fn an_upload_that_is_no_form_is_a_bad_request_and_never_a_failure() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    for (kind, body) in [
        ("multipart/form-data", "no boundary"),
        ("multipart/form-data; boundary=b", "garbage"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf",
        ),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"admin\"\r\n\r\ntrue\r\n--b--\r\n",
        ),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n-1\r\n--b--\r\n",
        ),
        ("application/octet-stream", "\0\0\0"),
        ("application/x-www-form-urlencoded", "file=abc"),
        ("text/plain", ""),
    ] {
        for path in ["/api/general/save-photo", SAVE_PHOTO] {
            let request = ayse
                .request(Method::POST, path)
                .header("content-type", kind)
                .header("sec-fetch-site", "same-origin")
                .body(Body::from(body))
                .unwrap();
            assert_eq!(ayse.send(request).await.status, StatusCode::BAD_REQUEST, "{path}, {kind}, {body:?}");
        }
    }
    let answer = ayse.upload(SAVE_PHOTO, &[("x", "0"), ("y", "0")], ("file", "a.png", PHOTO)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "a square needs a side");
}

#[tokio::test]
async fn strangers_upload_nothing() {
    let world = World::new().await;
    let mut stranger = world.browser();
    let request = stranger
        .request(Method::POST, "/api/general/save-photo")
        .header("content-type", "multipart/form-data; boundary=b")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from("--b--\r\n"))
        .unwrap();
    assert_eq!(stranger.send(request).await.status, StatusCode::UNAUTHORIZED);
    let answer = stranger.upload(SAVE_PHOTO, &[], ("file", "a.png", PHOTO)).await;
    assert!(answer.location().starts_with("/login"));
}

#[tokio::test]
async fn hostile_texts_are_words_on_every_page() {
    const HOSTILE: &str = "</title></textarea></script><script>alert(1)</script>\"'&amp;";
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", HOSTILE).await;
    let form = GeneralForm { address: HOSTILE.into(), ..saved(&world, actor).await };
    general::save_profile(&world.context, actor.admin().unwrap(), form).await.unwrap();
    let typed =
        [("name", HOSTILE), ("phone", HOSTILE), ("website", HOSTILE), ("address", HOSTILE), ("version", "1")];
    let refused = post(&mut ayse, "1", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut pages = vec![refused];
    for path in [PAGE, "/settings/hours", "/settings/nowhere", "/login"] {
        pages.push(ayse.get(path).await);
    }
    for page in pages {
        page.assert_hides("<script>alert")
            .assert_hides("</textarea></script>")
            .assert_hides("</title></textarea>");
    }
    ayse.get(PAGE).await.assert_shows("&lt;/textarea&gt;&lt;/script&gt;&lt;script&gt;alert(1)");
}
