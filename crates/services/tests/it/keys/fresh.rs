//! A token just made is seen once more, by whoever made it, and by nobody else.

use chrono::TimeDelta;
use entity::fresh_key;

use super::*;
use crate::on_both_databases;

/// What the page shows in the session of `actor`.
async fn shown(world: &World, actor: Actor) -> Option<String> {
    let fresh = keys::load_fresh(&world.context, actor.member()).await.unwrap();
    fresh.map(|fresh| fresh.token.reveal().to_owned())
}

async fn kept(world: &World) -> usize {
    fresh_key::Entity::find().all(world.context.database.read()).await.unwrap().len()
}

on_both_databases! {
    async fn it_is_shown_to_the_session_that_made_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let elsewhere = world.sign_in(AYSE).await;
        let Made { token, .. } = created(&world, ayse, "organisation").await;
        assert_eq!(shown(&world, ayse).await.as_deref(), Some(token.reveal()));
        assert_eq!(shown(&world, ayse).await.as_deref(), Some(token.reveal()), "a reload shows it too");
        assert_eq!((shown(&world, elsewhere).await, shown(&world, mert).await), (None, None));
        let row = fresh_key::Entity::find().one(world.context.database.read()).await.unwrap().unwrap();
        assert!(!row.token.contains(&token.reveal()[5..]));
    }

    async fn it_is_gone_once_it_was_dismissed(world: World) {
        let ayse = world.owner(AYSE).await;
        created(&world, ayse, "organisation").await;
        for _ in 0..2 {
            keys::dismiss_key(&world.context, ayse.member()).await.unwrap();
            assert_eq!((shown(&world, ayse).await, kept(&world).await), (None, 0));
        }
    }

    async fn it_is_gone_after_ten_minutes_and_swept_away(world: World) {
        let ayse = world.owner(AYSE).await;
        created(&world, ayse, "organisation").await;
        world.context.clock.advance(keys::SHOWN_FOR - TimeDelta::seconds(1));
        assert!(shown(&world, ayse).await.is_some());
        assert_eq!((keys::sweep(&world.context).await, kept(&world).await), (Ok(0), 1));
        world.context.clock.advance(TimeDelta::seconds(1));
        assert_eq!(shown(&world, ayse).await, None);
        assert_eq!((keys::sweep(&world.context).await, kept(&world).await), (Ok(1), 0));
    }

    async fn the_newest_takes_the_place_of_the_one_before(world: World) {
        let ayse = world.owner(AYSE).await;
        let Made { id, .. } = created(&world, ayse, "organisation").await;
        let other = created(&world, ayse, "personal").await.token;
        assert_eq!(shown(&world, ayse).await.as_deref(), Some(other.reveal()));
        let rolled = roll(&world, ayse, id, "hour").await.unwrap();
        assert_eq!((shown(&world, ayse).await.as_deref(), kept(&world).await), (Some(rolled.reveal()), 1));
        let fresh = keys::load_fresh(&world.context, ayse.member()).await.unwrap().unwrap();
        assert_eq!(fresh.old_until, Some(world.context.now() + TimeDelta::hours(1)));
    }

    async fn somebody_who_rolls_or_revokes_the_key_ends_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let Made { id, .. } = created(&world, ayse, "organisation").await;
        let rolled = roll(&world, mert, id, "none").await.unwrap();
        assert_eq!(shown(&world, ayse).await, None);
        assert_eq!(shown(&world, mert).await.as_deref(), Some(rolled.reveal()));
        revoke(&world, ayse, id).await.unwrap();
        assert_eq!((shown(&world, mert).await, kept(&world).await), (None, 0));
    }

    async fn it_is_of_its_organisation_and_of_those_who_see_the_key(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.owner(MERT).await;
        created(&world, ayse, "organisation").await;
        let gone_over = Actor { organisation: mert.organisation, ..ayse };
        assert_eq!(shown(&world, gone_over).await, None);
        assert_eq!(shown(&world, Actor { role: Role::Member, ..ayse }).await, None);
        assert!(shown(&world, ayse).await.is_some());
    }
}
