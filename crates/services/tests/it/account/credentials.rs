//! Password and address: changing them, and taking an account back.

use chrono::TimeDelta;
use domain::{
    Language, Recent,
    account::{ChangeEmailForm, ChangePasswordForm, NewPasskeyForm, ProvePasswordForm, StartAppForm},
    entrance::{ForgotForm, ResetForm, VerifyForm},
};
use services::session::authenticate;

use super::*;
use crate::{on_both_databases, world::signup};

pub(super) const NEW: &str = "ayse.yeni@yildiz.example";

pub(super) fn change(current: &str, new: &str) -> ChangePasswordForm {
    let (current, new) = (Password(current.into()), Password(new.into()));
    ChangePasswordForm { current, password: new.clone(), password_again: new }
}

async fn refusal(world: &World, token: &PlainToken) -> Code {
    authenticate(&world.context, token).await.err().unwrap().code
}

pub(super) async fn enters(world: &World, email: &str, password: &str) -> bool {
    let form = LoginForm { email: email.into(), password: Password(password.into()), next: String::new() };
    entrance::sign_in(&world.context, form, None, Browser::default()).await.is_ok()
}

/// Gives the account another address and proves it.
pub(super) async fn take_over(world: &World, account: Account, to: &str) {
    let form = ChangeEmailForm { email: to.into() };
    account::change_email(&world.context, world.recent(account), form).await.unwrap();
    let token = world.token_mailed_to(to).await;
    account::confirm_email(&world.context, VerifyForm { token }).await.unwrap();
}

/// Forgets the password and chooses a new one, on pages in this language.
pub(super) async fn choose_by_mail(world: &World, email: &str, password: &str, page: Language) {
    entrance::request_reset(&world.context, ForgotForm { email: email.into() }, page).await.unwrap();
    let token = world.token_mailed_to(email).await;
    let (password, password_again) = (Password(password.into()), Password(password.into()));
    entrance::reset_password(&world.context, ResetForm { token, password, password_again }, page)
        .await
        .unwrap();
}

/// The owner of an English organisation, without a choice of their own.
async fn english_owner(world: &World, email: &str) -> Account {
    entrance::sign_up(&world.context, signup(email), Language::En).await.unwrap();
    let token = world.token_mailed_to(email).await;
    entrance::verify_address(&world.context, VerifyForm { token }).await.unwrap();
    world.sign_in(email).await.account()
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

    async fn a_new_password_that_is_too_weak_costs_no_guess(world: World) {
        let ayse = world.owner(AYSE).await.account();
        for _ in 0..11 {
            let weak = account::change_password(&world.context, ayse, change(PASSWORD, "ayse erdem"), None).await;
            assert_eq!(of(&weak, "password"), Some(Code::PasswordGuessable));
        }
    }

    async fn mails_to_somebody_without_a_choice_are_in_their_organisations_language(world: World) {
        let ayse = english_owner(&world, AYSE).await;
        world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        sign_in(&world, AYSE, &codes[0]).await.unwrap();
        choose_by_mail(&world, AYSE, NEW_PASSWORD, Language::Tr).await;
        let again = english_owner(&world, MERT).await;
        take_over(&world, again, NEW).await;
        world.context.deliver().await.unwrap();
        let sent = world.context.outbox.mailer().sent();
        let told = |kind: &str| {
            let mail = sent.iter().find(|sent| sent.mail.kind.name() == kind);
            mail.unwrap_or_else(|| panic!("no {kind}")).mail.language
        };
        for kind in ["backup_code_used", "reset_password", "password_changed", "email_changed", "email_confirmed"] {
            assert_eq!(told(kind), Language::En, "{kind}");
        }
    }

    async fn what_was_begun_before_a_new_password_is_not_finished_after_it(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let form = ChangeEmailForm { email: NEW.into() };
        account::change_email(&world.context, world.recent(ayse), form).await.unwrap();
        let new_address = world.token_mailed_to(NEW).await;
        let forgot = ForgotForm { email: AYSE.into() };
        entrance::request_reset(&world.context, forgot, Language::Tr).await.unwrap();
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

    async fn a_code_alone_gives_back_no_guesses_at_the_password(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let guess = async || {
            let form = ProvePasswordForm { password: Password("wrong".into()), next: String::new() };
            account::prove_password(&world.context, ayse, form, None).await.err().unwrap().code
        };
        for _ in 0..5 {
            assert_eq!(guess().await, Code::Invalid);
        }
        let app = world.set_up_app(ayse).await;
        let recent = world.recent(ayse);
        for number in 0..5 {
            let now = app.code(world.context.now());
            match number % 3 {
                0 => {
                    let form = StartAppForm { confirmed: true, code: TypedCode(now), next: String::new() };
                    account::start_app(&world.context, recent, form, None).await.unwrap();
                }
                1 => {
                    let form = NewPasskeyForm { name: "Laptop".into(), code: TypedCode(now) };
                    account::ask_to_add(&world.context, recent, form, None).await.unwrap();
                }
                _ => _ = account::regenerate_codes(&world.context, recent, code(now), None).await.unwrap(),
            }
            world.context.clock.advance(TimeDelta::seconds(30));
            assert_eq!(guess().await, Code::Invalid);
        }
        assert_eq!(guess().await, Code::TooManyTries);
    }

    async fn a_mail_alone_gives_back_no_guesses_at_codes(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        for _ in 0..9 {
            let guess = code(wrong(&app, &world));
            _ = account::regenerate_codes(&world.context, world.recent(ayse), guess, None).await;
        }
        choose_by_mail(&world, AYSE, PASSWORD, Language::Tr).await;
        let open = challenge(&world.context, AYSE, None).await;
        let blocked = answer(&world.context, &open, &wrong(&app, &world)).await;
        assert_eq!(blocked.err().map(|error| error.code), Some(Code::TooManyTries));
    }
}
