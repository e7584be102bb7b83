//! Where one is signed in, and ending it.

use chrono::TimeDelta;
use domain::{SessionId, account::EndSessionForm, security::PolicyForm};
use services::{security, session::authenticate};

use super::*;
use crate::on_both_databases;

fn end(id: impl ToString) -> EndSessionForm {
    EndSessionForm { session: id.to_string() }
}

on_both_databases! {
    async fn the_current_session_comes_first_and_ended_ones_are_gone(world: World) {
        world.owner(AYSE).await;
        let (here, there) = (world.session(AYSE).await, world.session(AYSE).await);
        let account = world.account(&here).await;
        let lines = account::list_sessions(&world.context, account).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.is_current).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(lines[0].id, account.session);
        assert!(lines.iter().all(|line| line.ends_at == line.created_at + TimeDelta::hours(8)));

        let other = world.account(&there).await.session;
        let recent = world.recent(account);
        account::end_session(&world.context, recent, end(other)).await.unwrap();
        account::end_session(&world.context, recent, end(other)).await.unwrap();
        let node = world.another_node().await;
        assert_eq!(authenticate(&node, &there).await.err().unwrap().code, Code::SessionRevoked, "on every node");
        assert_eq!(account::list_sessions(&world.context, account).await.unwrap().len(), 2);
        world.context.clock.advance(TimeDelta::hours(8));
        assert_eq!(account::list_sessions(&world.context, account).await.unwrap(), []);
    }

    async fn sessions_of_others_do_not_exist(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await.account(), world.owner(MERT).await.account());
        let recent = world.recent(ayse);
        let made_up = SessionId(world.context.id());
        for foreign in [mert.session.to_string(), made_up.to_string(), "nonsense".into(), ayse.session.to_string()] {
            let refused = account::end_session(&world.context, recent, end(&foreign)).await;
            assert_eq!(refused, Err(Code::NotFound.into()), "{foreign}");
        }
        assert_eq!(account::list_sessions(&world.context, mert).await.unwrap().len(), 1);
    }

    async fn ending_the_others_keeps_this_one(world: World) {
        world.owner(AYSE).await;
        let (here, there) = (world.session(AYSE).await, world.session(AYSE).await);
        let account = world.account(&here).await;
        assert_eq!(account::end_other_sessions(&world.context, world.recent(account)).await, Ok(2));
        assert!(world.visit(&here).await.is_some() && world.visit(&there).await.is_none());
        assert_eq!(account::end_other_sessions(&world.context, world.recent(account)).await, Ok(0));
    }

    async fn a_session_that_is_over_ends_no_other(world: World) {
        world.owner(AYSE).await;
        let (here, there) = (world.session(AYSE).await, world.session(AYSE).await);
        let (account, over) = (world.account(&here).await, world.account(&there).await);
        account::end_session(&world.context, world.recent(account), end(over.session)).await.unwrap();
        let late = account::end_session(&world.context, world.recent(over), end(account.session)).await;
        assert_eq!(late, Err(Code::SessionRevoked.into()));
        let late = account::end_other_sessions(&world.context, world.recent(over)).await;
        assert_eq!(late, Err(Code::SessionRevoked.into()));
        assert!(world.visit(&here).await.is_some());
    }

    async fn a_session_that_idles_too_long_is_over_for_good(world: World) {
        let owner = world.owner(AYSE).await;
        let token = world.session(AYSE).await;
        let limit = async |word: &str, version| {
            let admin = owner.admin().unwrap();
            let form = PolicyForm { two_factor_required: false, idle_limit: word.into(), version };
            let recent = domain::Recent::check(admin, world.context.now()).unwrap();
            security::save_policy(&world.context, recent, form).await.unwrap()
        };
        let version = limit("15", 1).await;
        for _ in 0..3 {
            world.context.clock.advance(TimeDelta::minutes(14));
            assert!(world.visit(&token).await.is_some(), "used in time");
        }
        world.context.clock.advance(TimeDelta::minutes(15));
        let refused = async || authenticate(&world.context, &token).await.err().unwrap().code;
        assert_eq!(refused().await, Code::SessionIdle);
        let owner = world.sign_in(AYSE).await;
        let admin = domain::Recent::check(owner.admin().unwrap(), world.context.now()).unwrap();
        let form = PolicyForm { two_factor_required: false, idle_limit: "none".into(), version };
        security::save_policy(&world.context, admin, form).await.unwrap();
        assert_eq!(refused().await, Code::SessionIdle, "a longer limit wakes nothing up");
    }
}
