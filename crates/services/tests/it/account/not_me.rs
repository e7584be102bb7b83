//! "This wasn't me": what the link of a mail takes away, and what it can't.

use chrono::TimeDelta;
use domain::{Language, account::ChangeEmailForm, entrance::VerifyForm};

use super::{
    credentials::{NEW, change, choose_by_mail, enters, take_over},
    passkeys::give_passkey,
    *,
};
use crate::on_both_databases;

/// A sign-in from a browser never seen: the token in its mail. The clock is then a minute later.
async fn mailed_sign_in(world: &World) -> String {
    world.session(AYSE).await;
    world.context.clock.advance(TimeDelta::minutes(1));
    world.token_mailed_to(AYSE).await
}

on_both_databases! {
    async fn this_was_not_me_closes_the_account_until_its_owner_opens_it_by_mail(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        assert!(sign_in(&world, AYSE, &codes[0]).await.is_ok());
        let open = challenge(&world.context, AYSE, None).await;
        let token = world.token_mailed_to(AYSE).await;
        assert_eq!(account::check_not_me_link(&world.context, &token).await, Ok(()));
        account::was_not_me(&world.context, VerifyForm { token: token.clone() }).await.unwrap();
        assert_eq!(account::was_not_me(&world.context, VerifyForm { token }).await, Err(Code::LinkExpired.into()));
        assert!(!enters(&world, AYSE, PASSWORD).await);
        let dead = answer(&world.context, &open, &app.code(world.context.now())).await.err().unwrap();
        assert_eq!(dead.code, Code::ChallengeExpired);
        let overview = account::load_overview(&world.context, ayse).await.unwrap();
        assert!(overview.app_since.is_some(), "the mail about a sign-in takes no factor away");
    }

    async fn a_link_takes_back_what_its_mail_and_all_later_ones_told_of(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let before = mailed_sign_in(&world).await;
        let sign_in = mailed_sign_in(&world).await;
        world.set_up_app(ayse).await;
        let app = world.token_mailed_to(AYSE).await;
        account::was_not_me(&world.context, VerifyForm { token: sign_in }).await.unwrap();
        let overview = account::load_overview(&world.context, ayse).await.unwrap();
        assert_eq!((overview.app_since, overview.codes_left), (None, 0), "set up by whoever signed in");
        assert_eq!(account::check_not_me_link(&world.context, &app).await, Err(Code::LinkExpired.into()));
        assert_eq!(account::check_not_me_link(&world.context, &before).await, Ok(()), "it may know of more");
    }

    async fn what_was_there_before_the_mail_stays(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        assert!(sign_in(&world, AYSE, &app.code(world.context.now())).await.is_ok());
        let token = world.token_mailed_to(AYSE).await;
        account::was_not_me(&world.context, VerifyForm { token }).await.unwrap();
        assert!(account::load_overview(&world.context, ayse).await.unwrap().app_since.is_some());
    }

    async fn an_intruder_kills_no_link_of_the_owner_with_a_later_one(world: World) {
        let ayse = world.owner(AYSE).await.account();
        take_over(&world, ayse, NEW).await;
        let owners = world.token_mailed_to(AYSE).await;
        world.context.clock.advance(TimeDelta::minutes(1));
        world.session(NEW).await;
        let intruders = world.token_mailed_to(NEW).await;
        account::was_not_me(&world.context, VerifyForm { token: intruders }).await.unwrap();
        account::was_not_me(&world.context, VerifyForm { token: owners }).await.unwrap();
        assert_eq!(world.person(AYSE).await.id(), ayse.person);
    }

    async fn an_address_that_was_changed_twice_goes_back_to_the_first(world: World) {
        let ayse = world.owner(AYSE).await.account();
        take_over(&world, ayse, NEW).await;
        let owners = world.token_mailed_to(AYSE).await;
        world.context.clock.advance(TimeDelta::minutes(1));
        let again = world.sign_in(NEW).await.account();
        take_over(&world, again, "daha.yeni@yildiz.example").await;
        account::was_not_me(&world.context, VerifyForm { token: owners }).await.unwrap();
        assert_eq!(world.person(AYSE).await.id(), ayse.person);
    }

    async fn an_app_beside_a_passkey_goes_with_its_mail_and_the_passkey_stays(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        give_passkey(&world, ayse, "Laptop").await;
        let off = disable(PASSWORD, app.code(world.context.now()));
        account::disable_app(&world.context, ayse, off, None).await.unwrap();
        world.context.clock.advance(TimeDelta::minutes(1));
        let app = world.scan_app(ayse, &codes[0]).await;
        let form = confirm(app.code(world.context.now()));
        account::confirm_app(&world.context, ayse, form, None).await.unwrap();
        let token = world.token_mailed_to(AYSE).await;
        account::was_not_me(&world.context, VerifyForm { token }).await.unwrap();
        let overview = account::load_overview(&world.context, ayse).await.unwrap();
        assert_eq!((overview.app_since, overview.passkeys.len(), overview.codes_left), (None, 1, 9));
    }

    async fn a_mailbox_is_no_way_around_a_second_factor_that_is_a_day_old(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let sign_in = mailed_sign_in(&world).await;
        world.set_up_app(ayse).await;
        let token = world.token_mailed_to(AYSE).await;
        world.context.clock.advance(account::FACTOR_UNDO_LIFETIME);
        for token in [token, sign_in] {
            account::was_not_me(&world.context, VerifyForm { token }).await.unwrap();
            let overview = account::load_overview(&world.context, ayse).await.unwrap();
            assert!(overview.app_since.is_some() && overview.codes_left == 10);
        }
        assert!(!enters(&world, AYSE, PASSWORD).await, "the account is closed all the same");
    }

    async fn a_new_password_that_the_owner_did_not_choose_is_closed_by_its_mail(world: World) {
        let ayse = world.owner(AYSE).await.account();
        account::change_password(&world.context, ayse, change(PASSWORD, NEW_PASSWORD), None).await.unwrap();
        let token = world.token_mailed_to(AYSE).await;
        account::was_not_me(&world.context, VerifyForm { token }).await.unwrap();
        assert!(!enters(&world, AYSE, NEW_PASSWORD).await);
        choose_by_mail(&world, AYSE, PASSWORD, Language::Tr).await;
        let token = world.token_mailed_to(AYSE).await;
        account::was_not_me(&world.context, VerifyForm { token }).await.unwrap();
        assert!(!enters(&world, AYSE, PASSWORD).await);
    }

    async fn what_an_intruder_set_up_goes_with_the_mail_about_it(world: World) {
        let ayse = world.owner(AYSE).await.account();
        world.set_up_app(ayse).await;
        let token = world.token_mailed_to(AYSE).await;
        account::was_not_me(&world.context, VerifyForm { token }).await.unwrap();
        let overview = account::load_overview(&world.context, ayse).await.unwrap();
        assert_eq!((overview.app_since, overview.codes_left), (None, 0), "there was no app before that mail");
    }

    async fn an_address_that_an_intruder_changed_goes_back(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let form = ChangeEmailForm { email: NEW.into() };
        account::change_email(&world.context, world.recent(ayse), form).await.unwrap();
        let token = world.token_mailed_to(NEW).await;
        account::confirm_email(&world.context, VerifyForm { token }).await.unwrap();
        assert!(enters(&world, NEW, PASSWORD).await);
        let token = world.token_mailed_to(AYSE).await;
        account::was_not_me(&world.context, VerifyForm { token }).await.unwrap();
        assert_eq!(world.person(AYSE).await.id(), ayse.person);
        assert!(!enters(&world, NEW, PASSWORD).await && !enters(&world, AYSE, PASSWORD).await);
        choose_by_mail(&world, AYSE, NEW_PASSWORD, Language::Tr).await;
        assert!(enters(&world, AYSE, NEW_PASSWORD).await);
    }

    async fn the_link_works_for_a_week(world: World) {
        let ayse = world.owner(AYSE).await.account();
        world.set_up_app(ayse).await;
        let token = world.token_mailed_to(AYSE).await;
        world.context.clock.advance(account::NOT_ME_LINK_LIFETIME);
        assert_eq!(account::was_not_me(&world.context, VerifyForm { token }).await, Err(Code::LinkExpired.into()));
    }
}
