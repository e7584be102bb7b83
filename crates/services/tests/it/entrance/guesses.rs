//! The guess budget: in the database, for all nodes, never for ever, and no weapon against the owner.

use chrono::TimeDelta;
use domain::{AppError, Code, Language};
use entity::guess;
use sea_orm::{EntityTrait, sea_query::Expr};
use services::entrance;

use super::*;
use crate::{on_both_databases, world::World};

const WRONG: Option<Code> = Some(Code::WrongCredentials);
const BLOCKED: Option<Code> = Some(Code::TooManyTries);

async fn guess_wrong(world: &World, times: usize) {
    for _ in 0..times {
        assert_eq!(sign_in(&world.context, AYSE, "wrong").await.err(), WRONG);
    }
}

on_both_databases! {
    async fn after_ten_wrong_passwords_even_the_right_one_waits(world: World) {
        world.owner(AYSE).await;
        guess_wrong(&world, 10).await;
        let form = login(AYSE, PASSWORD);
        let error = entrance::sign_in(&world.context, form, None, Browser::default()).await.err().unwrap();
        assert_eq!((error.code, error.retry_after), (Code::TooManyTries, Some(30)));
        world.context.clock.advance(TimeDelta::seconds(30));
        assert_eq!(refusal(&world.context, AYSE).await, None);
    }

    async fn a_clock_that_is_set_back_makes_nobody_wait_who_did_not_have_to(world: World) {
        world.owner(AYSE).await;
        guess_wrong(&world, 1).await;
        world.context.clock.advance(TimeDelta::hours(-1));
        assert_eq!(refusal(&world.context, AYSE).await, None);
        guess_wrong(&world, 10).await;
        world.context.clock.advance(TimeDelta::hours(-1));
        let form = login(AYSE, PASSWORD);
        let error = entrance::sign_in(&world.context, form, None, Browser::default()).await.err().unwrap();
        assert_eq!((error.code, error.retry_after), (Code::TooManyTries, Some(30)), "as long as it was meant");
    }

    async fn waits_grow_and_end(world: World) {
        world.owner(AYSE).await;
        guess_wrong(&world, 10).await;
        for seconds in [30, 60, 120, 240, 480, 900, 900] {
            world.context.clock.advance(TimeDelta::seconds(seconds - 1));
            assert_eq!(sign_in(&world.context, AYSE, "wrong").await.err(), BLOCKED);
            world.context.clock.advance(TimeDelta::seconds(1));
            guess_wrong(&world, 1).await;
        }
        world.context.clock.advance(TimeDelta::minutes(15));
        assert_eq!(refusal(&world.context, AYSE).await, None, "never a lock for ever");
    }

    async fn the_right_password_gives_the_budget_back(world: World) {
        world.owner(AYSE).await;
        for _ in 0..3 {
            guess_wrong(&world, 9).await;
            assert_eq!(refusal(&world.context, AYSE).await, None);
        }
    }

    async fn guesses_made_at_once_do_not_slip_past_the_budget(world: World) {
        world.owner(AYSE).await;
        let node = world.another_node().await;
        let guesses = (0..24).map(|number| {
            let context = if number % 2 == 0 { world.context.clone() } else { node.clone() };
            tokio::spawn(async move { sign_in(&context, AYSE, "wrong").await.err() })
        });
        let mut looked_at = 0;
        for guess in guesses.collect::<Vec<_>>() {
            match guess.await.unwrap() {
                WRONG => looked_at += 1,
                BLOCKED => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(looked_at, 10);
    }

    async fn a_broken_count_is_no_free_guess(world: World) {
        world.owner(AYSE).await;
        guess_wrong(&world, 1).await;
        for broken in [-1000_i64, i64::MIN, i64::MAX] {
            let write = world.context.database.write(move |on| {
                Box::pin(async move {
                    let counts = guess::Entity::update_many();
                    counts.col_expr(guess::Column::Failures, Expr::value(broken)).exec(on).await.unwrap();
                    Ok(())
                })
            });
            write.await.unwrap();
            guess_wrong(&world, 1).await;
            assert_eq!(refusal(&world.context, AYSE).await, BLOCKED, "{broken}");
            world.context.clock.advance(TimeDelta::minutes(15));
        }
        assert_eq!(refusal(&world.context, AYSE).await, None, "and no lock for ever");
    }

    async fn what_fails_before_the_secret_is_compared_is_no_guess(world: World) {
        let check = async |subject: &str, answer: Result<(), AppError>| {
            services::guess::spend_for(&world.context, subject, async move { answer }).await.err()
        };
        for _ in 0..12 {
            let failed = check("x", Err(Code::Internal.into())).await;
            assert_eq!(failed, Some(Code::Internal.into()));
        }
        for _ in 0..10 {
            assert_eq!(check("x", Ok(())).await, None);
        }
        assert_eq!(check("x", Ok(())).await.map(|error| error.code), BLOCKED);
    }

    async fn a_guess_given_back_late_does_not_end_the_wait_for_another(world: World) {
        let spend = async || services::guess::spend(&world.context, "x").await;
        for _ in 0..9 {
            spend().await.unwrap();
        }
        let slow = spend().await.unwrap();
        world.context.clock.advance(TimeDelta::seconds(30));
        spend().await.unwrap();
        services::guess::give_back(&world.context, slow).await.unwrap();
        assert_eq!(spend().await.err().map(|error| error.code), BLOCKED);
    }

    async fn a_restart_forgets_no_guess(world: World) {
        world.owner(AYSE).await;
        guess_wrong(&world, 10).await;
        assert_eq!(refusal(&world.another_node().await, AYSE).await, BLOCKED);
    }

    async fn a_stranger_cannot_lock_the_owner_out_of_a_browser_they_used_before(world: World) {
        world.owner(AYSE).await;
        let browser = sign_in(&world.context, AYSE, PASSWORD).await.ok().unwrap().browser.unwrap();
        guess_wrong(&world, 10).await;
        assert_eq!(refusal(&world.context, AYSE).await, BLOCKED);
        let again = sign_in_from(&world.context, AYSE, PASSWORD, Some(&browser)).await.ok().unwrap();
        assert!(again.browser.is_none(), "it is known already");
        // Known to be Ayşe's, it still may not guess for ever.
        for _ in 0..10 {
            assert_eq!(sign_in_from(&world.context, AYSE, "wrong", Some(&browser)).await.err(), WRONG);
        }
        assert_eq!(sign_in_from(&world.context, AYSE, PASSWORD, Some(&browser)).await.err(), BLOCKED);
    }

    async fn a_known_browser_is_known_for_its_own_person_only(world: World) {
        const MERT: &str = "mert@yildiz.example";
        world.owner(AYSE).await;
        world.owner(MERT).await;
        let browser = sign_in(&world.context, MERT, PASSWORD).await.ok().unwrap().browser.unwrap();
        for _ in 0..10 {
            assert_eq!(sign_in_from(&world.context, AYSE, "wrong", Some(&browser)).await.err(), WRONG);
        }
        assert_eq!(sign_in_from(&world.context, AYSE, PASSWORD, Some(&browser)).await.err(), BLOCKED);
    }

    async fn a_reset_opens_the_account_again_and_forgets_its_browsers(world: World) {
        world.owner(AYSE).await;
        let browser = sign_in(&world.context, AYSE, PASSWORD).await.ok().unwrap().browser.unwrap();
        guess_wrong(&world, 10).await;
        entrance::request_reset(&world.context, forgot(AYSE), Language::Tr).await.unwrap();
        let token = world.token_mailed_to(AYSE).await;
        entrance::reset_password(&world.context, reset(&token, NEW_PASSWORD), Language::Tr).await.unwrap();
        let signed_in = sign_in_from(&world.context, AYSE, NEW_PASSWORD, Some(&browser)).await.ok().unwrap();
        assert!(signed_in.browser.is_some(), "whoever knew the old password keeps no budget of their own");
    }
}
