//! Coming in: with consent and a reason, one place at a time, and what is possible inside.

use domain::{Code, Role, general::GeneralForm, support::Mode};
use services::{general, support};

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn nobody_comes_in_unless_it_is_allowed(world: World) {
        let ayse = world.owner(AYSE).await;
        let token = staff(&world, DENIZ).await;
        assert_eq!(enter(&world, &token, ayse, Mode::Read).await, Err(Code::SupportNotAllowed.into()));
        let nobody = EnterForm {
            organisation: "019ab000-0000-7000-8000-000000000000".into(),
            ..entering(ayse, Mode::Read)
        };
        let desk = at_the_desk(&world, &token).await;
        let refused = support::enter(&world.context, desk, nobody).await;
        assert_eq!(refused, Err(Code::NotFound.into()));
        let silent = EnterForm { reason: "bak".into(), ..entering(ayse, Mode::Read) };
        let refused = support::enter(&world.context, desk, silent).await;
        assert_eq!(refused, Err(AppError::field("reason", Code::TooShort)));
        assert!(trail(&world, ayse).await.is_empty());
        assert_eq!(count_mailed(&world, AYSE, "support_entered").await, 0);
    }

    async fn both_actors_stand_in_the_trail_from_the_first_row_on(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        rename(&world, &token, "Yıldız Çağrı").await.unwrap();
        let rows = audit::Entity::in_organisation(ayse.organisation)
            .filter(audit::Column::OnBehalfOf.is_not_null())
            .all(world.context.database.read())
            .await
            .unwrap();
        let deniz = world.person(DENIZ).await.id;
        let actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["general.save_profile", "support.enter"]);
        for row in &rows {
            assert_eq!((row.person_id, row.on_behalf_of), (Some(deniz), Some(ayse.person.0)));
        }
        assert!(rows[1].after.contains("TT-42"), "{}", rows[1].after);
    }

    async fn every_owner_and_administrator_is_told_and_nobody_else(world: World) {
        let ayse = world.owner(AYSE).await;
        world.colleague(ayse, "seda@yildiz.example", Role::Admin).await;
        world.colleague(ayse, "can@yildiz.example", Role::Member).await;
        consent(&world, ayse, "allow", "").await.unwrap();
        let token = staff(&world, DENIZ).await;
        enter(&world, &token, ayse, Mode::Read).await.unwrap();
        for (email, mails) in [(AYSE, 1), ("seda@yildiz.example", 1), ("can@yildiz.example", 0)] {
            assert_eq!(count_mailed(&world, email, "support_entered").await, mails, "{email}");
        }
        let told = mailed(&world, AYSE, "support_entered").await;
        let SupportNews::Entered { staff, reason, mode, until, .. } = told else { panic!("{told:?}") };
        assert_eq!((staff.as_str(), reason.as_str(), mode), ("Deniz Kara", REASON, Mode::Read));
        assert_eq!(until, "23.11.2026 13:00 (Europe/Istanbul)");
    }

    async fn inside_support_is_an_administrator_who_sees_the_organisation_as_it_is(world: World) {
        let (ayse, token, id) = inside(&world, Mode::Read).await;
        let visit = visit(&world, &token).await;
        let account = visit.account;
        assert_eq!((account.organisation, account.role), (Some(ayse.organisation), Role::Admin));
        assert_eq!(account.support.map(|inside| (inside.id, inside.mode)), Some((id, Mode::Read)));
        assert_eq!(account.actor().unwrap().owner(), Err(Code::Forbidden.into()));
        let live = support::load_live(&world.context, ayse).await.unwrap();
        assert_eq!(live.len(), 1);
        let member = Actor { role: Role::Member, ..ayse };
        assert!(support::load_live(&world.context, member).await.unwrap().is_empty());
    }

    async fn whoever_reads_writes_nothing_whatever_the_use_case(world: World) {
        let (_, token, _) = inside(&world, Mode::Read).await;
        let visit = visit(&world, &token).await;
        let reads = Origin { reads_only: true, ..as_support(&visit) };
        let actor = visit.account.actor().unwrap();
        let photo = general::remove_photo(&world.context, actor.admin().unwrap(), "");
        assert_eq!(origin::within(reads.clone(), photo).await, Err(Code::SupportReadOnly.into()));
        let language = entrance::choose_language(&world.context, visit.account, None);
        assert_eq!(origin::within(reads, language).await, Err(Code::SupportReadOnly.into()));
    }

    async fn support_does_not_touch_the_permission_it_came_in_by(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        let actor = visit(&world, &token).await.account.actor().unwrap();
        for (access, until) in [("deny", ""), ("allow", "2026-12-31")] {
            let refused = consent(&world, actor, access, until).await;
            assert_eq!(refused, Err(Code::SupportForbidden.into()));
        }
        let form = general::load_profile(&world.context, ayse.member()).await.unwrap().form;
        assert_eq!((form.support_access.as_str(), form.support_until.as_str()), ("allow", ""));
        assert!(rename(&world, &token, "Yıldız A.Ş.").await.is_ok());
    }

    async fn one_place_at_a_time_and_no_way_from_one_into_another(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Read).await;
        let mert = world.owner(MERT).await;
        consent(&world, mert, "allow", "").await.unwrap();
        let refused = enter(&world, &token, mert, Mode::Read).await;
        assert_eq!(refused, Err(Code::SupportInside.into()));
        let again = enter(&world, &token, ayse, Mode::Read).await;
        assert_eq!(again, Err(Code::SupportInside.into()), "nothing renews it");
        support::leave(&world.context, at_the_desk(&world, &token).await).await.unwrap();
        enter(&world, &token, mert, Mode::Read).await.unwrap();
        assert_eq!(visit(&world, &token).await.account.organisation, Some(mert.organisation));
    }

    async fn of_two_who_enter_at_once_with_one_session_one_does(world: World) {
        let ayse = world.owner(AYSE).await;
        consent(&world, ayse, "allow", "").await.unwrap();
        let token = staff(&world, DENIZ).await;
        let (one, two) =
            tokio::join!(enter(&world, &token, ayse, Mode::Read), enter(&world, &token, ayse, Mode::Read));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        assert_eq!(count_mailed(&world, AYSE, "support_entered").await, 1);
    }

    async fn the_operator_breaks_the_glass_for_an_hour_and_everybody_hears(world: World) {
        let ayse = world.owner(AYSE).await;
        let token = staff(&world, DENIZ).await;
        let id = ayse.organisation.to_string();
        let short = support::break_glass(&world.context, &id, "acil").await;
        assert_eq!(short, Err(AppError::field("reason", Code::TooShort)));
        assert_eq!(support::break_glass(&world.context, "yildiz", REASON).await, Err(Code::NotFound.into()));
        support::break_glass(&world.context, &id, REASON).await.unwrap();
        assert!(matches!(mailed(&world, AYSE, "support_forced").await, SupportNews::Forced { .. }));
        let rows = trail(&world, ayse).await;
        assert_eq!((rows.len(), rows[0].action.as_str(), rows[0].person_id), (1, "support.break_glass", None));
        enter(&world, &token, ayse, Mode::Read).await.unwrap();
        let form = general::load_profile(&world.context, ayse.member()).await.unwrap().form;
        assert_eq!(form.support_access, "deny", "nobody chose it");
        world.context.clock.advance(TimeDelta::minutes(60));
        assert_eq!(visit(&world, &token).await.account.organisation, None);
        assert_eq!(enter(&world, &token, ayse, Mode::Read).await, Err(Code::SupportNotAllowed.into()));
    }

    async fn a_last_day_is_not_in_the_past_and_counts_where_the_organisation_is(world: World) {
        let ayse = world.owner(AYSE).await;
        let past = consent(&world, ayse, "allow", "2026-11-22").await;
        assert_eq!(past, Err(AppError::field("support_until", Code::DatePast)));
        let saved: GeneralForm = consent(&world, ayse, "allow", "2026-11-23").await.unwrap();
        assert_eq!(saved.support_until, "2026-11-23");
        world.context.clock.advance(TimeDelta::hours(6));
        let token = staff(&world, DENIZ).await;
        enter(&world, &token, ayse, Mode::Read).await.unwrap();
        support::leave(&world.context, at_the_desk(&world, &token).await).await.unwrap();
        // Midnight in Istanbul.
        let midnight: chrono::DateTime<chrono::Utc> = "2026-11-23T21:00:00Z".parse().unwrap();
        world.context.clock.advance(midnight - world.context.now() - TimeDelta::seconds(1));
        enter(&world, &token, ayse, Mode::Read).await.unwrap();
        support::leave(&world.context, at_the_desk(&world, &token).await).await.unwrap();
        world.context.clock.advance(TimeDelta::seconds(1));
        assert_eq!(enter(&world, &token, ayse, Mode::Read).await, Err(Code::SupportNotAllowed.into()));
        let profile = general::load_profile(&world.context, ayse.member()).await.unwrap();
        assert_eq!((profile.form.support_access.as_str(), profile.form.support_until.as_str()), ("deny", ""));
    }
}
