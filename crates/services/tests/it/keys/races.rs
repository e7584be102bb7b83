//! Requests at the same moment, over two processes.

use domain::keys::MOST_KEYS;

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn two_rolls_at_once_leave_two_tokens_that_work(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let other = world.another_node().await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        let form = || RollForm { key: id.to_string(), overlap: "week".into() };
        let (one, two) = tokio::join!(
            keys::roll_key(&world.context, recent(&world.context, ayse), form()),
            keys::roll_key(&other, recent(&other, mert), form()),
        );
        let tokens = [token, one.unwrap().token, two.unwrap().token];
        let mut working = 0;
        for token in &tokens {
            working += usize::from(works(&world, token).await);
        }
        assert_eq!(working, 2);
        assert!(!works(&world, &tokens[0]).await, "the oldest ended");
    }

    async fn a_key_that_is_revoked_while_it_is_rolled_is_revoked(world: World) {
        let ayse = world.owner(AYSE).await;
        let other = world.another_node().await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        let form = RollForm { key: id.to_string(), overlap: "week".into() };
        let one_key = OneKeyForm { key: id.to_string() };
        let (rolled, revoked) = tokio::join!(
            keys::roll_key(&world.context, recent(&world.context, ayse), form),
            keys::revoke_key(&other, recent(&other, ayse), one_key),
        );
        revoked.unwrap();
        assert!(!works(&world, &token).await);
        match rolled {
            Ok(made) => assert!(!works(&world, &made.token).await),
            Err(error) => assert_eq!(error.code, Code::NotFound),
        }
    }

    async fn the_last_free_key_is_given_once(world: World) {
        let ayse = world.owner(AYSE).await;
        let other = world.another_node().await;
        for _ in 1..MOST_KEYS {
            created(&world, ayse, "organisation").await;
        }
        let form = || form("organisation", &["calls:read"], "90");
        let (one, two) = tokio::join!(
            keys::create_key(&world.context, recent(&world.context, ayse), form()),
            keys::create_key(&other, recent(&other, ayse), form()),
        );
        let mut told = [one.map(drop).map_err(|error| error.code), two.map(drop).map_err(|error| error.code)];
        told.sort_by_key(Result::is_err);
        assert_eq!(told, [Ok(()), Err(Code::TooManyKeys)]);
    }

    async fn many_uses_at_once_are_one_note_and_refuse_nobody(world: World) {
        let ayse = world.owner(AYSE).await;
        let other = world.another_node().await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        let asked = (0..10).map(|index| {
            let context = if index % 2 == 0 { &world.context } else { &other };
            keys::authenticate(context, &token)
        });
        assert!(futures::future::join_all(asked).await.into_iter().all(|answer| answer.is_ok()));
        assert_eq!(stored(&world, id).await.used_at, Some(world.context.now()));
    }
}
