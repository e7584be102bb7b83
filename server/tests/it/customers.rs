//! Customers and agents over HTTP, as a browser without JavaScript sees them.

use axum::http::StatusCode;
use domain::{Actor, Role, customers::CustomersForm};

use crate::world::{Answer, Browser, World};

const NEW: &str = "/customers?do=customers/create-customer";
const UPLOAD: &str = "/customers/import?do=customers/upload-table";
const TABLE: &str =
    "Müşteri;Cep;E-posta\nŞükrü Iğdır;0532 123 45 67;sukru@x.co\n;0532 123 45 68;\nCan;0532;\n";

async fn add(browser: &mut Browser<'_>, name: &str, phone: &str) -> Answer {
    browser.post(NEW, &[("form[name]", name), ("form[phone]", phone), ("form[version]", "0")]).await
}

async fn names(world: &World, actor: Actor) -> Vec<String> {
    let all = CustomersForm::default();
    let page = services::customers::list(&world.context, actor.member(), &all, None, 100).await.unwrap();
    page.customers.into_iter().map(|row| row.name).collect()
}

#[tokio::test]
async fn a_number_that_is_taken_leads_to_whose_it_is_and_nothing_typed_is_lost() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let added = add(&mut ayse, "Şükrü Iğdır", "0532 123 45 67").await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let path = added.location().split('?').next().unwrap().to_owned();
    ayse.get(added.location()).await.assert_shows("Müşteri eklendi.").assert_shows("+90 532 123 45 67");
    let taken = add(&mut ayse, "Başka Biri", "+90 (532) 1234567").await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    taken
        .assert_shows("Bu numarayla kayıtlı bir müşteri zaten var.")
        .assert_shows(&format!("href=\"{path}\""))
        .assert_shows("value=\"Başka Biri\"");
    ayse.get("/customers?q=sukru").await.assert_shows("Şükrü Iğdır");
    ayse.get("/customers?q=yok").await.assert_shows("Aramanıza uyan müşteri yok.");
    ayse.get("/customers?list=x").await.assert_shows("Bu adres bir sayfaya götürmüyor");
}

#[tokio::test]
async fn whoever_saves_second_sees_both_values_and_chooses() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let added = add(&mut ayse, "Can", "0532 123 45 67").await;
    let path = added.location().split('?').next().unwrap().to_owned();
    let id = path.rsplit('/').next().unwrap().to_owned();
    let save = format!("{path}?do=customers/update-customer");
    let fields = |name: &'static str, version: &'static str| {
        vec![
            ("form[customer]", id.as_str()),
            ("form[name]", name),
            ("form[phone]", "05321234567"),
            ("form[version]", version),
        ]
    };
    assert_eq!(ayse.post(&save, &fields("Canan", "1")).await.status, StatusCode::SEE_OTHER);
    let second = ayse.post(&save, &fields("Can Su", "1")).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    second.assert_shows("Şu an kayıtlı olan: Canan").assert_shows("value=\"Can Su\"");
    second.assert_shows("name=\"form[version]\" value=\"2\"");
    assert_eq!(ayse.post(&save, &fields("Can Su", "2")).await.status, StatusCode::SEE_OTHER);
    ayse.get(&path).await.assert_shows("value=\"Can Su\"");
}

#[tokio::test]
async fn a_table_goes_its_way_without_a_script() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let empty = ayse.upload(UPLOAD, &[], ("file", "boş.csv", b"")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.assert_shows("Bir dosya seçin.");
    let packed = ayse.upload(UPLOAD, &[], ("file", "a.xlsx", b"PK\x03\x04\0\0")).await;
    packed.assert_shows("Tabloyu CSV olarak kaydedip yeniden deneyin.");
    let large = vec![b'a'; domain::customers::import::MOST_BYTES + 1];
    let large = ayse.upload(UPLOAD, &[], ("file", "a.csv", &large)).await;
    large.assert_shows("Dosya 5 MB'tan büyük olamaz.");
    let huge = vec![b'a'; domain::customers::import::MOST_BYTES + 128 * 1024];
    let huge = ayse.upload(UPLOAD, &[], ("file", "a.csv", &huge)).await;
    huge.assert_shows("Dosya 5 MB'tan büyük olamaz.");

    let uploaded = ayse.upload(UPLOAD, &[], ("file", "müşteriler.csv", TABLE.as_bytes())).await;
    assert_eq!(uploaded.status, StatusCode::SEE_OTHER);
    let path = uploaded.location().to_owned();
    let id = path.rsplit('/').next().unwrap().to_owned();
    let columns = ayse.get(&path).await;
    columns.assert_shows("müşteriler.csv: 3 satır").assert_shows("2. sütun: Cep").assert_shows("sukru@x.co");
    let choose = format!("{path}?do=customers/choose-import");
    let chosen = |phone: &'static str| {
        [
            ("form[import]", id.as_str()),
            ("form[name]", "0"),
            ("form[phone]", phone),
            ("form[email]", "2"),
            ("form[known]", "keep"),
            ("form[new_list]", "Yaz"),
        ]
    };
    let refused = ayse.post(&choose, &chosen("0")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("Bu sütunu başka bir alan için de seçtiniz.").assert_shows("value=\"Yaz\"");
    let chosen = ayse.post(&choose, &chosen("1")).await;
    assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, path.as_str()));
    let check = ayse.get(&path).await;
    check
        .assert_shows("Henüz hiçbir şey değişmedi.")
        .assert_shows("1 müşteriyi aktar")
        .assert_shows("Hepsi “Yaz” listesine eklenecek.")
        .assert_shows("Telefon: Bu numara eksik görünüyor.");
    assert_eq!(names(&world, actor).await, [""; 0]);
    let again = ayse.get(&format!("{path}?columns=1")).await;
    again.assert_shows("Hangi sütun ne?");
    let refused = ayse.get(&format!("/files/import-errors.csv?import={id}")).await;
    assert_eq!(refused.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(refused.body.lines().count(), 3);
    let run = ayse.post(&format!("{path}?do=customers/run-import"), &[("form[import]", &id)]).await;
    assert_eq!((run.status, run.location()), (StatusCode::SEE_OTHER, path.as_str()));
    ayse.get(&path).await.assert_shows("Aktarım tamamlandı").assert_shows("Listesi: Yaz");
    assert_eq!(names(&world, actor).await, ["Şükrü Iğdır"]);
    let file = ayse.get("/files/customers.csv?q=sukru").await;
    file.assert_shows("\"Şükrü Iğdır\",\"'+905321234567\",\"sukru@x.co\",\"\",\"hayır\",\"Yaz\"");
    world.context.clock.advance(chrono::TimeDelta::hours(1));
    let gone = ayse.get(&path).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    gone.assert_shows("Yüklenen dosya artık yok");
}

#[tokio::test]
async fn members_neither_delete_nor_take_files_and_read_why_not() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let path = add(&mut ayse, "Can", "0532 123 45 67").await.location().split('?').next().unwrap().to_owned();
    ayse.get(&path).await.assert_shows("Müşteriyi sil");
    ayse.get("/customers").await.assert_shows("Dosyadan aktar");
    world.set_role(actor, Role::Member).await;
    ayse.get(&path).await.assert_hides("Müşteriyi sil").assert_shows("Kaydet");
    ayse.get("/customers").await.assert_hides("Dosyadan aktar").assert_hides("CSV indir");
    assert_eq!(ayse.get("/customers/import").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ayse.get("/files/customers.csv").await.status, StatusCode::FORBIDDEN);
    ayse.get("/agents")
        .await
        .assert_shows("Temsilcileri yöneticileriniz ekler.")
        .assert_hides("Temsilci ekle");
}

#[tokio::test]
async fn an_agent_is_added_changed_and_deleted_without_a_script() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let create = "/agents?do=agents/create-agent";
    let fields = [
        ("form[name]", "Elif"),
        ("form[language]", "tr"),
        ("form[greeting]", "Merhaba"),
        ("form[number]", "5"),
    ];
    let refused = ayse.post(create, &fields).await;
    refused.assert_shows("Bu numara eksik görünüyor.").assert_shows("value=\"Elif\"");
    let added = ayse.post(create, &fields[..3]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    ayse.get(added.location()).await.assert_shows("Temsilci eklendi.").assert_shows("Platformun numarası");
    let (rows, _) = services::agents::list(&world.context, actor.member(), None, 10).await.unwrap();
    let (path, id) = (format!("/agents/{}", rows[0].id), rows[0].id.to_string());
    ayse.get(&path).await.assert_shows("value=\"Elif\"").assert_shows("Temsilci bir daha arama yapmaz.");
    let deleted = ayse.post(&format!("{path}?do=agents/delete-agent"), &[("form[agent]", &id)]).await;
    ayse.get(deleted.location()).await.assert_shows("Temsilci silindi.").assert_shows("Henüz temsilci yok");
    assert_eq!(ayse.get(&path).await.status, StatusCode::NOT_FOUND);
}
