//! An export holds everything and no secret, is read back as it was written, and is there for a day.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use chrono::TimeDelta;
use domain::{
    Actor, AppError, Code, Recent, Role,
    data::{ExportState, OneExportForm},
    entrance::{LoginForm, Password},
};
use entity::{audit, call, customer, knowledge_file, person};
use futures::TryStreamExt;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;
use services::{
    demo,
    entrance::{self, Entered},
    export::{self, Export},
    jobs::{self, Kind},
    session::Browser,
    storage::{Storage, StorageSettings},
};
use sha2::{Digest, Sha256};

use crate::{
    agents::trail,
    on_both_databases,
    recordings::{begin, save, wav},
    world::World,
};

const AYSE: &str = "ayse@yildiz.example";

async fn start(world: &World, by: Actor) -> Result<Export, AppError> {
    // Their password was given just now.
    let now = world.context.now();
    let owner = Recent::check(Actor { proved_at: now, ..by }.owner()?, now)?;
    export::start(&world.context, owner).await
}

fn form(row: &Export) -> OneExportForm {
    OneExportForm { export: row.id.to_string() }
}

async fn state(world: &World, by: Actor) -> ExportState {
    export::load_last(&world.context, by.owner().unwrap()).await.unwrap().unwrap().row.state()
}

async fn downloaded(world: &World, by: Actor, row: &Export) -> Result<Vec<u8>, AppError> {
    let (row, content) = export::download(&world.context, by.owner()?, &form(row)).await?;
    let pieces: Vec<bytes::Bytes> = content.try_collect().await.map_err(AppError::from)?;
    let whole = pieces.concat();
    assert_eq!(whole.len() as i64, row.bytes);
    Ok(whole)
}

/// Every entry by its name; the checksums that the manifest tells are those of the entries.
fn unpack(archive: Vec<u8>) -> (BTreeMap<String, Vec<u8>>, Value) {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut entries = BTreeMap::new();
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        entries.insert(entry.name().unwrap().into_owned(), content);
    }
    let manifest: Value = serde_json::from_slice(&entries["manifest.json"]).unwrap();
    let told = manifest["entries"].as_array().unwrap();
    assert_eq!(told.len() + 1, entries.len(), "all but the manifest itself");
    for entry in told {
        let content = &entries[entry["name"].as_str().unwrap()];
        let hash: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            (entry["bytes"].as_u64().unwrap(), entry["sha256"].as_str().unwrap()),
            (content.len() as u64, hash.as_str())
        );
    }
    for (table, rows) in manifest["rows"].as_object().unwrap() {
        let lines = entries[&format!("data/{table}.jsonl")].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(rows.as_u64().unwrap(), lines as u64, "{table}");
    }
    (entries, manifest)
}

async fn all<E>(world: &World) -> u64
where
    E: EntityTrait,
    E::Model: Sync,
{
    E::find().count(world.context.database.read()).await.unwrap()
}

on_both_databases! {
    async fn everything_comes_back_and_no_secret_does(world: World) {
        let context = &world.context;
        let filled = demo::fill(context).await.unwrap();
        let login = LoginForm { email: filled.email.into(), password: Password(filled.password), next: String::new() };
        let Entered::In(owner) = entrance::sign_in(context, login, None, Browser::default()).await.unwrap() else {
            panic!("the owner owes a code")
        };
        let owner = world.account(&owner.session).await.actor().unwrap();
        // Another company, of which nothing may be found.
        let deniz = world.owner("deniz@deniz.example").await;
        begin(&world, deniz).await;
        let call = begin(&world, owner).await;
        save(&world, owner, call.id(), wav(1)).await.unwrap();

        let row = start(&world, owner).await.unwrap();
        assert_eq!(start(&world, owner).await, Err(Code::ExportRunning.into()), "one at a time");
        assert_eq!(downloaded(&world, owner, &row).await, Err(Code::NotFound.into()), "not yet");
        jobs::run_due(context, Kind::Export).await.unwrap();
        assert_eq!(state(&world, owner).await, ExportState::Ready);
        assert_eq!(world.kinds_mailed_to(filled.email).await.last(), Some(&"export_ready"));

        let archive = downloaded(&world, owner, &row).await.unwrap();
        let (entries, manifest) = unpack(archive);
        assert_eq!(manifest["missing"], serde_json::json!([]));
        let rows = |table: &str| manifest["rows"][table].as_u64().unwrap();
        assert_eq!(rows("calls"), all::<call::Entity>(&world).await - 1, "without the other company's");
        assert_eq!(rows("customers"), all::<customer::Entity>(&world).await);
        assert_eq!(rows("knowledge_files"), all::<knowledge_file::Entity>(&world).await);
        assert!(rows("people") >= 5 && rows("invoices") == 1 && rows("audit") > 20 && rows("hours") == 1);
        assert_eq!(entries[&format!("recordings/{}.wav", call.id())].len(), 16_044);
        let with = |start: &str| entries.keys().filter(|name| name.starts_with(start)).count() as u64;
        assert_eq!((with("knowledge/"), with("invoices/")), (rows("knowledge_files"), 1));
        assert_eq!((with("pictures/photo"), with("pictures/logo")), (1, 1));
        let invoice = entries.iter().find(|(name, _)| name.starts_with("invoices/")).unwrap();
        assert!(invoice.1.starts_with(b"%PDF-"));
        let table = String::from_utf8(entries["data/customers.csv"].clone()).unwrap();
        assert_eq!(table.lines().count() as u64, rows("customers") + 1);
        let first = String::from_utf8(entries["data/calls.jsonl"].clone()).unwrap();
        let first: Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
        let stored = call::Entity::find_by_id(uuid::Uuid::parse_str(first["id"].as_str().unwrap()).unwrap());
        let stored = stored.one(context.database.read()).await.unwrap().unwrap();
        assert_eq!(first["started_at"], stored.started_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
        assert_eq!(first["from_number"], stored.from_number);
        assert!(String::from_utf8_lossy(&entries["BENIOKU.txt"]).contains("kişisel veriler"));

        let text: String = entries
            .iter()
            .filter(|(name, _)| name.starts_with("data/"))
            .map(|(_, content)| String::from_utf8_lossy(content).into_owned())
            .collect();
        for person in person::Entity::find().all(context.database.read()).await.unwrap() {
            assert!(!text.contains(&person.password_hash));
        }
        assert!(!text.contains("$argon2") && !text.contains("token_hash") && !text.contains("password_hash"));
        assert!(!text.contains(&deniz.organisation.to_string()));
        let told: Vec<String> = trail(&world, owner, "data").await.into_iter().map(|row| row.0).collect();
        assert_eq!(told, ["data.start_export", "data.download_export"]);
    }

    async fn an_export_is_there_for_a_day_and_for_owners(world: World) {
        let ayse = world.owner(AYSE).await;
        let deniz = world.owner("deniz@deniz.example").await;
        let row = start(&world, ayse).await.unwrap();
        jobs::run_due(&world.context, Kind::Export).await.unwrap();
        let admin = Actor { role: Role::Admin, ..ayse };
        assert_eq!(downloaded(&world, admin, &row).await, Err(Code::Forbidden.into()));
        assert_eq!(start(&world, admin).await, Err(Code::Forbidden.into()));
        assert_eq!(downloaded(&world, deniz, &row).await, Err(Code::NotFound.into()));
        world.context.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
        assert!(downloaded(&world, ayse, &row).await.is_ok());
        export::sweep(&world.context).await.unwrap();
        assert_eq!(state(&world, ayse).await, ExportState::Ready);
        world.context.clock.advance(TimeDelta::seconds(1));
        assert_eq!(downloaded(&world, ayse, &row).await, Err(Code::NotFound.into()));
        assert_eq!(state(&world, ayse).await, ExportState::Over);
        export::sweep(&world.context).await.unwrap();
        jobs::run_due(&world.context, Kind::Erase).await.unwrap();
        let row = export::load_last(&world.context, ayse.owner().unwrap()).await.unwrap().unwrap().row;
        assert_eq!((row.object, row.state.as_str()), (None, "over"));
        start(&world, ayse).await.unwrap();
    }

    async fn an_export_that_nobody_wants_is_not_made(world: World) {
        let ayse = world.owner(AYSE).await;
        let row = start(&world, ayse).await.unwrap();
        let deniz = world.owner("deniz@deniz.example").await;
        let strange = export::cancel(&world.context, deniz.owner().unwrap(), &form(&row)).await;
        assert_eq!(strange, Err(Code::NotFound.into()));
        export::cancel(&world.context, ayse.owner().unwrap(), &form(&row)).await.unwrap();
        let again = export::cancel(&world.context, ayse.owner().unwrap(), &form(&row)).await;
        assert_eq!(again, Err(Code::NotFound.into()));
        jobs::run_due(&world.context, Kind::Export).await.unwrap();
        assert_eq!(state(&world, ayse).await, ExportState::Cancelled);
        assert_eq!(world.kinds_mailed_to(AYSE).await.iter().filter(|kind| kind.starts_with("export")).count(), 0);
        start(&world, ayse).await.unwrap();
    }

    async fn an_export_that_fails_is_tried_again_and_told(world: World) {
        let mut world = world;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("files");
        world.context.storage = Storage::open(&StorageSettings::Folder { path: path.clone() }).unwrap();
        let ayse = world.owner(AYSE).await;
        let row = start(&world, ayse).await.unwrap();
        // Where the folder was, a file is.
        std::fs::remove_dir_all(&path).unwrap();
        std::fs::write(&path, "").unwrap();
        for _ in 0..3 {
            assert!(state(&world, ayse).await.is_open());
            jobs::run_due(&world.context, Kind::Export).await.unwrap();
            world.context.clock.advance(TimeDelta::minutes(10));
        }
        assert_eq!(state(&world, ayse).await, ExportState::Failed);
        assert_eq!(world.kinds_mailed_to(AYSE).await.last(), Some(&"export_failed"));
        assert_eq!(downloaded(&world, ayse, &row).await, Err(Code::NotFound.into()));
        std::fs::remove_file(&path).unwrap();
        start(&world, ayse).await.unwrap();
        jobs::run_due(&world.context, Kind::Export).await.unwrap();
        assert_eq!(state(&world, ayse).await, ExportState::Ready);
    }

    async fn a_node_that_died_leaves_nothing_but_another_try(world: World) {
        let ayse = world.owner(AYSE).await;
        let row = start(&world, ayse).await.unwrap();
        // Begun there, as the row tells, and never finished.
        let write = world.context.database.write(move |on| {
            Box::pin(async move {
                let begun = entity::data_export::ActiveModel {
                    id: sea_orm::ActiveValue::Set(row.id),
                    state: sea_orm::ActiveValue::Set("running".into()),
                    object: sea_orm::ActiveValue::Set(Some("half".into())),
                    ..Default::default()
                };
                entity::data_export::Entity::update(begun).exec(on).await.unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
        let half = format!("organisations/{}/exports/half", ayse.organisation);
        world.context.storage.put(&half, bytes::Bytes::from_static(b"PK"), "application/zip").await.unwrap();
        jobs::run_due(&world.another_node().await, Kind::Export).await.unwrap();
        assert_eq!(state(&world, ayse).await, ExportState::Ready);
        jobs::run_due(&world.context, Kind::Erase).await.unwrap();
        assert_eq!(world.context.storage.get(&half).await.map(drop), Err(Code::NotFound.into()));
    }

    async fn a_customer_reads_what_is_held_about_them(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner("deniz@deniz.example").await);
        let form = domain::customers::CustomerForm { name: "Can".into(), phone: "+905321234567".into(), ..Default::default() };
        let can = services::customers::create(&world.context, ayse.member(), form.clone()).await.unwrap();
        services::customers::create(&world.context, ayse.member(), domain::customers::CustomerForm { name: "Su".into(), phone: "+905321234568".into(), ..form }).await.unwrap();
        let strange = export::of_customer(&world.context, deniz.admin().unwrap(), can.id()).await;
        assert_eq!(strange.map(drop), Err(Code::NotFound.into()));
        let call = crate::data::erasure::call_with(&world, ayse, "+905321234567").await;
        save(&world, ayse, call, wav(1)).await.unwrap();
        let content = export::of_customer(&world.context, ayse.admin().unwrap(), can.id()).await.unwrap();
        let pieces: Vec<bytes::Bytes> = content.try_collect().await.unwrap();
        let (entries, manifest) = unpack(pieces.concat());
        let expected = serde_json::json!({ "customer": 1, "lists": 0, "calls": 1, "campaign_targets": 0 });
        assert_eq!(manifest["rows"], expected);
        assert_eq!(entries[&format!("recordings/{call}.wav")].len(), 16_044);
        assert!(!String::from_utf8_lossy(&entries["data/customer.jsonl"]).contains("Su"));
        let told = trail(&world, ayse, "customers").await.pop().unwrap();
        assert_eq!((told.0.as_str(), told.2.as_str()), ("customers.download", r#"{"customer":"Can"}"#));
        assert!(all::<audit::Entity>(&world).await > 0);
    }
}
