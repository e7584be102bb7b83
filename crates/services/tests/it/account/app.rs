//! Setting an app up, replacing it, switching it off.

use chrono::TimeDelta;
use domain::{
    Recent,
    account::{ChangePasswordForm, StartAppForm},
};
use entity::{authenticator, backup_code, enrolment};
use sea_orm::EntityTrait;

use super::{passkeys::give_passkey, *};
use crate::on_both_databases;

on_both_databases! {
    async fn an_app_is_asked_for_from_the_next_sign_in_on(world: World) {
        let ayse = world.owner(AYSE).await;
        let app = world.set_up_app(ayse.account()).await;
        let challenge = challenge(&world.context, AYSE, None).await;
        assert!(world.visit(&challenge).await.is_none(), "a challenge is no session");
        let step = entrance::load_second_step(&world.context, &challenge).await.unwrap();
        assert_eq!((step.email.as_str(), step.has_app, step.has_passkeys), (AYSE, true, false));
        let signed_in = answer(&world.context, &challenge, &app.code(world.context.now())).await.unwrap();
        assert_eq!(world.account(&signed_in.session).await.person, ayse.person);
        assert_eq!(world.kinds_mailed_to(AYSE).await, ["verify_address", "two_factor_on", "new_sign_in"]);
    }

    async fn the_code_that_set_the_app_up_is_not_the_first_sign_ins(world: World) {
        let ayse = world.owner(AYSE).await;
        let app = world.set_up_app(ayse.account()).await;
        let used = app.code(world.context.now() - TimeDelta::seconds(30));
        assert_eq!(of(&sign_in(&world, AYSE, &used).await, "code"), Some(Code::CodeWrong));
        assert!(sign_in(&world, AYSE, &app.code(world.context.now())).await.is_ok());
    }

    async fn the_secret_is_shown_to_a_recent_password_only_and_never_after_the_proof(world: World) {
        let ayse = world.owner(AYSE).await.account();
        world.context.clock.advance(TimeDelta::minutes(10));
        assert_eq!(Recent::check(ayse, world.context.now()), Err(Code::PasswordNeeded.into()));
        let recent = world.recent(ayse);
        let (app, again) = (world.scan_app(ayse, "").await, world.scan_app(ayse, "").await);
        let now = world.context.now();
        assert_eq!(app.code(now), again.code(now), "a second click makes no scanned code worthless");
        account::confirm_app(&world.context, ayse, confirm(app.code(now)), None).await.unwrap();
        assert!(account::load_enrolment(&world.context, recent).await.unwrap().is_none());
    }

    async fn no_secret_and_no_code_stands_in_the_database_in_plain_text(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let recent = world.recent(ayse);
        world.scan_app(ayse, "").await;
        let key = account::load_enrolment(&world.context, recent).await.unwrap().unwrap().key.replace(' ', "");
        let read = world.context.database.read();
        let pending = format!("{:?}", enrolment::Entity::find().all(read).await.unwrap());
        let app = App::scan(&key);
        let now = world.context.now();
        account::confirm_app(&world.context, ayse, confirm(app.code(now)), None).await.unwrap();
        let codes = fresh(&world, ayse).await;
        let all = format!(
            "{pending}{:?}{:?}{:?}{:?}",
            authenticator::Entity::find().all(read).await.unwrap(),
            backup_code::Entity::find().all(read).await.unwrap(),
            entity::fresh_codes::Entity::find().all(read).await.unwrap(),
            entity::audit::Entity::find().all(read).await.unwrap(),
        );
        assert!(all.contains("v1.") && !all.contains(&key));
        assert!(codes.len() == 10 && codes.iter().all(|code| !all.contains(code.as_str())));
    }

    async fn a_set_up_that_takes_too_long_starts_again(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.scan_app(ayse, "").await;
        world.context.clock.advance(account::ENROLMENT_LIFETIME);
        let late = account::confirm_app(&world.context, ayse, confirm(app.code(world.context.now())), None).await;
        assert_eq!(late.err(), Some(Code::EnrolmentExpired.into()));
        let other = world.scan_app(ayse, "").await;
        assert_ne!(other.code(world.context.now()), app.code(world.context.now()));
    }

    async fn the_old_app_works_until_the_new_one_is_proved_and_codes_stay(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let old = world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        let new = world.scan_app(ayse, &codes[9]).await;
        let recent = world.recent(ayse);
        assert!(account::load_enrolment(&world.context, recent).await.unwrap().unwrap().replaces);
        let refused = account::confirm_app(&world.context, ayse, confirm(wrong(&new, &world)), None).await;
        assert_eq!(of(&refused, "code"), Some(Code::CodeWrong));
        assert!(sign_in(&world, AYSE, &old.code(world.context.now())).await.is_ok(), "not proved, nothing changed");

        let proof = confirm(new.code(world.context.now()));
        assert!(!account::confirm_app(&world.context, ayse, proof, None).await.unwrap().has_fresh_codes);
        world.context.clock.advance(TimeDelta::seconds(30));
        assert_eq!(of(&sign_in(&world, AYSE, &old.code(world.context.now())).await, "code"), Some(Code::CodeWrong));
        assert!(sign_in(&world, AYSE, &new.code(world.context.now())).await.is_ok());
        assert!(sign_in(&world, AYSE, &codes[0]).await.is_ok(), "another app, the same backup codes");
        assert!(world.kinds_mailed_to(AYSE).await.contains(&"two_factor_replaced"));
    }

    async fn an_app_is_not_replaced_by_somebody_who_cannot_show_the_factor_there_is(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let start = async |text: &str| {
            let form = StartAppForm { confirmed: true, code: TypedCode(text.into()), next: String::new() };
            account::start_app(&world.context, world.recent(ayse), form, None).await
        };
        assert_eq!(of(&start("").await, "code"), Some(Code::Required));
        assert_eq!(of(&start(&wrong(&app, &world)).await, "code"), Some(Code::CodeWrong));
        assert!(account::load_enrolment(&world.context, world.recent(ayse)).await.unwrap().is_none());
        start(&app.code(world.context.now())).await.unwrap();
        assert!(account::load_enrolment(&world.context, world.recent(ayse)).await.unwrap().is_some());
    }

    async fn what_one_session_sets_up_no_other_is_shown_and_none_survives_a_new_password(world: World) {
        world.owner(AYSE).await;
        let (thief, here) = (world.session(AYSE).await, world.session(AYSE).await);
        let (thief, here) = (world.account(&thief).await, world.account(&here).await);
        let seen = world.scan_app(thief, "").await;
        assert!(account::load_enrolment(&world.context, world.recent(here)).await.unwrap().is_none());
        let late = account::confirm_app(&world.context, here, confirm(seen.code(world.context.now())), None).await;
        assert_eq!(late.err(), Some(Code::EnrolmentExpired.into()));
        let own = world.scan_app(here, "").await;
        assert_ne!(own.code(world.context.now()), seen.code(world.context.now()));
        let form = ChangePasswordForm {
            current: Password(PASSWORD.into()),
            password: Password(NEW_PASSWORD.into()),
            password_again: Password(NEW_PASSWORD.into()),
        };
        account::change_password(&world.context, here, form, None).await.unwrap();
        assert!(account::load_enrolment(&world.context, world.recent(here)).await.unwrap().is_none());
    }

    async fn setting_an_app_up_does_not_count_as_the_password(world: World) {
        world.owner(AYSE).await;
        let token = world.session(AYSE).await;
        let account = world.account(&token).await;
        let app = world.scan_app(account, "").await;
        world.context.clock.advance(TimeDelta::minutes(9));
        let form = confirm(app.code(world.context.now()));
        let renewed = account::confirm_app(&world.context, account, form, None).await.unwrap().session;
        world.context.clock.advance(TimeDelta::minutes(1));
        let account = world.account(&renewed).await;
        assert_eq!(Recent::check(account, world.context.now()), Err(Code::PasswordNeeded.into()));
    }

    async fn switching_off_needs_password_and_code_and_forgets_everything(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let now = || app.code(world.context.now());
        let off = async |form| account::disable_app(&world.context, ayse, form, None).await;
        assert_eq!(of(&off(disable("wrong", now())).await, "password"), Some(Code::PasswordWrong));
        assert_eq!(of(&off(disable(PASSWORD, wrong(&app, &world))).await, "code"), Some(Code::CodeWrong));
        assert!(account::load_overview(&world.context, ayse).await.unwrap().app_since.is_some());
        off(disable(PASSWORD, now())).await.unwrap();
        let overview = account::load_overview(&world.context, ayse).await.unwrap();
        assert_eq!((overview.app_since, overview.codes_left, overview.has_fresh_codes), (None, 0, false));
        world.session(AYSE).await;
        assert_eq!(off(disable(PASSWORD, now())).await.err(), Some(Code::NotFound.into()));
        assert!(world.kinds_mailed_to(AYSE).await.contains(&"two_factor_off"));
    }

    async fn the_mails_say_what_is_left(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        give_passkey(&world, ayse, "Laptop").await;
        let off = disable(PASSWORD, app.code(world.context.now()));
        account::disable_app(&world.context, ayse, off, None).await.unwrap();
        assert_eq!(world.kinds_mailed_to(AYSE).await.last(), Some(&"app_removed"), "a passkey is left");
        let app = world.scan_app(ayse, &codes[0]).await;
        let form = confirm(app.code(world.context.now()));
        account::confirm_app(&world.context, ayse, form, None).await.unwrap();
        assert_eq!(world.kinds_mailed_to(AYSE).await.last(), Some(&"app_added"), "there was a passkey already");
    }

    async fn a_backup_code_switches_off_too_and_switching_on_again_makes_a_new_secret(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let old = world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        account::disable_app(&world.context, ayse, disable(PASSWORD, &codes[3]), None).await.unwrap();
        let new = world.set_up_app(ayse).await;
        assert_eq!(of(&sign_in(&world, AYSE, &old.code(world.context.now())).await, "code"), Some(Code::CodeWrong));
        assert_eq!(of(&sign_in(&world, AYSE, &codes[4]).await, "code"), Some(Code::CodeWrong), "old codes are gone");
        assert!(sign_in(&world, AYSE, &new.code(world.context.now())).await.is_ok());
    }

    async fn every_change_ends_the_other_sessions_and_renews_this_one(world: World) {
        let ayse = world.owner(AYSE).await;
        let (here, there) = (world.session(AYSE).await, world.session(AYSE).await);
        let account = world.account(&here).await;
        let app = world.scan_app(account, "").await;
        let now = world.context.now();
        let renewed = account::confirm_app(&world.context, account, confirm(app.code(now)), None).await.unwrap();
        let refused = async |token| services::session::authenticate(&world.context, token).await.err().unwrap().code;
        assert_eq!(refused(&there).await, Code::CredentialsChanged);
        assert_eq!(refused(&here).await, Code::Unauthenticated, "the old token of the renewed session");
        assert_eq!(world.account(&renewed.session).await.session, account.session);
        assert_eq!(world.account(&renewed.session).await.person, ayse.person);
    }

    async fn a_wrong_clock_is_told_by_how_much(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let seconds = async |offset, browser: Option<&PlainToken>| {
            let challenge = challenge(&world.context, AYSE, browser).await;
            let text = app.code(world.context.now() + TimeDelta::seconds(offset));
            let error = answer(&world.context, &challenge, &text).await.err().unwrap();
            (error.of("code").unwrap(), error.seconds_off)
        };
        assert_eq!(seconds(-120, None).await, (Code::ClockWrong, Some(-120)));
        assert_eq!(seconds(-600, None).await, (Code::ClockWrong, Some(-600)));
        assert_eq!(seconds(-630, None).await, (Code::CodeWrong, None));
        // A code of the near future would work soon: only the owner's own browser is told.
        assert_eq!(seconds(90, None).await, (Code::CodeWrong, None));
        let known = sign_in(&world, AYSE, &app.code(world.context.now())).await.unwrap().browser.unwrap();
        assert_eq!(seconds(90, Some(&known)).await, (Code::ClockWrong, Some(90)));
    }
}
