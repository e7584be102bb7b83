//! The second step: its challenge opens nothing, lives shortly, and shares the one guess budget.

use chrono::TimeDelta;
use domain::Language;
use entity::{challenge as challenges, session};
use sea_orm::{EntityTrait, sea_query::Expr};

use super::*;
use crate::on_both_databases;

const EXPIRED: Option<AppError> = Some(AppError::new(Code::ChallengeExpired));

on_both_databases! {
    async fn five_wrong_codes_end_the_sign_in(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        let challenge = challenge(&world.context, AYSE, None).await;
        for _ in 0..4 {
            let refused = answer(&world.context, &challenge, &wrong(&app, &world)).await;
            assert_eq!(of(&refused, "code"), Some(Code::CodeWrong));
        }
        assert_eq!(answer(&world.context, &challenge, &wrong(&app, &world)).await.err(), EXPIRED);
        assert_eq!(answer(&world.context, &challenge, &app.code(world.context.now())).await.err(), EXPIRED);
        assert_eq!(entrance::load_second_step(&world.context, &challenge).await.err(), EXPIRED);
    }

    async fn a_code_may_take_ten_minutes(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        let challenge = challenge(&world.context, AYSE, None).await;
        world.context.clock.advance(entrance::CHALLENGE_LIFETIME);
        assert_eq!(answer(&world.context, &challenge, &app.code(world.context.now())).await.err(), EXPIRED);
    }

    async fn a_challenge_is_used_up_by_the_right_code(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        let challenge = challenge(&world.context, AYSE, None).await;
        assert!(answer(&world.context, &challenge, &app.code(world.context.now())).await.is_ok());
        world.context.clock.advance(TimeDelta::seconds(30));
        assert_eq!(answer(&world.context, &challenge, &app.code(world.context.now())).await.err(), EXPIRED);
        assert_eq!(challenges::Entity::find().all(world.context.database.read()).await.unwrap(), []);
    }

    async fn what_was_never_a_challenge_is_answered_like_a_dead_one(world: World) {
        world.owner(AYSE).await;
        let session = world.session(AYSE).await;
        for token in [PlainToken::received(""), PlainToken::random(), session] {
            assert_eq!(answer(&world.context, &token, "123456").await.err(), EXPIRED);
            assert_eq!(entrance::ask_passkey(&world.context, &token).await.err(), EXPIRED);
        }
    }

    async fn the_right_password_alone_gives_no_guess_back(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        // Five sign-ins, each a guess for the password and one for a wrong code.
        for _ in 0..5 {
            let challenge = challenge(&world.context, AYSE, None).await;
            let refused = answer(&world.context, &challenge, &wrong(&app, &world)).await;
            assert_eq!(of(&refused, "code"), Some(Code::CodeWrong));
        }
        let form = LoginForm { email: AYSE.into(), password: Password(PASSWORD.into()), next: String::new() };
        let blocked = entrance::sign_in(&world.context, form, None, Browser::default()).await.err().unwrap();
        assert_eq!((blocked.code, blocked.retry_after), (Code::TooManyTries, Some(30)));
        world.context.clock.advance(TimeDelta::seconds(30));
        assert!(sign_in(&world, AYSE, &app.code(world.context.now())).await.is_err(), "the code's guess waits longer");
    }

    async fn the_budget_is_shared_by_every_door_and_node(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let node = world.another_node().await;
        let open = challenge(&world.context, AYSE, None).await;
        for _ in 0..3 {
            _ = answer(&world.context, &open, &wrong(&app, &world)).await;
            _ = account::disable_app(&node, ayse, disable("wrong", "123456"), None).await;
            let recent = world.recent(ayse);
            _ = account::regenerate_codes(&world.context, recent, code(wrong(&app, &world)), None).await;
        }
        // One for the password and nine wrong ones: the eleventh waits, whichever door it knocks at.
        let now = app.code(world.context.now());
        let blocked = Some(Code::TooManyTries);
        assert_eq!(answer(&node, &open, &now).await.err().map(|error| error.code), blocked);
        let off = account::disable_app(&world.context, ayse, disable(PASSWORD, now.clone()), None).await;
        assert_eq!(off.err().map(|error| error.code), blocked);
        let recent = world.recent(ayse);
        let codes = account::regenerate_codes(&node, recent, code(now.clone()), None).await;
        assert_eq!(codes.err().map(|error| error.code), blocked);
        world.context.clock.advance(TimeDelta::seconds(30));
        assert!(answer(&node, &open, &app.code(world.context.now())).await.is_ok(), "never for ever");
    }

    async fn a_success_gives_all_guesses_back(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        for _ in 0..3 {
            let open = challenge(&world.context, AYSE, None).await;
            for _ in 0..4 {
                _ = answer(&world.context, &open, &wrong(&app, &world)).await;
            }
            assert!(answer(&world.context, &open, &app.code(world.context.now())).await.is_ok());
            world.context.clock.advance(TimeDelta::seconds(30));
        }
    }

    async fn a_reset_password_ends_half_finished_sign_ins_and_leaves_the_second_factor(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        let open = challenge(&world.context, AYSE, None).await;
        let forgot = domain::entrance::ForgotForm { email: AYSE.into() };
        entrance::request_reset(&world.context, forgot, Language::Tr).await.unwrap();
        let reset = domain::entrance::ResetForm {
            token: world.token_mailed_to(AYSE).await,
            password: Password(NEW_PASSWORD.into()),
            password_again: Password(NEW_PASSWORD.into()),
        };
        entrance::reset_password(&world.context, reset, Language::Tr).await.unwrap();
        assert_eq!(answer(&world.context, &open, &app.code(world.context.now())).await.err(), EXPIRED);
        let form = LoginForm { email: AYSE.into(), password: Password(NEW_PASSWORD.into()), next: "/x".into() };
        let entered = entrance::sign_in(&world.context, form, None, Browser::default()).await.unwrap();
        let Entered::CodeOwed(open) = entered else { panic!("a reset never touches the second factor") };
        let signed_in = answer(&world.context, &open, &app.code(world.context.now())).await.unwrap();
        assert_eq!(signed_in.next, "/x", "and the way is remembered");
    }

    async fn only_an_unseen_browser_is_mailed_about(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        let known = sign_in(&world, AYSE, &app.code(world.context.now())).await.unwrap().browser.unwrap();
        world.context.clock.advance(TimeDelta::seconds(30));
        let open = challenge(&world.context, AYSE, Some(&known)).await;
        let again = answer(&world.context, &open, &app.code(world.context.now())).await.unwrap();
        assert!(again.browser.is_none());
        let mails = world.kinds_mailed_to(AYSE).await;
        assert_eq!(mails.iter().filter(|kind| **kind == "new_sign_in").count(), 1, "{mails:?}");
    }

    async fn a_broken_count_of_tries_ends_the_sign_in(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        let open = challenge(&world.context, AYSE, None).await;
        let write = world.context.database.write(|on| {
            Box::pin(async move {
                let broken = challenges::Entity::update_many().col_expr(challenges::Column::Tries, Expr::value(-100));
                broken.exec(on).await.unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
        assert_eq!(answer(&world.context, &open, &app.code(world.context.now())).await.err(), EXPIRED);
    }

    async fn no_session_starts_before_the_code(world: World) {
        world.set_up_app(world.owner(AYSE).await.account()).await;
        let count = async || session::Entity::find().all(world.context.database.read()).await.unwrap().len();
        let before = count().await;
        challenge(&world.context, AYSE, None).await;
        assert_eq!(count().await, before);
    }
}
