//! Taking it apart: broken off anywhere it goes on, in the end nothing is left, and nobody else notices.

use bytes::Bytes;
use domain::Staff;
use entity::{deletion_certificate, deletion_step, job, person};
use sea_orm::EntityTrait;
use services::{
    deletion::{Checked, advance},
    jobs::{self, Kind},
    mail::{DeletionNews, MailKind},
};

use super::*;
use crate::support::{at_the_desk, staff};

/// Tables in which something of it stays: by law, as a proof, and for the operator.
const KEPT: [&str; 3] = ["deletion_certificate", "deletion_step", "invoice"];

/// A company with everything, closed a week ago, beside another one; what that one consists of.
async fn due(world: &World) -> (Actor, Actor, BTreeMap<String, i64>) {
    let (owner, password) = full_company(world).await;
    let seda = world.owner(SEDA).await;
    // Somebody who belongs to both.
    let mert = world.colleague(owner, MERT, Role::Member).await;
    assert_ne!(mert.organisation, seda.organisation);
    delete(&world.context, owner, &password).await;
    world.context.clock.advance(TimeDelta::days(7));
    let others = rows_of(world, seda).await;
    deletion::sweep(&world.context).await.unwrap();
    assert_eq!(stage(world, owner).await, Stage::Deleting);
    (owner, seda, others)
}

async fn steps(world: &World, actor: Actor) -> Vec<deletion_step::Model> {
    deletion_step::Entity::in_organisation(actor.organisation)
        .all(world.context.database.read())
        .await
        .unwrap()
}

async fn file(world: &World) -> String {
    let rows = deletion_certificate::Entity::find().all(world.context.database.read()).await.unwrap();
    rows[0].body.clone().unwrap()
}

async fn execute(world: &World, sqlite: &[&str], postgres: &[&str]) {
    let on = world.context.database.migration_connection();
    let statements = if on.get_database_backend() == DbBackend::Sqlite { sqlite } else { postgres };
    for statement in statements {
        on.execute_unprepared(statement).await.unwrap();
    }
}

on_both_databases! {
    async fn killed_at_every_step_it_goes_on_until_nothing_is_left(world: World) {
        let (owner, seda, others) = due(&world).await;
        let folder = format!("organisations/{}", owner.organisation);
        let invoices = rows_of(&world, owner).await["invoice"];
        assert!(invoices > 0, "the demo has one");
        world.context.storage.put(&format!("{folder}/exports/x"), Bytes::from_static(b"x"), "text/plain").await.unwrap();
        let theirs = format!("organisations/{}/photo/x/128", seda.organisation);
        world.context.storage.put(&theirs, Bytes::from_static(b"x"), "image/png").await.unwrap();

        // Each piece by another process, some of which die in the middle of it.
        let mut pieces = 0;
        loop {
            let node = world.another_node().await;
            if pieces % 3 == 0 {
                let (inner, of) = (node.clone(), owner.organisation);
                let dying = tokio::spawn(async move { advance(&inner, of).await });
                tokio::task::yield_now().await;
                dying.abort();
                _ = dying.await;
            }
            let verified = services::audit::verify(&node.database).await.unwrap();
            assert_eq!(verified.faults, [], "the trails are whole at every moment");
            pieces += 1;
            if !advance(&node, owner.organisation).await.unwrap() {
                break;
            }
        }
        assert!(pieces > 40, "{pieces}");
        assert_eq!(stage(&world, owner).await, Stage::Gone);
        let left: Vec<_> = rows_of(&world, owner).await.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(left.iter().map(|(table, _)| table.as_str()).collect::<Vec<_>>(), KEPT, "{left:?}");
        assert_eq!(rows_of(&world, owner).await["invoice"], invoices);
        assert_eq!(rows_of(&world, seda).await, others, "nobody else notices");
        assert_eq!(world.context.storage.delete_below(&folder, 10).await.unwrap(), 0);
        assert!(world.context.storage.get(&theirs).await.is_ok());
        let kept = row(&world, owner).await;
        assert!(kept.email.is_empty() && kept.phone.is_empty() && kept.photo.is_none() && !kept.name.is_empty());

        // Who belonged to nothing else is gone; the others are not.
        let people = person::Entity::find().all(world.context.database.read()).await.unwrap();
        let mut emails: Vec<&str> = people.iter().map(|person| person.email.as_str()).collect();
        emails.sort_unstable();
        assert!(emails.contains(&MERT) && emails.contains(&SEDA), "{emails:?}");
        assert!(people.iter().all(|person| person.id != owner.person.0));
        assert!(world.sign_in(MERT).await.organisation != owner.organisation);
        assert_eq!(services::audit::verify(&world.context.database).await.unwrap().faults, []);
    }

    async fn the_job_does_it_all_and_mails_a_certificate_that_nobody_can_change(world: World) {
        let (owner, ..) = due(&world).await;
        let name = row(&world, owner).await.name;
        let email = person::Entity::find_by_id(owner.person.0)
            .one(world.context.database.read()).await.unwrap().unwrap().email;
        assert_eq!(jobs::run_due(&world.context, Kind::Deletion).await.unwrap(), 1);
        assert_eq!(stage(&world, owner).await, Stage::Gone);
        world.context.deliver().await.unwrap();
        let sent = world.context.outbox.mailer().sent();
        let mail = sent.iter().rev().find(|sent| sent.mail.to == email).unwrap();
        let MailKind::Deletion { news, link, .. } = &mail.mail.kind else { panic!("{:?}", mail.mail.kind) };
        let DeletionNews::Done { customers, calls, invoices, .. } = **news else { panic!("{}", mail.mail.kind.name()) };
        assert!(customers == 61 && calls > 100 && invoices >= 1, "{customers} {calls} {invoices}");

        let token = link.split_once("/deletion-certificate/").unwrap().1;
        let (file_name, text) = deletion::read_certificate(&world.context, token).await.unwrap();
        assert!(file_name.ends_with(".json") && text == file(&world).await && text.contains("\"customer\": 61"));
        let checked = deletion::check_certificate(&world.context, &text).await.unwrap();
        assert_eq!(checked, Checked::Signed { name, finished_at: world.context.now() });
        let fewer = text.replace("\"customer\": 61", "\"customer\": 60");
        assert_eq!(deletion::check_certificate(&world.context, &fewer).await.unwrap(), Checked::Wrong);
        assert_eq!(deletion::check_certificate(&world.context, "{}").await.unwrap(), Checked::Wrong);
        let other = deletion::read_certificate(&world.context, "geheim").await;
        assert_eq!(other.map(drop), Err(Code::NotFound.into()));
        // Laid out otherwise it still says the same.
        let compact: serde_json::Value = serde_json::from_str(&text).unwrap();
        let checked = deletion::check_certificate(&world.context, &compact.to_string()).await.unwrap();
        assert!(matches!(checked, Checked::Signed { .. }));
        // Once more does nothing more.
        assert!(!advance(&world.context, owner.organisation).await.unwrap());
        // The name is free after 90 days, and then nobody knows it any more.
        world.context.clock.advance(TimeDelta::days(90));
        deletion::sweep(&world.context).await.unwrap();
        assert_eq!(row(&world, owner).await.name, "");
    }

    async fn what_fails_ten_times_stops_where_the_operator_sees_it(world: World) {
        let (owner, ..) = due(&world).await;
        execute(
            &world,
            &["CREATE TRIGGER stuck BEFORE DELETE ON agent BEGIN SELECT RAISE(ABORT, 'stuck'); END"],
            &[
                "CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$",
                "CREATE TRIGGER stuck BEFORE DELETE ON agent FOR EACH ROW EXECUTE FUNCTION stuck()",
            ],
        )
        .await;
        for _ in 0..10 {
            assert_eq!(jobs::run_due(&world.context, Kind::Deletion).await.unwrap(), 1);
            world.context.clock.advance(TimeDelta::hours(7));
        }
        assert_eq!(jobs::run_due(&world.context, Kind::Deletion).await.unwrap(), 0, "it has stopped");
        deletion::sweep(&world.context).await.unwrap();
        let dead: Vec<job::Model> =
            job::Entity::dead().all(world.context.database.read()).await.unwrap();
        assert_eq!(dead.iter().map(|job| job.name.as_str()).collect::<Vec<_>>(), ["deletion"]);
        let rows = steps(&world, owner).await;
        let at = rows.iter().find(|row| row.step == "agent").unwrap();
        assert_eq!((at.state.as_str(), at.attempts), (deletion_step::FAILED, 10));
        let desk: Staff = at_the_desk(&world, &staff(&world, DENIZ).await).await;
        let told = deletion::load_steps(&world.context, desk).await.unwrap();
        assert_eq!((told.len(), told[0].at.as_deref(), told[0].attempts), (1, Some("agent"), 10));
        assert!(told[0].done > 10 && told[0].done < told[0].steps && told[0].error.is_some());

        execute(&world, &["DROP TRIGGER stuck"], &["DROP TRIGGER stuck ON agent"]).await;
        assert_eq!(jobs::retry_dead(&world.context, None).await.unwrap(), 1);
        jobs::run_due(&world.context, Kind::Deletion).await.unwrap();
        assert_eq!(stage(&world, owner).await, Stage::Gone);
        assert_eq!(deletion::load_steps(&world.context, desk).await.unwrap(), []);
    }

    async fn a_link_says_what_is_left_to_do(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Owner).await;
        let seda = world.owner(SEDA).await;
        let id = ayse.organisation.to_string();
        let link = async |account: Option<Account>| deletion::load_link(&world.context, account, &id).await.unwrap();
        delete(&world.context, ayse, PASSWORD).await;
        assert_eq!(link(None).await, deletion::Link::SignIn);
        assert_eq!(link(Some(ayse.account())).await, deletion::Link::Here);
        let elsewhere = world.sign_in(MERT).await;
        assert!(matches!(link(Some(elsewhere.account())).await, deletion::Link::There { .. }));
        assert_eq!(link(Some(seda.account())).await, deletion::Link::Gone, "it is none of hers");
        world.context.clock.advance(TimeDelta::days(7));
        deletion::sweep(&world.context).await.unwrap();
        for account in [None, Some(mert.account())] {
            assert_eq!(link(account).await, deletion::Link::Gone);
        }
        let nonsense = deletion::load_link(&world.context, None, "'").await.unwrap();
        assert_eq!(nonsense, deletion::Link::Gone);
    }
}
