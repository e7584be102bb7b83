//! Sessions: eight hours, looked up every time, in one organisation of one's own.

use chrono::TimeDelta;
use domain::{Code, Language, OrganisationId, Role};
use entity::session;
use sea_orm::EntityTrait;
use services::{entrance, session as sessions};

use super::*;
use crate::on_both_databases;

const MERT: &str = "mert@yildiz.example";

on_both_databases! {
    async fn a_session_ends_after_eight_hours_however_busy_it_was(world: World) {
        world.owner(AYSE).await;
        let token = world.session(AYSE).await;
        for _ in 0..16 {
            assert!(world.visit(&token).await.is_some());
            world.context.clock.advance(TimeDelta::minutes(30));
        }
        assert!(world.visit(&token).await.is_none());
    }

    async fn nothing_but_the_token_itself_opens_a_session(world: World) {
        world.owner(AYSE).await;
        let token = world.session(AYSE).await;
        let rows = session::Entity::find().all(world.context.database.read()).await.unwrap();
        let hash = token.hash().0;
        assert!(rows.iter().any(|row| row.token_hash == hash), "only the hash is stored");
        for made_up in ["", "x", &token.reveal()[1..], &token.reveal().to_lowercase()] {
            assert!(world.visit(&PlainToken::received(made_up)).await.is_none(), "{made_up:?}");
        }
    }

    async fn signing_out_ends_this_session_and_no_other(world: World) {
        world.owner(AYSE).await;
        let (here, there) = (world.session(AYSE).await, world.session(AYSE).await);
        let actor = world.account(&here).await;
        sessions::sign_out(&world.context, actor).await.unwrap();
        sessions::sign_out(&world.context, actor).await.unwrap();
        assert!(world.visit(&here).await.is_none());
        assert!(world.visit(&there).await.is_some());
    }

    async fn an_organisation_of_somebody_else_does_not_exist(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await, world.owner(MERT).await);
        let token = world.session(AYSE).await;
        let actor = world.account(&token).await;
        let made_up = OrganisationId(world.context.id());
        for foreign in [mert.organisation, made_up] {
            let answer = sessions::switch_organisation(&world.context, actor, foreign).await;
            assert_eq!(answer, Err(Code::NotFound.into()));
        }
        assert_eq!(world.account(&token).await.organisation, Some(ayse.organisation));
    }

    async fn a_session_moves_between_ones_own_organisations_and_stays_there(world: World) {
        let ayse = world.owner(AYSE).await;
        let home = world.owner(MERT).await.organisation;
        let mert = world.colleague(ayse, "mert2@yildiz.example", Role::Member).await;
        let listed = sessions::list_organisations(&world.context, mert.account()).await.unwrap();
        assert_eq!(listed.len(), 2);
        assert!(!listed.iter().any(|organisation| organisation.id() == home));
        world.context.clock.advance(TimeDelta::minutes(1));
        let again = world.sign_in("mert2@yildiz.example").await;
        assert_eq!((again.organisation, again.role), (ayse.organisation, Role::Member), "where they were last");
    }

    async fn the_persons_own_language_beats_the_organisations(world: World) {
        let actor = world.owner(AYSE).await;
        let token = world.session(AYSE).await;
        let language = async || world.account(&token).await.language;
        assert_eq!(language().await, Language::Tr);
        entrance::choose_language(&world.context, actor.account(), Some(Language::En)).await.unwrap();
        assert_eq!(language().await, Language::En);
        entrance::choose_language(&world.context, actor.account(), None).await.unwrap();
        assert_eq!(language().await, Language::Tr);
    }
}
