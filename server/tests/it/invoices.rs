//! Invoices over HTTP: the file and its headers, pages without JavaScript, and the books of staff.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::Role;
use services::invoices;

use crate::world::World;

const PAGE: &str = "/settings/billing";

#[tokio::test]
async fn an_invoice_is_a_file_in_either_language() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let number = world.give_invoice(actor).await;
    let path = format!("/files/invoice/{number}");
    for (query, language) in [("", "tr"), ("?language=tr", "tr"), ("?language=en", "en")] {
        let file = ayse.get(&format!("{path}{query}")).await;
        assert_eq!(file.status, StatusCode::OK, "{query}");
        assert!(file.body.starts_with("%PDF-1.7"), "{query}");
        for (name, value) in [
            ("content-type", "application/pdf"),
            ("content-disposition", format!("attachment; filename=\"{number}-{language}.pdf\"").as_str()),
            ("cache-control", "private, no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(file.header(name), value, "{query} {name}");
        }
    }
    for wrong in ["?language=de", "?language=", "?sheet=1"] {
        assert_eq!(ayse.get(&format!("{path}{wrong}")).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(
        ayse.get(&format!("/files/invoice-logo/{number}")).await.status,
        StatusCode::NOT_FOUND,
        "it has none"
    );
    assert_eq!(world.browser().get(&path).await.status, StatusCode::UNAUTHORIZED);
    world.set_role(actor, Role::Member).await;
    for path in [&path, &format!("{PAGE}/invoices/{number}")] {
        assert_eq!(ayse.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn the_pages_need_no_javascript() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let page = ayse.get(PAGE).await;
    page.assert_shows("Henüz fatura yok").assert_shows("Henüz hareket yok");
    let number = world.give_invoice(actor).await;
    let page = ayse.get(PAGE).await;
    page.assert_shows(&number).assert_shows("279,60 ₺").assert_shows("Ödenecek: 279,60 ₺");
    let one = ayse.get(&format!("{PAGE}/invoices/{number}")).await;
    one.assert_shows("FATURA").assert_shows("Zümrüdüanka Ticaret A.Ş.");
    one.assert_shows("yalnız iki yüz yetmiş dokuz Türk lirası altmış kuruş");
    one.assert_shows("vergi hukuku anlamında fatura değildir");
    let unknown = ayse.get(&format!("{PAGE}/invoices/AYR2026000000099")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);

    let to = format!("{PAGE}/invoices/{number}");
    let mailed = ayse.post(&format!("{to}?do=invoices/mail-invoice"), &[("form[number]", &number)]).await;
    assert_eq!(mailed.location(), format!("{to}?saved=invoices/mail-invoice"));
    ayse.get(mailed.location()).await.assert_shows("Fatura e-posta adresinize gönderildi.");

    let save = format!("{PAGE}?do=invoices/save-threshold");
    let refused = ayse.post(&save, &[("form[threshold]", "çok az")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("value=\"çok az\"").assert_shows("Tutarı 1.234,56 gibi yazın.");
    let saved = ayse.post(&save, &[("form[threshold]", "1.500")]).await;
    assert_eq!(saved.location(), format!("{PAGE}?saved=invoices/save-threshold"));
    let page = ayse.get(saved.location()).await;
    page.assert_shows("Uyarı sınırı kaydedildi.")
        .assert_shows("Krediniz azaldı")
        .assert_shows("value=\"1500,00\"");
    ayse.get("/dashboard").await.assert_shows("-279,60 ₺").assert_shows("Krediniz azaldı");
    world.set_role(actor, Role::Member).await;
    assert!(!ayse.get("/dashboard").await.body.contains("Kredi bakiyesi"), "members see no books");
}

#[tokio::test]
async fn staff_write_into_the_books() {
    let world = World::new().await;
    let (_, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let number = world.give_invoice(actor).await;
    let mut deniz = world.staff("deniz@ayar.example").await;
    let id = actor.organisation.to_string();
    let desk = |act: &str| format!("/support?do=support/{act}");
    let refused = deniz
        .post(
            &desk("add-credit"),
            &[("form[organisation]", &id), ("form[amount]", "0"), ("form[reason]", "Havale")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("Sıfır olamaz").assert_shows("value=\"Havale\"");
    let fields =
        [("form[organisation]", id.as_str()), ("form[amount]", "1.000"), ("form[reason]", "Havale 17")];
    let added = deniz.post(&desk("add-credit"), &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    deniz.get(added.location()).await.assert_shows("Kredi yazıldı.");
    let fields =
        [("form[organisation]", id.as_str()), ("form[number]", "AYR2026000000099"), ("form[reason]", "x")];
    deniz.post(&desk("issue-credit-note"), &fields).await.assert_shows("bu numarada bir faturası yok");
    let fields =
        [("form[organisation]", id.as_str()), ("form[number]", number.as_str()), ("form[reason]", "Yanlış")];
    let noted = deniz.post(&desk("issue-credit-note"), &fields).await;
    deniz.get(noted.location()).await.assert_shows("İade faturası kesildi.");
    let admin = actor.admin().unwrap();
    let credit = invoices::load_credit(&world.context, admin).await.unwrap();
    assert_eq!(credit.balance, domain::money::Money::lira(1_000));
    // Not theirs to look at: an invoice tells a company's business.
    let request =
        deniz.request(Method::GET, &format!("/files/invoice/{number}")).body(Body::empty()).unwrap();
    assert_eq!(deniz.send(request).await.status, StatusCode::FORBIDDEN);
}
