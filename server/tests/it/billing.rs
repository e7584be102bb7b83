//! The billing page over HTTP, as a browser without JavaScript sees it; and where a national number must not stand.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::{
    Actor, Role,
    billing::{OpenNumber, TaxIdentityForm},
};
use services::billing;

use crate::world::{Answer, Browser, World};

const PAGE: &str = "/settings/billing";
const SAVE: &str = "/settings/billing?do=billing/save-identity";
const REVEAL: &str = "/settings/billing?do=billing/reveal-national-number";
const NUMBER: &str = "10000000146";
const MASKED: &str = "100******46";

fn sole_trader(version: i64) -> TaxIdentityForm {
    TaxIdentityForm {
        version,
        taxpayer: "sole_trader".into(),
        legal_title: "Ayşe Erdem".into(),
        national_number: OpenNumber(NUMBER.into()),
        office_province: "34".into(),
        tax_office: "Şişli Vergi Dairesi Müdürlüğü".into(),
        province: "34".into(),
        district: "Şişli".into(),
        address: "Büyükdere Caddesi No: 128".into(),
        postcode: "34394".into(),
        ..TaxIdentityForm::default()
    }
}

fn company(version: i64) -> TaxIdentityForm {
    TaxIdentityForm {
        taxpayer: "company".into(),
        legal_title: "Yıldız A.Ş.".into(),
        tax_number: "1234567890".into(),
        national_number: OpenNumber::default(),
        ..sole_trader(version)
    }
}

/// Posts the form as its page does.
async fn post(browser: &mut Browser<'_>, form: &TaxIdentityForm) -> Answer {
    let json = serde_json::to_value(form).unwrap();
    let fields: Vec<(String, String)> = json
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            (format!("form[{name}]"), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect();
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(SAVE, &fields).await
}

async fn save(world: &World, actor: Actor, form: TaxIdentityForm) {
    billing::save_identity(&world.context, actor.admin().unwrap(), form).await.unwrap();
}

/// The opening tag of the control posted under the field's name.
#[track_caller]
fn control<'a>(answer: &'a Answer, field: &str) -> &'a str {
    let at = answer.body.find(&format!("name=\"form[{field}]\"")).unwrap_or_else(|| panic!("no {field}"));
    let start = answer.body[..at].rfind('<').unwrap();
    &answer.body[start..=at + answer.body[at..].find('>').unwrap()]
}

/// What is chosen in a list.
#[track_caller]
fn chosen<'a>(answer: &'a Answer, field: &str) -> &'a str {
    let at = answer.body.find(&format!("name=\"form[{field}]\"")).unwrap_or_else(|| panic!("no {field}"));
    let list = &answer.body[at..at + answer.body[at..].find("</select>").unwrap()];
    let option = list.split("<option").find(|option| option.contains(" selected")).unwrap_or_default();
    option.split('"').nth(1).unwrap_or_default()
}

#[tokio::test]
async fn a_first_visit_asks_for_a_company_and_offers_every_province() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let page = ayse.get(PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    page.assert_shows("<title>Fatura bilgileri · Yıldız · Ayar</title>")
        .assert_shows("Kırşehir")
        .assert_shows("Faturada görünüşü")
        .assert_hides("Kozyatağı");
    let radio = page.body.split("<input").find(|tag| tag.contains("f-taxpayer-company")).unwrap();
    assert!(radio[..radio.find('>').unwrap()].contains("checked"), "{radio}");
    assert!(
        !control(&page, "tax_number").contains("hidden")
            && !control(&page, "national_number").contains("hidden")
    );
}

#[tokio::test]
async fn a_refused_province_answers_with_its_lists_and_everything_typed() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let form = TaxIdentityForm {
        tax_office: String::new(),
        district: "Şişli".into(),
        province: "06".into(),
        address: "Bir\r\nİki".into(),
        ..sole_trader(0)
    };
    let page = post(&mut ayse, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_shows("Bu ilçe seçtiğiniz ilde değil")
        .assert_shows("Posta kodu 5 hanelidir")
        .assert_shows("Kozyatağı")
        .assert_shows("Çankaya")
        .assert_shows("Bir\r\nİki</textarea>");
    assert_eq!((chosen(&page, "office_province"), chosen(&page, "province")), ("34", "06"));
    assert!(control(&page, "legal_title").contains("value=\"Ayşe Erdem\""));
    assert!(control(&page, "national_number").contains(NUMBER), "they typed it a moment ago");

    let company = TaxIdentityForm { legal_title: "Yıldız A.Ş.".into(), ..sole_trader(0) };
    post(&mut ayse, &company).await.assert_shows("Bu unvan bir şirket unvanı.");
}

#[tokio::test]
async fn a_save_leads_back_to_a_page_that_masks_the_number() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let answer = post(&mut ayse, &sole_trader(0)).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/settings/billing?saved=billing/save-identity")
    );
    let page = ayse.get(answer.location()).await;
    page.assert_shows("Kaydedildi.").assert_shows(MASKED).assert_hides(NUMBER);
    page.assert_shows("34394 Şişli / İstanbul").assert_shows("Son değiştiren: Ayşe Erdem");
    assert_eq!(chosen(&page, "tax_office"), "Şişli Vergi Dairesi Müdürlüğü");

    // Saved again as it stands there.
    let form =
        TaxIdentityForm { national_number: OpenNumber::default(), address: "Yeni".into(), ..sole_trader(1) };
    assert_eq!(post(&mut ayse, &form).await.status, StatusCode::SEE_OTHER);
    ayse.get(PAGE).await.assert_shows(MASKED);

    // Called by the page's own script: no number in the answer either.
    for function in ["billing/load-billing", "billing/load-identity", "billing/load-revealed"] {
        let fields: &[(&str, &str)] =
            if function.ends_with("billing") { &[("form[province]", "34")] } else { &[] };
        let answer = ayse.call(function, fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{function}");
        answer.assert_hides(NUMBER);
    }
}

#[tokio::test]
async fn the_number_is_shown_to_whoever_asks_and_for_a_minute_only() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    save(&world, actor, sole_trader(0)).await;
    let asked = [("form[confirmed]", "true")];
    let shown_at = "/settings/billing?saved=billing/reveal-national-number";
    ayse.get(shown_at).await.assert_hides(NUMBER);

    let answer = ayse.post(REVEAL, &asked).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, shown_at));
    let page = ayse.get(shown_at).await;
    page.assert_shows(NUMBER).assert_shows("Bir dakika sonra yeniden gizlenir");
    assert_eq!(page.header("cache-control"), "no-store");
    ayse.get(PAGE).await.assert_hides(NUMBER);
    ayse.get("/settings/audit")
        .await
        .assert_shows("T.C. kimlik numarasının tamamını gördü")
        .assert_hides(NUMBER);
    world.context.clock.advance(TimeDelta::seconds(61));
    ayse.get(shown_at).await.assert_hides(NUMBER);

    let called = ayse.call("billing/reveal-national-number", &asked).await;
    assert_eq!((called.status, called.body.as_str()), (StatusCode::OK, "\"10000000146\""));
    let unconfirmed = ayse.call("billing/reveal-national-number", &[("form[confirmed]", "false")]).await;
    assert_eq!(unconfirmed.status, StatusCode::BAD_REQUEST);

    world.context.clock.advance(TimeDelta::minutes(11));
    let page = ayse.post(REVEAL, &asked).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.assert_shows("/account/confirm?next=").assert_hides(NUMBER);
    assert_eq!(ayse.call("billing/reveal-national-number", &asked).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_conflict_shows_both_values_and_no_number() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    save(&world, actor, company(0)).await;
    let theirs = TaxIdentityForm { legal_title: "Onun Unvanı".into(), ..sole_trader(1) };
    save(&world, actor, theirs).await;
    let mine = TaxIdentityForm { legal_title: "Benim Unvanım A.Ş.".into(), ..company(1) };
    let page = post(&mut ayse, &mine).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.assert_shows("Şu an kayıtlı olan: Onun Unvanı")
        .assert_shows("Şu an kayıtlı olan: Şahıs işletmesi")
        .assert_shows(MASKED)
        .assert_hides(NUMBER);
    assert!(control(&page, "legal_title").contains("value=\"Benim Unvanım A.Ş.\""));
    assert!(control(&page, "version").contains("value=\"2\""));
    assert_eq!(post(&mut ayse, &TaxIdentityForm { version: 2, ..mine }).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn members_see_neither_the_room_nor_its_way() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    save(&world, actor, sole_trader(0)).await;
    ayse.get("/settings/general").await.assert_shows("href=\"/settings/billing\"");
    world.set_role(actor, Role::Member).await;
    ayse.get("/settings/general").await.assert_hides("/settings/billing");
    let page = ayse.get(PAGE).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.assert_hides(MASKED).assert_hides("Büyükdere");
}
