//! Backup codes.

use chrono::TimeDelta;
use domain::account::{NewPasskeyForm, SaveCodesForm, StartAppForm};

use super::{passkeys::give_passkey, *};
use crate::on_both_databases;

on_both_databases! {
    async fn a_backup_code_works_once_however_it_is_typed(world: World) {
        let ayse = world.owner(AYSE).await.account();
        world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        let typed = codes[0].to_lowercase().replace('-', " ");
        assert!(sign_in(&world, AYSE, &typed).await.is_ok());
        assert_eq!(of(&sign_in(&world, AYSE, &codes[0]).await, "code"), Some(Code::CodeWrong));
        assert_eq!(account::load_overview(&world.context, ayse).await.unwrap().codes_left, 9);
        assert!(world.kinds_mailed_to(AYSE).await.contains(&"backup_code_used"));
    }

    async fn a_used_backup_code_is_mailed_about_wherever_it_was_given(world: World) {
        let ayse = world.owner(AYSE).await.account();
        world.set_up_app(ayse).await;
        let (codes, recent) = (fresh(&world, ayse).await, world.recent(ayse));
        let typed = |number: usize| TypedCode(codes[number].clone());
        let mails = async || {
            let kinds = world.kinds_mailed_to(AYSE).await;
            kinds.into_iter().filter(|kind| *kind == "backup_code_used").count()
        };
        let start = StartAppForm { confirmed: true, code: typed(0), next: String::new() };
        account::start_app(&world.context, recent, start, None).await.unwrap();
        assert_eq!(mails().await, 1);
        let passkey = NewPasskeyForm { name: "Laptop".into(), code: typed(1) };
        account::ask_to_add(&world.context, recent, passkey, None).await.unwrap();
        assert_eq!(mails().await, 2);
        give_passkey(&world, ayse, "Laptop").await;
        account::disable_app(&world.context, ayse, disable(PASSWORD, &codes[2]), None).await.unwrap();
        assert_eq!(mails().await, 3);
    }

    async fn new_codes_end_the_other_sessions_and_renew_this_one(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let there = sign_in(&world, AYSE, &app.code(world.context.now())).await.unwrap().session;
        world.context.clock.advance(TimeDelta::seconds(30));
        let here = sign_in(&world, AYSE, &app.code(world.context.now())).await.unwrap().session;
        world.context.clock.advance(TimeDelta::seconds(30));
        let account = world.account(&here).await;
        let form = code(app.code(world.context.now()));
        let renewed = account::regenerate_codes(&world.context, world.recent(account), form, None).await.unwrap();
        assert!(world.visit(&here).await.is_none() && world.visit(&there).await.is_none());
        let account = world.account(&renewed).await;
        assert_eq!(fresh(&world, account).await.len(), 10);
    }

    async fn somebody_elses_code_is_no_code(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await.account(), world.owner(MERT).await.account());
        world.set_up_app(ayse).await;
        world.set_up_app(mert).await;
        let codes = fresh(&world, mert).await;
        assert_eq!(of(&sign_in(&world, AYSE, &codes[0]).await, "code"), Some(Code::CodeWrong));
        assert!(sign_in(&world, MERT, &codes[0]).await.is_ok(), "and was not used up by the try");
    }

    async fn new_codes_cost_a_code_and_replace_the_old_ones(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let old = fresh(&world, ayse).await;
        let recent = world.recent(ayse);
        let refused = account::regenerate_codes(&world.context, recent, code(wrong(&app, &world)), None).await;
        assert_eq!(of(&refused, "code"), Some(Code::CodeWrong));
        assert_eq!(fresh(&world, ayse).await, old);
        let form = code(app.code(world.context.now()));
        account::regenerate_codes(&world.context, recent, form.clone(), None).await.unwrap();
        let replayed = account::regenerate_codes(&world.context, recent, form, None).await;
        assert_eq!(of(&replayed, "code"), Some(Code::CodeWrong), "a code works once, here too");
        let new = fresh(&world, ayse).await;
        assert!(new.iter().all(|code| !old.contains(code)));
        assert_eq!(of(&sign_in(&world, AYSE, &old[0]).await, "code"), Some(Code::CodeWrong));
        assert!(sign_in(&world, AYSE, &new[0]).await.is_ok());
        assert!(world.kinds_mailed_to(AYSE).await.contains(&"codes_replaced"));
    }

    async fn codes_are_shown_to_the_session_that_made_them_until_they_are_saved(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let other = sign_in(&world, AYSE, &app.code(world.context.now())).await.unwrap();
        let other = world.account(&other.session).await;
        assert_eq!(account::load_fresh_codes(&world.context, other).await, Ok(None));
        assert_eq!(fresh(&world, ayse).await.len(), 10);

        let unsaved = account::save_codes(&world.context, ayse, SaveCodesForm::default()).await;
        assert_eq!(of(&unsaved, "saved"), Some(Code::SavingRequired));
        assert_eq!(fresh(&world, ayse).await.len(), 10);
        let saved = SaveCodesForm { saved: true, next: String::new() };
        account::save_codes(&world.context, ayse, saved).await.unwrap();
        assert_eq!(account::load_fresh_codes(&world.context, ayse).await, Ok(None));
        assert_eq!(account::load_overview(&world.context, ayse).await.unwrap().codes_left, 10);
    }

    async fn codes_that_nobody_saves_are_hidden_after_an_hour(world: World) {
        let ayse = world.owner(AYSE).await.account();
        world.set_up_app(ayse).await;
        assert_eq!(fresh(&world, ayse).await.len(), 10);
        world.context.clock.advance(TimeDelta::hours(1));
        assert_eq!(account::load_fresh_codes(&world.context, ayse).await, Ok(None));
    }
}
