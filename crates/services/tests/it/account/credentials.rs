//! Password and address: changing them, and taking an account back.

use chrono::TimeDelta;
use domain::{
    Recent,
    account::{ChangeEmailForm, ChangePasswordForm, ProvePasswordForm},
    entrance::{ForgotForm, ResetForm, VerifyForm},
};
use services::session::authenticate;

use super::*;
use crate::on_both_databases;

const NEW: &str = "ayse.yeni@yildiz.example";

fn change(current: &str, new: &str) -> ChangePasswordForm {
    let (current, new) = (Password(current.into()), Password(new.into()));
    ChangePasswordForm { current, password: new.clone(), password_again: new }
}

async fn refusal(world: &World, token: &PlainToken) -> Code {
    authenticate(&world.context, token).await.err().unwrap().code
}

async fn enters(world: &World, email: &str, password: &str) -> bool {
    let form = LoginForm { email: email.into(), password: Password(password.into()), next: String::new() };
    entrance::sign_in(&world.context, form, None, Browser::default()).await.is_ok()
}

on_both_databases! {
    async fn a_new_password_ends_the_other_sessions_and_renews_this_one(world: World) {
        world.owner(AYSE).await;
        let (here, there) = (world.session(AYSE).await, world.session(AYSE).await);
        let account = world.account(&here).await;
        let to = async |form| account::change_password(&world.context, account, form, None).await;
        assert_eq!(of(&to(change("wrong", NEW_PASSWORD)).await, "current"), Some(Code::PasswordWrong));
        assert_eq!(of(&to(change(PASSWORD, "ayse erdem")).await, "password"), Some(Code::PasswordGuessable));
        assert_eq!(of(&to(change(PASSWORD, PASSWORD)).await, "password"), Some(Code::PasswordSame));
        assert!(world.visit(&there).await.is_some());
        let renewed = to(change(PASSWORD, NEW_PASSWORD)).await.unwrap();
        assert_eq!(refusal(&world, &there).await, Code::CredentialsChanged);
        assert!(world.visit(&here).await.is_none());
        assert_eq!(world.account(&renewed).await.session, account.session);
        assert!(!enters(&world, AYSE, PASSWORD).await && enters(&world, AYSE, NEW_PASSWORD).await);
        assert!(world.kinds_mailed_to(AYSE).await.contains(&"password_changed"));
    }

    async fn proving_the_password_opens_ten_minutes_and_changes_the_token(world: World) {
        world.owner(AYSE).await;
        let token = world.session(AYSE).await;
        world.context.clock.advance(TimeDelta::minutes(11));
        let account = world.account(&token).await;
        assert!(Recent::check(account, world.context.now()).is_err());
        let prove = |password: &str| ProvePasswordForm { password: Password(password.into()), next: String::new() };
        let refused = account::prove_password(&world.context, account, prove("wrong"), None).await;
        assert_eq!(of(&refused, "password"), Some(Code::PasswordWrong));
        let renewed = account::prove_password(&world.context, account, prove(PASSWORD), None).await.unwrap();
        assert!(world.visit(&token).await.is_none(), "the token is another one");
        let account = world.account(&renewed).await;
        assert!(Recent::check(account, world.context.now()).is_ok());
        world.context.clock.advance(TimeDelta::minutes(10));
        assert!(Recent::check(account, world.context.now()).is_err());
        world.context.clock.advance(TimeDelta::hours(8) - TimeDelta::minutes(22));
        assert!(world.visit(&renewed).await.is_some());
        world.context.clock.advance(TimeDelta::minutes(1));
        assert_eq!(refusal(&world, &renewed).await, Code::SessionExpired, "and nothing extends the eight hours");
    }

    async fn an_address_changes_once_the_new_one_is_proved_and_the_old_one_is_told(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let session = world.session(AYSE).await;
        let form = ChangeEmailForm { email: NEW.into() };
        account::change_email(&world.context, world.recent(ayse), form).await.unwrap();
        assert_eq!(world.kinds_mailed_to(NEW).await, ["confirm_email"]);
        assert!(world.kinds_mailed_to(AYSE).await.contains(&"email_changing"));
        let overview = account::load_overview(&world.context, ayse).await.unwrap();
        assert_eq!((overview.email.as_str(), overview.pending_email.as_deref()), (AYSE, Some(NEW)));
        assert!(enters(&world, AYSE, PASSWORD).await && !enters(&world, NEW, PASSWORD).await, "not yet");

        let token = world.token_mailed_to(NEW).await;
        assert_eq!(account::check_email_link(&world.context, &token).await, Ok(()));
        account::confirm_email(&world.context, VerifyForm { token: token.clone() }).await.unwrap();
        let again = account::confirm_email(&world.context, VerifyForm { token }).await;
        assert_eq!(again, Err(Code::LinkExpired.into()));
        assert_eq!(refusal(&world, &session).await, Code::CredentialsChanged);
        assert!(!enters(&world, AYSE, PASSWORD).await && enters(&world, NEW, PASSWORD).await);
        assert_eq!(world.kinds_mailed_to(AYSE).await.last(), Some(&"email_changed"));
        assert!(world.kinds_mailed_to(NEW).await.contains(&"email_confirmed"));
    }

    async fn an_address_of_somebody_else_is_not_told_apart(world: World) {
        let ayse = world.owner(AYSE).await.account();
        world.owner(MERT).await;
        let form = ChangeEmailForm { email: MERT.into() };
        assert_eq!(account::change_email(&world.context, world.recent(ayse), form).await, Ok(()));
        let overview = account::load_overview(&world.context, ayse).await.unwrap();
        assert_eq!(overview.pending_email.as_deref(), Some(MERT), "as with any other address");
        assert_eq!(world.kinds_mailed_to(MERT).await.last(), Some(&"already_registered"));
        let own = ChangeEmailForm { email: AYSE.to_uppercase() };
        let same = account::change_email(&world.context, world.recent(ayse), own).await;
        assert_eq!(of(&same, "email"), Some(Code::EmailSame));
    }

    async fn an_address_that_was_taken_meanwhile_is_refused(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let form = ChangeEmailForm { email: NEW.into() };
        account::change_email(&world.context, world.recent(ayse), form).await.unwrap();
        let token = world.token_mailed_to(NEW).await;
        world.owner(NEW).await;
        let late = account::confirm_email(&world.context, VerifyForm { token }).await;
        assert_eq!(late, Err(Code::LinkExpired.into()));
        assert_eq!(world.person(AYSE).await.id(), ayse.person);
    }

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

    async fn each_mail_has_a_link_of_its_own_and_using_one_ends_them_all(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let first = world.token_mailed_to(AYSE).await;
        assert!(sign_in(&world, AYSE, &app.code(world.context.now())).await.is_ok());
        let second = world.token_mailed_to(AYSE).await;
        assert_ne!(first, second);
        assert_eq!(account::check_not_me_link(&world.context, &first).await, Ok(()), "a later mail kills no link");
        account::was_not_me(&world.context, VerifyForm { token: second }).await.unwrap();
        assert_eq!(account::check_not_me_link(&world.context, &first).await, Err(Code::LinkExpired.into()));
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
        let forgot = ForgotForm { email: AYSE.into() };
        entrance::request_reset(&world.context, forgot, domain::Language::Tr).await.unwrap();
        let token = world.token_mailed_to(AYSE).await;
        let (password, password_again) = (Password(NEW_PASSWORD.into()), Password(NEW_PASSWORD.into()));
        let reset = ResetForm { token, password, password_again };
        entrance::reset_password(&world.context, reset, domain::Language::Tr).await.unwrap();
        assert!(enters(&world, AYSE, NEW_PASSWORD).await);
    }

    async fn what_was_begun_before_a_new_password_is_not_finished_after_it(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let form = ChangeEmailForm { email: NEW.into() };
        account::change_email(&world.context, world.recent(ayse), form).await.unwrap();
        let new_address = world.token_mailed_to(NEW).await;
        let forgot = ForgotForm { email: AYSE.into() };
        entrance::request_reset(&world.context, forgot, domain::Language::Tr).await.unwrap();
        let reset = world.token_mailed_to(AYSE).await;
        account::change_password(&world.context, ayse, change(PASSWORD, NEW_PASSWORD), None).await.unwrap();
        let late = account::confirm_email(&world.context, VerifyForm { token: new_address }).await;
        assert_eq!(late, Err(Code::LinkExpired.into()));
        assert_eq!(entrance::check_reset_link(&world.context, &reset).await, Err(Code::LinkExpired.into()));
    }

    async fn a_session_that_was_ended_meanwhile_changes_nothing(world: World) {
        world.owner(AYSE).await;
        let (here, there) = (world.session(AYSE).await, world.session(AYSE).await);
        let (here, there) = (world.account(&here).await, world.account(&there).await);
        account::end_other_sessions(&world.context, world.recent(here)).await.unwrap();
        let form = ChangeEmailForm { email: NEW.into() };
        let late = account::change_email(&world.context, world.recent(there), form).await;
        assert_eq!(late, Err(Code::SessionRevoked.into()));
    }

    async fn an_account_that_never_proved_the_address_does_not_block_it(world: World) {
        let ayse = world.owner(AYSE).await.account();
        world.sign_up(NEW).await;
        let form = ChangeEmailForm { email: NEW.into() };
        account::change_email(&world.context, world.recent(ayse), form).await.unwrap();
        assert_eq!(world.kinds_mailed_to(NEW).await.last(), Some(&"confirm_email"));
        let token = world.token_mailed_to(NEW).await;
        account::confirm_email(&world.context, VerifyForm { token }).await.unwrap();
        assert_eq!(world.person(NEW).await.id(), ayse.person);
    }

    async fn the_password_alone_gives_back_no_guesses_at_codes(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let prove = || ProvePasswordForm { password: Password(PASSWORD.into()), next: String::new() };
        for _ in 0..9 {
            let guess = code(wrong(&app, &world));
            let refused = account::regenerate_codes(&world.context, world.recent(ayse), guess, None).await;
            assert_eq!(of(&refused, "code"), Some(Code::CodeWrong));
            account::prove_password(&world.context, ayse, prove(), None).await.unwrap();
        }
        let guess = code(wrong(&app, &world));
        _ = account::regenerate_codes(&world.context, world.recent(ayse), guess.clone(), None).await;
        let blocked = account::regenerate_codes(&world.context, world.recent(ayse), guess, None).await;
        assert_eq!(blocked.err().map(|error| error.code), Some(Code::TooManyTries));
    }

    async fn the_link_works_for_a_week(world: World) {
        let ayse = world.owner(AYSE).await.account();
        world.set_up_app(ayse).await;
        let token = world.token_mailed_to(AYSE).await;
        world.context.clock.advance(account::NOT_ME_LINK_LIFETIME);
        assert_eq!(account::was_not_me(&world.context, VerifyForm { token }).await, Err(Code::LinkExpired.into()));
    }
}
