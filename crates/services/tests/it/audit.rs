//! The audit trail: whole rows, only one's own, found by index, and a chain that shows what other hands did.

mod chain;
mod plan;
mod revert;

use chrono::TimeDelta;
use domain::{Actor, Code, Language, Role, audit::TrailForm, general::GeneralForm};
use entity::audit as rows;
use futures::TryStreamExt;
use sea_orm::EntityTrait;
use services::{
    audit::{self, Format},
    entrance, general,
    origin::{self, Origin},
};

use crate::{on_both_databases, world::World};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";

/// A change of the profile; the trail gets one row of it.
pub async fn rename(world: &World, actor: Actor, name: &str) {
    let form = general::load_profile(&world.context, actor.member()).await.unwrap().form;
    let form = GeneralForm { name: name.into(), ..form };
    general::save_profile(&world.context, actor.admin().unwrap(), form).await.unwrap();
}

async fn trail(world: &World, actor: Actor, form: &TrailForm) -> audit::Page {
    audit::load_trail(&world.context, actor.admin().unwrap(), form).await.unwrap()
}

/// The names that were given, newest first.
async fn renamed(world: &World, actor: Actor, form: &TrailForm) -> Vec<String> {
    let lines = trail(world, actor, form).await.lines;
    let name = |line: &audit::Line| {
        let after: serde_json::Value = serde_json::from_str(&line.row.after).unwrap();
        after["name"].as_str().unwrap_or(&line.row.action).to_owned()
    };
    lines.iter().map(name).collect()
}

async fn exported(world: &World, actor: Actor, form: &TrailForm, format: Format) -> String {
    let stream = audit::export(&world.context, actor.admin().unwrap(), form, format).await.unwrap();
    let chunks: Vec<_> = stream.try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap()
}

fn only(room: &str) -> TrailForm {
    TrailForm { room: room.into(), ..TrailForm::default() }
}

on_both_databases! {
    async fn a_row_says_who_what_from_where_and_by_which_request(world: World) {
        let ayse = world.owner(AYSE).await;
        let origin = Origin {
            address: "203.0.113.0/24".into(),
            request_id: "abc".into(),
            on_behalf_of: Some(ayse.person),
            reads_only: false,
        };
        origin::within(origin, rename(&world, ayse, "Ay")).await;
        let line = trail(&world, ayse, &only("general")).await.lines.remove(0);
        assert_eq!(line.person, Some(("Ayşe Erdem".into(), AYSE.into())));
        assert_eq!(line.on_behalf_of, line.person);
        let row = line.row;
        assert_eq!((row.address.as_str(), row.request_id.as_str()), ("203.0.113.0/24", "abc"));
        assert_eq!((row.room.as_str(), row.action.as_str()), ("general", "general.save_profile"));
        assert_eq!((row.at, row.retained_until), (world.context.now(), Some(world.context.now() + audit::RETENTION)));
        assert!(row.before.contains("Yıldız") && row.after == r#"{"name":"Ay"}"#, "{row:?}");

        rename(&world, ayse, "Güneş").await;
        let row = trail(&world, ayse, &only("general")).await.lines.remove(0).row;
        assert_eq!((row.address.as_str(), row.request_id.as_str(), row.on_behalf_of), ("", "", None));
    }

    async fn what_is_refused_leaves_no_row_and_no_gap(world: World) {
        let ayse = world.owner(AYSE).await;
        let old = general::load_profile(&world.context, ayse.member()).await.unwrap().form;
        rename(&world, ayse, "Ay").await;
        let late = GeneralForm { name: "Deniz".into(), ..old };
        let refused = general::save_profile(&world.context, ayse.admin().unwrap(), late).await;
        assert_eq!(refused.map(drop), Err(Code::Conflict.into()));
        rename(&world, ayse, "Güneş").await;
        assert_eq!(renamed(&world, ayse, &only("general")).await, ["Güneş", "Ay"]);
        assert_eq!(audit::verify(&world.context.database).await.unwrap().faults, []);
    }

    async fn ones_own_account_stays_out_and_signing_in_does_not(world: World) {
        let ayse = world.owner(AYSE).await;
        world.set_up_app(ayse.account()).await;
        entrance::choose_language(&world.context, ayse.account(), Some(Language::En)).await.unwrap();
        let lines = trail(&world, ayse, &TrailForm::default()).await.lines;
        let actions: Vec<_> = lines.iter().map(|line| line.row.action.as_str()).collect();
        assert_eq!(actions, ["entrance.sign_in", "entrance.sign_up"]);
    }

    async fn nobody_reads_the_trail_of_another_organisation(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.owner(MERT).await;
        rename(&world, mert, "Ay").await;
        assert_eq!(trail(&world, ayse, &only("general")).await.lines.len(), 0);
        let of_mert = TrailForm { person: mert.person.to_string(), ..TrailForm::default() };
        let refused = audit::load_trail(&world.context, ayse.admin().unwrap(), &of_mert).await;
        assert_eq!(refused.map(drop), Err(Code::NotFound.into()), "nor learns that there is such a person");
        assert!(!exported(&world, ayse, &TrailForm::default(), Format::JsonLines).await.contains(MERT));
        // A place in somebody else's trail is a moment, nothing more.
        let row = trail(&world, mert, &only("general")).await.lines.remove(0).row;
        let after = TrailForm { before: row.id.to_string(), ..TrailForm::default() };
        let lines = trail(&world, ayse, &after).await.lines;
        assert!(lines.iter().all(|line| line.row.organisation_id == Some(ayse.organisation.0)));
    }

    async fn it_is_filtered_by_person_page_action_and_day_of_the_organisation(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        // 23 November in Istanbul until 21:00 UTC.
        world.context.clock.advance(TimeDelta::hours(12) - TimeDelta::milliseconds(1));
        rename(&world, ayse, "before midnight").await;
        world.context.clock.advance(TimeDelta::milliseconds(1));
        rename(&world, mert, "after midnight").await;
        let of = |form: TrailForm| TrailForm { room: "general".into(), ..form };
        let day = |first: &str, last: &str| {
            of(TrailForm { first: first.into(), last: last.into(), ..TrailForm::default() })
        };
        assert_eq!(renamed(&world, ayse, &day("2026-11-23", "2026-11-23")).await, ["before midnight"]);
        assert_eq!(renamed(&world, ayse, &day("2026-11-24", "")).await, ["after midnight"]);
        assert_eq!(renamed(&world, ayse, &day("", "2026-11-24")).await, ["after midnight", "before midnight"]);
        assert_eq!(renamed(&world, ayse, &day("", "2026-11-22")).await, [""; 0]);
        let person = of(TrailForm { person: mert.person.to_string(), ..TrailForm::default() });
        assert_eq!(renamed(&world, ayse, &person).await, ["after midnight"]);
        let action = TrailForm { action: "entrance.sign_up".into(), ..TrailForm::default() };
        assert_eq!(renamed(&world, ayse, &action).await, ["entrance.sign_up"]);
        let nowhere = of(action);
        assert_eq!(renamed(&world, ayse, &nowhere).await, [""; 0], "no such action on that page");
        let people = trail(&world, ayse, &TrailForm::default()).await.people;
        assert_eq!(people.len(), 2);
    }

    async fn pages_meet_without_a_gap_in_both_directions(world: World) {
        let ayse = world.owner(AYSE).await;
        for number in 0..120 {
            rename(&world, ayse, &number.to_string()).await;
        }
        let general = only("general");
        let newest = trail(&world, ayse, &general).await;
        assert_eq!((newest.lines.len(), newest.newer), (50, None));
        let older = TrailForm { before: newest.older.unwrap().to_string(), ..general.clone() };
        let second = trail(&world, ayse, &older).await;
        let last = TrailForm { before: second.older.unwrap().to_string(), ..general.clone() };
        let third = trail(&world, ayse, &last).await;
        assert_eq!((third.lines.len(), third.older), (20, None));
        let mut all = renamed(&world, ayse, &general).await;
        all.extend(renamed(&world, ayse, &older).await);
        all.extend(renamed(&world, ayse, &last).await);
        assert_eq!(all, (0..120).rev().map(|number| number.to_string()).collect::<Vec<_>>());

        let newer = TrailForm { after: third.newer.unwrap().to_string(), ..general.clone() };
        assert_eq!(renamed(&world, ayse, &newer).await, renamed(&world, ayse, &older).await);
        let newer = TrailForm { after: second.newer.unwrap().to_string(), ..general.clone() };
        assert_eq!(renamed(&world, ayse, &newer).await, renamed(&world, ayse, &general).await);
        // Two rows have come since: still a whole page.
        rename(&world, ayse, "new").await;
        assert_eq!(renamed(&world, ayse, &newer).await.len(), 50);
    }

    async fn a_file_has_every_row_once_and_no_formula(world: World) {
        let ayse = world.owner(AYSE).await;
        for number in 0..3 {
            let many = (0..200).map(|row| format!("{number}-{row}"));
            note(&world, ayse, many.collect()).await;
        }
        rename(&world, ayse, "=HYPERLINK(\"http://x\")").await;
        let lines = exported(&world, ayse, &only("general"), Format::JsonLines).await;
        let lines: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 601);
        assert_eq!(lines[0]["after"]["name"], "=HYPERLINK(\"http://x\")");
        assert_eq!(lines[0]["person"]["email"], AYSE);
        assert_eq!(lines[0]["local"], "2026-11-23T12:00:00+03:00");
        let numbers: Vec<i64> = lines.iter().map(|line| line["number"].as_i64().unwrap()).collect();
        assert!(numbers.is_sorted_by(|newer, older| newer > older));

        entrance::choose_language(&world.context, ayse.account(), Some(Language::Tr)).await.unwrap();
        let csv = exported(&world, ayse, &only("general"), Format::Csv).await;
        assert!(csv.starts_with("\u{feff}\"Zaman\",\"Kişi\","), "{}", &csv[..80]);
        assert_eq!(csv.matches("\r\n").count(), 602);
        assert!(csv.contains("\"2026-11-23 12:00:00 +03:00\",\"Ayşe Erdem\","));
        let bad = TrailForm { last: "soon".into(), ..TrailForm::default() };
        let refused = audit::export(&world.context, ayse.admin().unwrap(), &bad, Format::Csv).await;
        assert_eq!(refused.err().unwrap().of("last"), Some(Code::DateInvalid));
    }

    async fn a_page_knows_who_changed_it_last(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let last = async || audit::last_changes(&world.context, ayse.member(), "general").await.unwrap();
        assert!(last().await.is_empty());
        rename(&world, ayse, "Ay").await;
        world.context.clock.advance(TimeDelta::minutes(1));
        rename(&world, mert, "Güneş").await;
        let lines = last().await;
        let told = |line: &audit::Line| (line.row.person_id, line.row.at);
        assert_eq!(told(&lines[0]), (Some(mert.person.0), world.context.now()));
        assert_eq!((lines.len(), lines[1].row.person_id), (2, Some(ayse.person.0)));
        // The page of the trail that a line leads to begins with it.
        let before = lines[1].beginning().to_string();
        let page = trail(&world, ayse, &TrailForm { before, ..only("general") }).await;
        assert_eq!(page.lines[0].row.id, lines[1].row.id);
        let elsewhere = world.owner("seda@yildiz.example").await;
        assert!(audit::last_changes(&world.context, elsewhere.member(), "general").await.unwrap().is_empty());
    }
}

/// Rows as a change of the profile would leave them, many at once.
async fn note(world: &World, actor: Actor, names: Vec<String>) {
    let context = world.context.clone();
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            for name in names {
                let entry = audit::Entry {
                    organisation: Some(actor.organisation),
                    person: Some(actor.person),
                    action: "general.save_profile",
                    before: serde_json::json!({}),
                    after: serde_json::json!({ "name": name }),
                };
                audit::record(&context, on, entry).await?;
            }
            Ok(())
        })
    });
    write.await.unwrap();
}

async fn all_rows(world: &World) -> Vec<rows::Model> {
    rows::Entity::find().all(world.context.database.read()).await.unwrap()
}
