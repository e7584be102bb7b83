//! The end of a stay: by whatever it comes, it holds at the next request, and one mail says what was done.

use domain::{
    Code,
    support::{Mode, SupportForm},
};
use services::{
    session,
    support::{self, Ending},
};

use super::*;
use crate::on_both_databases;

/// How the newest stay in an organisation ended.
async fn ending(world: &World, host: Actor) -> Option<Ending> {
    let record = support::load_record(&world.context, host.admin().unwrap()).await.unwrap();
    record.stays[0].ended.map(|(_, how)| how)
}

async fn is_outside(world: &World, token: &PlainToken) -> bool {
    let account = visit(world, token).await.account;
    assert!(account.is_staff, "the session of the staff goes on");
    account.actor().map_err(|error| error.code) == Err(Code::SupportEnded)
}

on_both_databases! {
    async fn it_is_over_after_sixty_minutes_however_busy_it_was(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        for name in ["Yıldız 1", "Yıldız 2"] {
            world.context.clock.advance(TimeDelta::minutes(29));
            rename(&world, &token, name).await.unwrap();
        }
        world.context.clock.advance(TimeDelta::minutes(2));
        assert!(is_outside(&world, &token).await);
        assert_eq!(ending(&world, ayse).await, Some(Ending::Expired));
        let told = mailed(&world, AYSE, "support_ended").await;
        let SupportNews::Ended { staff, how, at, done, .. } = told else { panic!("{told:?}") };
        assert_eq!((staff.as_str(), how), ("Deniz Kara", Ending::Expired));
        assert_eq!(at, "23.11.2026 13:00 (Europe/Istanbul)");
        let wanted = |minute: &str| {
            (format!("23.11.2026 12:{minute} (Europe/Istanbul)"), "general.save_profile".to_owned())
        };
        assert_eq!(done, [wanted("29"), wanted("58")]);
    }

    async fn nobody_has_to_ask_for_the_mail_to_be_written(world: World) {
        let (ayse, _, _) = inside(&world, Mode::Read).await;
        assert_eq!(support::sweep(&world.context).await, Ok(0));
        world.context.clock.advance(TimeDelta::minutes(60));
        let other = world.another_node().await;
        let (one, two) = tokio::join!(support::sweep(&world.context), support::sweep(&other));
        assert!(one.is_ok() && two.is_ok());
        other.deliver().await.unwrap();
        let sent = other.outbox.mailer().sent();
        let elsewhere =
            sent.iter().filter(|sent| sent.mail.to == AYSE && sent.mail.kind.name() == "support_ended").count();
        assert_eq!(count_mailed(&world, AYSE, "support_ended").await + elsewhere, 1);
        assert_eq!(ending(&world, ayse).await, Some(Ending::Expired));
    }

    async fn taking_the_permission_back_ends_it(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        consent(&world, ayse, "deny", "").await.unwrap();
        assert!(is_outside(&world, &token).await);
        assert_eq!(ending(&world, ayse).await, Some(Ending::Withdrawn));
        assert_eq!(rename(&world, &token, "Yıldız").await, Err(Code::SupportEnded.into()));
        let told = mailed(&world, AYSE, "support_ended").await;
        let SupportNews::Ended { how, done, .. } = told else { panic!("{told:?}") };
        assert_eq!((how, done.len()), (Ending::Withdrawn, 0));
        let actions: Vec<String> = trail(&world, ayse).await.into_iter().map(|row| row.action).collect();
        assert_eq!(
            actions,
            ["support.save_consent", "support.enter", "support.save_consent", "support.end"]
        );
    }

    async fn a_permission_that_went_by_itself_ends_it_at_the_next_request(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Read).await;
        let write = world.context.database.write(move |on| Box::pin(async move {
            use sea_orm::sea_query::Expr;
            entity::organisation::Entity::update_many()
                .col_expr(entity::organisation::Column::SupportAccess, Expr::value(false))
                .filter(entity::organisation::Column::Id.eq(ayse.organisation.0))
                .exec(on)
                .await
                .unwrap();
            Ok(())
        }));
        write.await.unwrap();
        assert!(is_outside(&world, &token).await);
        assert_eq!(ending(&world, ayse).await, Some(Ending::Withdrawn));
    }

    async fn an_administrator_shows_support_out_of_their_own_organisation_only(world: World) {
        let (ayse, token, id) = inside(&world, Mode::Read).await;
        let mert = world.owner(MERT).await;
        let form = || SupportForm { session: id.to_string() };
        let foreign = support::show_out(&world.context, mert.admin().unwrap(), form()).await;
        assert_eq!(foreign, Err(Code::NotFound.into()));
        assert!(!is_outside(&world, &token).await);
        for _ in 0..2 {
            support::show_out(&world.context, ayse.admin().unwrap(), form()).await.unwrap();
        }
        assert!(is_outside(&world, &token).await);
        assert_eq!(ending(&world, ayse).await, Some(Ending::ShownOut));
        assert_eq!(count_mailed(&world, AYSE, "support_ended").await, 1);
        let end = trail(&world, ayse).await.pop().unwrap();
        assert_eq!((end.action.as_str(), end.person_id), ("support.end", Some(ayse.person.0)));
    }

    async fn leaving_and_signing_out_end_it(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Read).await;
        support::leave(&world.context, at_the_desk(&world, &token).await).await.unwrap();
        assert!(is_outside(&world, &token).await);
        assert_eq!(ending(&world, ayse).await, Some(Ending::Left));
        enter(&world, &token, ayse, Mode::Read).await.unwrap();
        session::sign_out(&world.context, world.account(&token).await).await.unwrap();
        assert!(world.visit(&token).await.is_none());
        assert_eq!(ending(&world, ayse).await, Some(Ending::Left));
        assert_eq!(count_mailed(&world, AYSE, "support_ended").await, 2);
    }

    async fn an_idle_limit_of_the_organisation_does_not_end_the_session_of_staff(world: World) {
        let (_, token, _) = inside(&world, Mode::Read).await;
        world.context.clock.advance(TimeDelta::minutes(59));
        assert!(!is_outside(&world, &token).await);
        world.context.clock.advance(TimeDelta::hours(3));
        assert!(is_outside(&world, &token).await);
    }

    async fn what_others_changed_meanwhile_is_not_support_s(world: World) {
        let (ayse, token, _) = inside(&world, Mode::Write).await;
        let form = general::load_profile(&world.context, ayse.member()).await.unwrap().form;
        let form = GeneralForm { name: "Ayşe'nin adı".into(), ..form };
        general::save_profile(&world.context, ayse.admin().unwrap(), form).await.unwrap();
        support::leave(&world.context, at_the_desk(&world, &token).await).await.unwrap();
        let told = mailed(&world, AYSE, "support_ended").await;
        let SupportNews::Ended { done, .. } = told else { panic!("{told:?}") };
        assert!(done.is_empty());
    }

    async fn an_end_by_time_names_both_as_well(world: World) {
        let (ayse, ..) = inside(&world, Mode::Read).await;
        world.context.clock.advance(TimeDelta::minutes(61));
        assert_eq!(support::sweep(&world.context).await.unwrap(), 1);
        let told = trail(&world, ayse).await.pop().unwrap();
        assert_eq!((told.action.as_str(), told.person_id), ("support.end", None));
        assert_eq!(told.on_behalf_of, Some(ayse.person.0));
    }

    async fn whom_the_operator_let_in_is_told_as_such(world: World) {
        let ayse = world.owner(AYSE).await;
        let token = staff(&world, DENIZ).await;
        support::break_glass(&world.context, &ayse.organisation.to_string(), REASON).await.unwrap();
        enter(&world, &token, ayse, Mode::Read).await.unwrap();
        let told = mailed(&world, AYSE, "support_entered").await;
        assert!(matches!(told, SupportNews::Entered { is_forced: true, .. }), "{told:?}");
    }
}
