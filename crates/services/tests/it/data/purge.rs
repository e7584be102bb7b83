//! Ninety days and not an hour less; a chain that is cut is still whole; a clock that jumped deletes nothing.

use chrono::TimeDelta;
use domain::{Actor, data::Kept};
use entity::{audit as rows, audit_head, browser, guess, job, link, purge_beat, session};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use services::{
    audit::{self, Report, Wrong, verify},
    data::{self, Holding, Jump},
    session as sessions,
};

use crate::{audit::rename, on_both_databases, recordings, world::World};

const AYSE: &str = "ayse@yildiz.example";

/// As if a purge had run an hour ago: the clock is where it should be.
async fn believe(world: &World) {
    let at = world.context.now() - TimeDelta::hours(1);
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            purge_beat::Entity::delete_many().exec(on).await.unwrap();
            let row = purge_beat::ActiveModel {
                id: Set(purge_beat::Entity::ONLY),
                at: Set(at),
                jumped_from: Set(None),
                in_doubt: Set(false),
            };
            purge_beat::Entity::insert(row).exec_without_returning(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}

async fn purge(world: &World) {
    data::purge(&world.context).await.unwrap();
}

async fn trail(world: &World, actor: Actor) -> u64 {
    let rows = rows::Entity::find().filter(rows::Column::OrganisationId.eq(actor.organisation.0));
    rows.count(world.context.database.read()).await.unwrap()
}

async fn count<E>(world: &World) -> u64
where
    E: EntityTrait,
    E::Model: Sync,
{
    E::find().count(world.context.database.read()).await.unwrap()
}

async fn report(world: &World) -> Report {
    verify(&world.context.database).await.unwrap()
}

async fn held(world: &World, actor: Actor, kind: Kept) -> Holding {
    let held = data::load_retention(&world.context, actor.admin().unwrap()).await.unwrap().held;
    held.into_iter().find(|line| line.kind == kind).unwrap()
}

fn sql(world: &World) -> &impl ConnectionTrait {
    world.context.database.migration_connection()
}

on_both_databases! {
    async fn logs_go_after_ninety_days_and_not_an_hour_sooner(world: World) {
        let ayse = world.owner(AYSE).await;
        rename(&world, ayse, "Güneş").await;
        sessions::sign_out(&world.context, ayse.account()).await.unwrap();
        let (told, in_all) = (trail(&world, ayse).await, count::<rows::Entity>(&world).await);
        let (mails, signed_in) = (count::<job::Entity>(&world).await, count::<session::Entity>(&world).await);
        assert!(told >= 3 && in_all > told && mails >= 1 && signed_in == 1);

        world.context.clock.advance(TimeDelta::days(90) - TimeDelta::hours(1));
        believe(&world).await;
        purge(&world).await;
        assert_eq!((trail(&world, ayse).await, count::<rows::Entity>(&world).await), (told, in_all));
        assert_eq!((count::<job::Entity>(&world).await, count::<session::Entity>(&world).await), (mails, 1));

        world.context.clock.advance(TimeDelta::hours(2));
        purge(&world).await;
        assert_eq!(count::<rows::Entity>(&world).await, 0);
        assert_eq!((count::<job::Entity>(&world).await, count::<session::Entity>(&world).await), (0, 0));
        assert_eq!(report(&world).await, Report { chains: 2, ..Report::default() });
        // Again is no harm.
        purge(&world).await;

        rename(&world, ayse, "Ay").await;
        assert_eq!((report(&world).await.rows, report(&world).await.faults), (1, vec![]));
        let row = rows::Entity::in_chain(ayse.organisation.0, 0).one(world.context.database.read()).await;
        let row = row.unwrap().unwrap();
        assert_eq!(row.number, Some(i64::try_from(told).unwrap() + 1), "numbers go on");
    }

    async fn a_chain_is_cut_where_its_rows_are_not_old_yet(world: World) {
        let ayse = world.owner(AYSE).await;
        rename(&world, ayse, "Güneş").await;
        let old = trail(&world, ayse).await;
        world.context.clock.advance(TimeDelta::days(50));
        for name in ["Ay", "Deniz"] {
            rename(&world, ayse, name).await;
        }
        world.context.clock.advance(TimeDelta::days(41));
        believe(&world).await;
        purge(&world).await;
        assert_eq!(trail(&world, ayse).await, 2);
        assert_eq!(report(&world).await.faults, []);
        let head = audit_head::Entity::find_by_id(ayse.organisation.0).one(world.context.database.read()).await;
        assert_eq!(head.unwrap().unwrap().purged, i64::try_from(old).unwrap());

        // What other hands do is found as before: behind the cut, at it and before it.
        let first = rows::Entity::in_chain(ayse.organisation.0, 0).one(world.context.database.read()).await;
        let first = first.unwrap().unwrap();
        let slipped_in = rows::Model { id: world.context.id(), number: Some(1), ..first.clone() };
        let slipped_in = slipped_in.into_active_model();
        rows::Entity::insert(slipped_in.clone()).exec_without_returning(sql(&world)).await.unwrap();
        assert_eq!(report(&world).await.faults[0].wrong, Wrong::Inserted);
        rows::Entity::delete_by_id(slipped_in.id.unwrap()).exec(sql(&world)).await.unwrap();
        assert_eq!(report(&world).await.faults, []);
        rows::Entity::delete_by_id(first.id).exec(sql(&world)).await.unwrap();
        let faults = report(&world).await.faults;
        assert_eq!((faults[0].wrong, Some(faults[0].number)), (Wrong::Removed, first.number));
    }

    async fn many_rows_go_some_at_a_time(world: World) {
        let ayse = world.owner(AYSE).await;
        let inner = world.context.clone();
        let write = world.context.database.write(move |on| {
            Box::pin(async move {
                for number in 0..1_200 {
                    let entry = audit::Entry {
                        organisation: Some(ayse.organisation),
                        person: Some(ayse.person),
                        action: "general.save_photo",
                        before: serde_json::json!({}),
                        after: serde_json::json!({ "photo": number }),
                    };
                    audit::record(&inner, on, entry).await?;
                }
                Ok(())
            })
        });
        write.await.unwrap();
        world.context.clock.advance(TimeDelta::days(91));
        believe(&world).await;
        // Two nodes at once.
        let other = world.another_node().await;
        let (one, two) = tokio::join!(data::purge(&world.context), data::purge(&other));
        one.unwrap();
        two.unwrap();
        assert_eq!(trail(&world, ayse).await, 0);
        assert_eq!(report(&world).await.faults, []);
    }

    async fn a_clock_that_jumped_deletes_nothing_before_another_run_confirms_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let (day, jump) = (TimeDelta::days(1), async || data::load_jump(&world.context).await.unwrap());
        // The first run ever only looks.
        purge(&world).await;
        assert_eq!(jump().await, None);
        world.context.clock.advance(day);
        purge(&world).await;
        let told = trail(&world, ayse).await;
        let from = world.context.now();
        world.context.clock.advance(TimeDelta::days(200));
        for _ in 0..3 {
            // The same job done again confirms nothing.
            purge(&world).await;
            assert_eq!(trail(&world, ayse).await, told);
        }
        assert_eq!(jump().await, Some(Jump { from, to: world.context.now() }));
        // It was wrong, and is set right: that is a jump as well.
        world.context.clock.advance(-TimeDelta::days(199));
        purge(&world).await;
        assert_eq!(trail(&world, ayse).await, told);
        assert!(jump().await.is_some());
        world.context.clock.advance(TimeDelta::days(95));
        purge(&world).await;
        assert_eq!(trail(&world, ayse).await, told, "away for a while is like a jump");
        world.context.clock.advance(day);
        purge(&world).await;
        assert_eq!((trail(&world, ayse).await, jump().await), (0, None));
    }

    async fn what_has_expired_goes_and_known_browsers_stay_for_a_year(world: World) {
        let ayse = world.owner(AYSE).await;
        services::guess::spend(&world.context, "account:somebody").await.unwrap();
        world.sign_up("seda@ornek.com").await;
        world.context.outbox.settle().await;
        assert_eq!(count::<link::Entity>(&world).await, 1);
        assert!(count::<guess::Entity>(&world).await >= 1);
        world.context.clock.advance(TimeDelta::days(9));
        believe(&world).await;
        purge(&world).await;
        assert_eq!((count::<link::Entity>(&world).await, count::<guess::Entity>(&world).await), (0, 0));
        assert_eq!((count::<browser::Entity>(&world).await, trail(&world, ayse).await > 0), (1, true));
        world.context.clock.advance(TimeDelta::days(357));
        believe(&world).await;
        purge(&world).await;
        assert_eq!(count::<browser::Entity>(&world).await, 0);
    }

    async fn the_table_says_what_there_is_and_what_goes_next(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner("deniz@deniz.example").await);
        let call = recordings::begin(&world, ayse).await;
        recordings::save(&world, ayse, call.id(), recordings::wav(2)).await.unwrap();
        recordings::begin(&world, deniz).await;
        let calls = held(&world, ayse, Kept::Calls).await;
        assert_eq!((calls.count, calls.oldest, calls.leaving), (1, Some(call.started_at), 0));
        let sound = held(&world, ayse, Kept::Recordings).await;
        assert_eq!((sound.count, sound.bytes), (1, Some(32_044)));
        let none = held(&world, ayse, Kept::Transcripts).await;
        assert_eq!((none.count, none.bytes, none.oldest), (0, None, None));
        let told = trail(&world, ayse).await;
        assert_eq!(held(&world, ayse, Kept::Audit).await.count, told);
        assert_eq!(held(&world, ayse, Kept::Audit).await.leaving, 0);
        sessions::sign_out(&world.context, ayse.account()).await.unwrap();
        assert_eq!(held(&world, ayse, Kept::SignIns).await.count, 1);

        // Before the purge of the night in which the ninety days are over.
        world.context.clock.advance(TimeDelta::days(90) - TimeDelta::hours(1));
        let rows = held(&world, ayse, Kept::Audit).await;
        assert_eq!((rows.count, rows.leaving), (told, told));
        assert_eq!(held(&world, ayse, Kept::SignIns).await.leaving, 1);
        let next = data::load_retention(&world.context, ayse.admin().unwrap()).await.unwrap().next_purge;
        assert!(next > world.context.now() && next - world.context.now() <= TimeDelta::days(1));
        assert_eq!(held(&world, ayse, Kept::Invoices).await.count, 0);
    }
}
