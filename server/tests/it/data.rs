//! Data and privacy, and help, over HTTP: what each role is shown, an export from the button to the file, deletions with plain
//! forms.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::{Actor, CallId, KeyId, Machine, Role, Scopes, actor::WriteCalls};
use services::{
    calls, customers,
    jobs::{self, Kind},
};

use crate::world::{Answer, Browser, World};

const PAGE: &str = "/settings/data";
const SOUND: &[u8] =
    b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data0123456789";

async fn act(browser: &mut Browser<'_>, act: &str, fields: &[(&str, &str)]) -> Answer {
    browser.post(&format!("{PAGE}?do=data/{act}"), fields).await
}

/// The value of a hidden field on a page.
fn hidden(page: &Answer, name: &str) -> String {
    let rest = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

fn machine(world: &World, actor: Actor) -> WriteCalls {
    let (key, organisation, language) = (KeyId(world.context.id()), actor.organisation, actor.language);
    let scopes = Scopes::CALLS_WRITE;
    Machine { key, organisation, person: None, role: Role::Admin, language, scopes }.write_calls().unwrap()
}

/// A call that is over, with its recording.
async fn recorded(world: &World, actor: Actor) -> CallId {
    let id = world.give_recording(actor, SOUND).await;
    let machine = machine(world, actor);
    calls::save_transcript(&world.context, machine, id, "Merhaba", None).await.unwrap();
    calls::end(&world.context, machine, id, "completed").await.unwrap();
    id
}

#[tokio::test]
async fn everybody_sees_what_is_theirs() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    recorded(&world, actor).await;
    let page = ayse.get(PAGE).await;
    page.assert_shows("Sınırsız").assert_shows("90 gün").assert_shows("Ses kayıtları");
    page.assert_shows("Dışa aktarmayı hazırla").assert_shows("href=\"/settings/data/delete\"");
    world.set_role(actor, Role::Admin).await;
    let page = ayse.get(PAGE).await;
    page.assert_shows("90 gün").assert_shows("yalnızca şirketin sahipleri yapabilir");
    page.assert_hides("Dışa aktarmayı hazırla").assert_hides("/settings/data/delete");
    world.set_role(actor, Role::Member).await;
    assert_eq!(ayse.get(PAGE).await.status, StatusCode::FORBIDDEN);
    let help = ayse.get("/settings/help").await;
    help.assert_shows("Saat dilimini sonradan değiştirebilir miyim?")
        .assert_shows("İstanbul")
        .assert_shows("aynı anda 10 çağrı")
        .assert_shows("Hayır, dosyalar silinmez ama kategorisiz kalır.")
        .assert_hides("href=\"/settings/data\"");
}

#[tokio::test]
async fn an_export_goes_from_the_button_to_the_file() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    recorded(&world, actor).await;
    let asked = act(&mut ayse, "start-export", &[("form[confirmed]", "true")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let page = ayse.get(asked.location()).await;
    page.assert_shows("Bitince e-posta göndereceğiz.")
        .assert_shows("Sırada bekliyor")
        .assert_shows("Durumu yenile");
    page.assert_hides("Yeniden hazırla");
    let twice = act(&mut ayse, "start-export", &[("form[confirmed]", "true")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let id = hidden(&page, "form[export]");
    assert_eq!(ayse.get(&format!("/files/export/{id}")).await.status, StatusCode::NOT_FOUND);

    jobs::run_due(&world.context, Kind::Export).await.unwrap();
    let page = ayse.get(PAGE).await;
    page.assert_shows("tarihine kadar indirebilirsiniz")
        .assert_shows(&format!("href=\"/files/export/{id}\""));
    let file = ayse.get(&format!("/files/export/{id}")).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "application/zip"));
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"ayar-"));
    assert_eq!(file.header("cache-control"), "private, no-store");
    assert!(file.body.starts_with("PK") && file.body.contains("manifest.json"));

    let again = act(&mut ayse, "start-export", &[("form[confirmed]", "true")]).await;
    let page = ayse.get(again.location()).await;
    let id = hidden(&page, "form[export]");
    let cancelled = act(&mut ayse, "cancel-export", &[("form[export]", &id)]).await;
    ayse.get(cancelled.location())
        .await
        .assert_shows("Dışa aktarmadan vazgeçildi.")
        .assert_shows("Vazgeçildi");
    // A session that is left open is not enough.
    world.context.clock.advance(TimeDelta::minutes(11));
    let refused = act(&mut ayse, "start-export", &[("form[confirmed]", "true")]).await;
    refused.assert_shows("/account/confirm?next=");
}

#[tokio::test]
async fn a_customer_is_deleted_with_a_choice_and_a_password() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let customer = world.people_of(actor).await.customer;
    let path = format!("/customers/{customer}");
    let page = ayse.get(&path).await;
    page.assert_shows("Anonimleştir")
        .assert_shows("Verileri indir")
        .assert_shows("Bu kişiyle hiç çağrı yok.");
    let file = ayse.get(&format!("/files/customer/{customer}")).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "application/zip"));
    assert!(file.body.contains("data/customer.jsonl"));
    let delete = format!("{path}?do=customers/delete-customer");
    let unsaid = ayse.post(&delete, &[("form[customer]", &customer)]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.context.clock.advance(TimeDelta::minutes(11));
    let fields = [("form[customer]", customer.as_str()), ("form[calls]", "remove")];
    let refused = ayse.post(&delete, &fields).await;
    refused.assert_shows("/account/confirm?next=").assert_shows("value=\"remove\" checked");
    world.context.clock.advance(-TimeDelta::minutes(11));
    let gone = ayse.post(&delete, &fields).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    ayse.get(gone.location()).await.assert_shows("Müşteri silindi.");
    let id = customer.parse().unwrap();
    assert!(customers::load(&world.context, actor.member(), id).await.is_err());
    assert_eq!(ayse.get(&format!("/files/customer/{customer}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_recording_and_a_transcript_are_deleted_on_the_calls_page() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let call = recorded(&world, actor).await.to_string();
    let path = format!("/calls/{call}");
    ayse.get(&path).await.assert_shows("Ses kaydını sil").assert_shows("Transkripti sil");
    let fields = [("form[call]", call.as_str())];
    let gone = ayse.post(&format!("{path}?do=calls/delete-recording"), &fields).await;
    let page = ayse.get(gone.location()).await;
    page.assert_shows("Ses kaydı silindi.").assert_hides("<audio").assert_shows("Merhaba");
    assert_eq!(ayse.get(&format!("/files/recording/{call}")).await.status, StatusCode::NOT_FOUND);
    let gone = ayse.post(&format!("{path}?do=calls/delete-transcript"), &fields).await;
    ayse.get(gone.location()).await.assert_shows("Transkript silindi.").assert_hides("Merhaba");
    world.set_role(actor, Role::Member).await;
    ayse.get(&path).await.assert_hides("Transkripti sil");
}

#[tokio::test]
async fn staff_read_that_the_clock_jumped() {
    let world = World::new().await;
    let purge = async |after: TimeDelta| {
        world.context.clock.advance(after);
        services::data::purge(&world.context).await.unwrap();
    };
    let words = "Sunucunun saati sıçradı";
    purge(TimeDelta::zero()).await;
    purge(TimeDelta::days(1)).await;
    let mut deniz = world.staff("deniz@ayar.example").await;
    deniz.get("/support/system").await.assert_hides(words);
    world.context.clock.advance(TimeDelta::days(200));
    let mut deniz = world.staff("derya@ayar.example").await;
    purge(TimeDelta::zero()).await;
    deniz.get("/support/system").await.assert_shows(words).assert_shows("24.11.2026 09:00 UTC");
    purge(TimeDelta::days(1)).await;
    let mut deniz = world.staff("umut@ayar.example").await;
    deniz.get("/support/system").await.assert_hides(words);
}
