//! Backup codes.

use chrono::TimeDelta;
use domain::account::SaveCodesForm;

use super::*;
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
