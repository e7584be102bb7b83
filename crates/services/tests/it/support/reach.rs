//! How far support may go: an administrator's choice, never support's own.

use domain::Code;

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn where_support_may_only_read_it_does_not_enter_to_write(world: World) {
        let ayse = world.owner(AYSE).await;
        let saved = consent_to(&world, ayse, "allow", "", Mode::Read).await.unwrap();
        assert_eq!(saved.support_mode, "read");
        let token = staff(&world, DENIZ).await;
        let refused = enter(&world, &token, ayse, Mode::Write).await;
        assert_eq!(refused, Err(AppError::field("mode", Code::SupportReach)));
        let form = domain::support::FindForm { q: ayse.organisation.to_string() };
        let desk = support::load_desk(&world.context, at_the_desk(&world, &token).await, &form).await.unwrap();
        assert_eq!(desk.found.unwrap()[0].reach, Some(Mode::Read));
        enter(&world, &token, ayse, Mode::Read).await.unwrap();
    }

    async fn a_scope_that_narrows_binds_whoever_is_inside(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        consent_to(&world, ayse, "allow", "", Mode::Read).await.unwrap();
        let mode = visit(&world, &token).await.account.support.map(|inside| inside.mode);
        assert_eq!(mode, Some(Mode::Read), "on the next request, and nobody is thrown out");
        let live = support::load_live(&world.context, ayse).await.unwrap();
        assert_eq!(live[0].mode, Mode::Read);
        let told = trail(&world, ayse).await.pop().unwrap();
        assert_eq!(
            (told.action.as_str(), told.before.as_str(), told.after.as_str()),
            ("support.save_consent", r#"{"support_mode":"write"}"#, r#"{"support_mode":"read"}"#)
        );
        consent(&world, ayse, "allow", "").await.unwrap();
        let mode = visit(&world, &token).await.account.support.map(|inside| inside.mode);
        assert_eq!(mode, Some(Mode::Write), "it was let in to write");
    }

    async fn letting_support_further_in_takes_a_recent_password_and_shutting_it_out_does_not(world: World) {
        let ayse = world.owner(AYSE).await;
        world.context.clock.advance(TimeDelta::minutes(10));
        let stale = async |access: &str, until: &str, mode| {
            save_consent(&world, ayse, access, until, mode).await.map(drop)
        };
        let needed = Err(AppError::from(Code::PasswordNeeded));
        assert_eq!(stale("allow", "", Mode::Read).await, needed);
        consent_to(&world, ayse, "allow", "2026-12-01", Mode::Read).await.unwrap();
        world.context.clock.advance(TimeDelta::minutes(10));
        assert_eq!(stale("allow", "2026-12-01", Mode::Write).await, needed);
        assert_eq!(stale("allow", "2026-12-02", Mode::Read).await, needed);
        assert_eq!(stale("allow", "2026-11-30", Mode::Read).await, Ok(()));
        assert_eq!(stale("deny", "", Mode::Read).await, Ok(()));
    }

    async fn a_wider_scope_does_not_widen_a_stay(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Read).await;
        consent(&world, ayse, "allow", "2026-12-31").await.unwrap();
        let mode = visit(&world, &token).await.account.support.map(|inside| inside.mode);
        assert_eq!(mode, Some(Mode::Read));
    }

    async fn support_does_not_widen_its_own_scope(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        consent_to(&world, ayse, "allow", "", Mode::Read).await.unwrap();
        let actor = visit(&world, &token).await.account.actor().unwrap();
        assert_eq!(consent(&world, actor, "allow", "").await, Err(Code::SupportForbidden.into()));
    }

    async fn the_operator_s_override_goes_all_the_way(world: World) {
        let ayse = world.owner(AYSE).await;
        consent_to(&world, ayse, "allow", "", Mode::Read).await.unwrap();
        support::break_glass(&world.context, &ayse.organisation.to_string(), REASON).await.unwrap();
        let token = staff(&world, DENIZ).await;
        enter(&world, &token, ayse, Mode::Write).await.unwrap();
    }

    async fn how_far_a_permission_goes_that_is_taken_back_is_forgotten(world: World) {
        let ayse = world.owner(AYSE).await;
        consent(&world, ayse, "allow", "").await.unwrap();
        let saved = consent_to(&world, ayse, "deny", "", Mode::Write).await.unwrap();
        assert_eq!((saved.support_access.as_str(), saved.support_mode.as_str()), ("deny", "read"));
    }

    async fn what_support_did_not_see_changed_is_a_conflict_and_no_trespass(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        let actor = visit(&world, &token).await.account.actor().unwrap();
        let seen = general::load_profile(&world.context, actor.member()).await.unwrap().form;
        consent(&world, ayse, "allow", "2026-12-31").await.unwrap();
        let form = GeneralForm { name: "Yıldız A.Ş.".into(), ..seen };
        let refused = general::save_profile(&world.context, actor.admin().unwrap(), form).await;
        assert_eq!(refused, Err(Code::Conflict.into()));
        rename(&world, &token, "Yıldız A.Ş.").await.unwrap();
    }

    async fn support_does_not_lengthen_its_last_day_by_moving_the_organisation(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        let actor = visit(&world, &token).await.account.actor().unwrap();
        let west = async || {
            let form = general::load_profile(&world.context, actor.member()).await.unwrap().form;
            let form = GeneralForm { time_zone: "Pacific/Honolulu".into(), ..form };
            general::save_profile(&world.context, actor.admin().unwrap(), form).await.map(|saved| saved.form.time_zone)
        };
        consent(&world, ayse, "allow", "2026-12-31").await.unwrap();
        assert_eq!(west().await, Err(Code::SupportForbidden.into()));
        consent(&world, ayse, "allow", "").await.unwrap();
        assert_eq!(west().await.as_deref(), Ok("Pacific/Honolulu"));
    }
}
