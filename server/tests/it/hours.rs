//! The hours page without JavaScript: what was typed stays, what is wrong says so beside the row, two
//! people never overwrite each other.

use axum::http::StatusCode;

use crate::world::{Answer, World};

const PAGE: &str = "/settings/hours";
const SAVE: &str = "/settings/hours?do=hours/save-hours";
const AYSE: &str = "ayse@ornek.com";

/// Monday with an overlap, Tuesday with a time that is none, a special day that ends before it begins.
const WRONG: &[(&str, &str)] = &[
    ("form[version]", "0"),
    ("form[days][0][open]", "true"),
    ("form[days][0][intervals][0][start]", "09:00"),
    ("form[days][0][intervals][0][end]", "12:30"),
    ("form[days][0][intervals][1][start]", "12:00"),
    ("form[days][0][intervals][1][end]", "18:00"),
    ("form[days][1][open]", "true"),
    ("form[days][1][intervals][0][start]", "9 buçuk"),
    ("form[days][1][intervals][0][end]", "25:00"),
    ("form[overrides][0][first]", "2027-05-19"),
    ("form[overrides][0][last]", "2027-05-01"),
    ("form[overrides][0][label]", "\"><script>alert(1)</script>"),
];

/// Monday to Friday as it is proposed, changed on Monday.
fn changed(version: &'static str, end: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("form[version]", version),
        ("form[days][0][open]", "true"),
        ("form[days][0][intervals][0][start]", "09:00"),
        ("form[days][0][intervals][0][end]", end),
        ("form[days][0][intervals][1][start]", ""),
        ("form[days][0][intervals][1][end]", ""),
    ]
}

/// The tag of the input with this name.
#[track_caller]
fn input<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let mark = format!("name=\"{name}\"");
    let at = answer.body.find(&mark).unwrap_or_else(|| panic!("{name} is not on the page"));
    let start = answer.body[..at].rfind("<input").unwrap();
    &answer.body[start..start + answer.body[start..].find('>').unwrap()]
}

#[track_caller]
fn assert_typed(answer: &Answer, fields: &[(&str, &str)]) {
    for (name, value) in
        fields.iter().filter(|(name, value)| !name.ends_with("[open]") && !value.contains('<'))
    {
        let tag = input(answer, name);
        assert!(tag.contains(&format!("value=\"{value}\"")), "{value:?} is not in {tag}");
    }
}

/// The sentence that belongs to a field.
#[track_caller]
fn sentence<'a>(answer: &'a Answer, id: &str) -> &'a str {
    let at =
        answer.body.find(&format!("id=\"{id}-error\"")).unwrap_or_else(|| panic!("{id} has no sentence"));
    let rest = &answer.body[at..];
    &rest[..rest.find("</p>").unwrap()]
}

#[tokio::test]
async fn wrong_rows_come_back_as_typed_each_with_its_sentence_in_both_languages() {
    let world = World::new().await;
    let (mut browser, _) = world.owner(AYSE, "Yıldız").await;
    let sentences = [
        (
            "tr",
            "Bu aralık başka bir aralıkla çakışıyor.",
            "Saati SS:DD biçiminde yazın.",
            "Bitiş tarihi başlangıçtan önce olamaz.",
        ),
        ("en", "overlaps", "HH:MM", "before"),
    ];
    for (language, overlap, time, dates) in sentences {
        browser.post("/settings/hours?do=shell/choose-language", &[("form[language]", language)]).await;
        let answer = browser.post(SAVE, WRONG).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_typed(&answer, WRONG);
        for name in [
            "form[days][0][intervals][1][start]",
            "form[days][1][intervals][0][start]",
            "form[overrides][0][last]",
        ] {
            let tag = input(&answer, name);
            assert!(tag.contains("aria-invalid=\"true\""), "{tag}");
        }
        assert!(
            input(&answer, "form[days][0][intervals][1][start]").contains("autofocus"),
            "the first one at fault"
        );
        assert!(!input(&answer, "form[days][0][intervals][0][start]").contains("aria-invalid"));
        assert!(input(&answer, "form[days][0][open]").contains("checked"));
        assert!(!input(&answer, "form[days][2][open]").contains("checked"), "unticked by the person");
        for (id, text) in [
            ("f-days-0-intervals-1-start", overlap),
            ("f-days-1-intervals-0-start", time),
            ("f-days-1-intervals-0-end", time),
            ("f-overrides-0-last", dates),
        ] {
            let sentence = sentence(&answer, id);
            assert!(sentence.contains(text), "{language}: {text:?} is not in {sentence}");
        }
        answer.assert_hides("<script>alert(1)");
    }
    let saved = browser.get(PAGE).await;
    assert!(input(&saved, "form[version]").contains("value=\"0\""), "nothing was saved");
}

#[tokio::test]
async fn a_spare_row_waits_in_every_day_and_blank_rows_are_no_rows() {
    let world = World::new().await;
    let (mut browser, _) = world.owner(AYSE, "Yıldız").await;
    let page = browser.get(PAGE).await;
    input(&page, "form[days][0][intervals][1][start]");
    input(&page, "form[days][6][intervals][0][end]");
    input(&page, "form[overrides][0][first]");
    let answer = browser.post(SAVE, &changed("0", "17:00")).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/settings/hours?saved=hours/save-hours")
    );
    let page = browser.get(answer.location()).await;
    assert_typed(&page, &[("form[version]", "1"), ("form[days][0][intervals][0][end]", "17:00")]);
    assert!(!input(&page, "form[days][1][open]").contains("checked"));
    page.assert_shows("kapanış 17:00").assert_shows("Kaydedildi.");
}

#[tokio::test]
async fn unknown_fields_and_unheard_of_row_numbers_are_refused() {
    let world = World::new().await;
    let (mut browser, _) = world.owner(AYSE, "Yıldız").await;
    for (name, value) in [
        ("form[zone]", "Europe/Istanbul"),
        ("form[days][0][name]", "Monday"),
        ("form[days][0][intervals][0][duration]", "60"),
        ("form[days][7][open]", "true"),
        ("form[days][99999999][open]", "true"),
        ("form[overrides][0][intervals][1000][start]", "09:00"),
        ("form[version]", "first"),
    ] {
        let answer = browser.post(SAVE, &[(name, value)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
        assert_eq!(
            browser.call("hours/save-hours", &[(name, value)]).await.status,
            StatusCode::BAD_REQUEST,
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_second_of_two_savers_sees_both_and_chooses() {
    let world = World::new().await;
    let (mut browser, _) = world.owner(AYSE, "Yıldız").await;
    browser.post(SAVE, &changed("0", "17:00")).await;
    let answer = browser.post(SAVE, &changed("0", "19:00")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_typed(&answer, &[("form[version]", "1"), ("form[days][0][intervals][0][end]", "19:00")]);
    answer
        .assert_shows("Ayşe Erdem siz düzenlerken kaydetti")
        .assert_shows("Şu an kayıtlı olan: 09:00–17:00");
    answer.assert_shows("Kayıtlı olanı yükle");
    let answer = browser.post(SAVE, &changed("1", "19:00")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "kept on purpose");
}

#[tokio::test]
async fn a_wrong_time_does_not_hide_that_somebody_else_saved() {
    let world = World::new().await;
    let (mut browser, _) = world.owner(AYSE, "Yıldız").await;
    browser.post(SAVE, &changed("0", "17:00")).await;
    let answer = browser.post(SAVE, &changed("0", "1900 gibi")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_typed(&answer, &[("form[version]", "0")]);
    assert_eq!(browser.post(SAVE, &changed("0", "19:00")).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn ticked_holidays_are_saved_at_once() {
    let world = World::new().await;
    let (mut browser, _) = world.owner(AYSE, "Yıldız").await;
    browser.get(PAGE).await.assert_shows("2027 resmî tatilleri");
    let ticked = [("form[dates][0]", "2027-01-01"), ("form[dates][14]", "2027-10-29")];
    let answer = browser.post("/settings/hours?do=hours/add-holidays", &ticked).await;
    assert_eq!(answer.location(), "/settings/hours?saved=hours/add-holidays");
    let page = browser.get(PAGE).await;
    assert_typed(
        &page,
        &[
            ("form[overrides][0][first]", "2027-01-01"),
            ("form[overrides][0][label]", "Yılbaşı"),
            ("form[overrides][1][first]", "2027-10-29"),
        ],
    );
    let answer = browser.post("/settings/hours?do=hours/add-holidays", &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.assert_shows("Seçeneklerden birini seçin.");
}

#[tokio::test]
async fn a_question_in_the_address_is_answered_on_the_page() {
    let world = World::new().await;
    let (mut browser, _) = world.owner(AYSE, "Yıldız").await;
    let page = browser.get("/settings/hours?at=2026-11-24T09%3A30").await;
    assert_typed(&page, &[("at", "2026-11-24T09:30")]);
    page.assert_shows("24 Kasım 2026 Salı 09:30: açıksınız").assert_shows("Salı düzeni: 09:00–18:00.");
    page.assert_shows("Sonraki değişiklik: kapanış, 24 Kasım 2026 Salı 18:00.");
    browser.get("/settings/hours?at=d%C3%BCn").await.assert_shows("Geçerli bir tarih seçin.");
}

#[tokio::test]
async fn a_member_reads_and_cannot_write() {
    let world = World::new().await;
    let (mut browser, actor) = world.owner(AYSE, "Yıldız").await;
    world.set_role(actor, domain::Role::Member).await;
    let page = browser.get(PAGE).await;
    page.assert_shows("<fieldset disabled")
        .assert_shows("değişiklikleri yöneticiler yapar")
        .assert_hides(">Güncelle<");
    page.assert_hides("do=hours/add-holidays");
    assert_eq!(browser.post(SAVE, &changed("0", "17:00")).await.status, StatusCode::FORBIDDEN);
}
