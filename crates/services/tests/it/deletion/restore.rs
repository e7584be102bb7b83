//! Giving it back: everything is as it was, and of an owner and the worker one is first.

use domain::PersonId;
use services::{Clock, members};

use super::*;

/// What is written at the request and not taken back: the trail, mails, sessions, invitations.
const TOUCHED: [&str; 5] = ["audit", "audit_head", "invitation", "job", "session"];

on_both_databases! {
    async fn every_table_is_as_it_was(world: World) {
        let (owner, password) = full_company(&world).await;
        let before = dump(&world).await;
        delete(&world.context, owner, &password).await;
        for _ in 0..6 {
            world.context.clock.advance(TimeDelta::days(1));
            deletion::sweep(&world.context).await.unwrap();
        }
        restore(&world.context, owner).await.unwrap();
        let after = dump(&world).await;
        assert!(before.len() > 50, "{}", before.len());
        for (table, rows) in &before {
            if !TOUCHED.contains(&table.as_str()) {
                assert_eq!(&after[table], rows, "{table}");
            }
        }
        assert!(after["invitation"].is_empty() && !before["invitation"].is_empty(), "and the page says so");
        // Asked for again, it is seven whole days again.
        delete(&world.context, owner, &password).await;
        assert_eq!(row(&world, owner).await.delete_at, Some(world.context.now() + TimeDelta::days(7)));
    }

    async fn any_owner_gives_it_back_until_the_last_moment(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Owner).await;
        delete(&world.context, ayse, PASSWORD).await;
        world.context.clock.advance(TimeDelta::days(7) - TimeDelta::microseconds(1));
        deletion::sweep(&world.context).await.unwrap();
        restore(&world.context, mert).await.unwrap();
        assert_eq!(stage(&world, ayse).await, Stage::Active);
        assert_eq!(restore(&world.context, mert).await, Err(Code::RestoreTooLate.into()));

        delete(&world.context, ayse, PASSWORD).await;
        world.context.clock.advance(TimeDelta::days(7));
        assert_eq!(restore(&world.context, mert).await, Err(Code::RestoreTooLate.into()), "to the very instant");
        deletion::sweep(&world.context).await.unwrap();
        assert_eq!(stage(&world, ayse).await, Stage::Deleting);
        assert_eq!(restore(&world.context, ayse).await, Err(Code::RestoreTooLate.into()));
    }

    async fn of_the_worker_and_an_owner_at_the_same_moment_one_wins(world: World) {
        let ayse = world.owner(AYSE).await;
        for round in 0..6 {
            let ayse = world.sign_in(AYSE).await;
            delete(&world.context, ayse, PASSWORD).await;
            world.context.clock.advance(TimeDelta::days(7) - TimeDelta::microseconds(1));
            // Its clock is a moment ahead: both may be right.
            let mut worker = world.another_node().await;
            worker.clock = Clock::fixed(world.context.now() + TimeDelta::microseconds(1));
            let (back, begun) = match round % 2 {
                0 => tokio::join!(restore(&world.context, ayse), deletion::sweep(&worker)),
                _ => {
                    let (begun, back) = tokio::join!(deletion::sweep(&worker), restore(&world.context, ayse));
                    (back, begun)
                }
            };
            begun.unwrap();
            match back {
                Ok(()) => assert_eq!(stage(&world, ayse).await, Stage::Active, "{round}"),
                Err(error) => {
                    assert_eq!((error.code, stage(&world, ayse).await), (Code::RestoreTooLate, Stage::Deleting));
                    return;
                }
            }
        }
        assert_eq!(stage(&world, ayse).await, Stage::Active);
    }

    async fn an_owner_who_is_none_any_more_gives_nothing_back(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Owner).await;
        delete(&world.context, ayse, PASSWORD).await;
        let left = members::leave(&world.context, world.recent(Account { stage: Stage::Pending, ..ayse.account() }));
        left.await.unwrap();
        assert_eq!(restore(&world.context, ayse).await, Err(Code::Forbidden.into()));
        restore(&world.context, mert).await.unwrap();
        assert_eq!(row(&world, mert).await.deletion_requested_by.map(PersonId), None);
    }
}
