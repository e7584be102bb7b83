//! Mailed links: single use, short-lived, the newest wins, and what a reset takes with it.

use chrono::TimeDelta;
use domain::{AppError, Code, Language};
use entity::session;
use sea_orm::EntityTrait;
use services::entrance;

use super::*;
use crate::{on_both_databases, world::World};

const DEAD: Result<(), AppError> = Err(AppError::new(Code::LinkExpired));

async fn reset_token(world: &World) -> String {
    entrance::request_reset(&world.context, forgot(AYSE), Language::Tr).await.unwrap();
    world.token_mailed_to(AYSE).await
}

on_both_databases! {
    async fn whether_an_address_is_known_is_not_told_by_who_asks_for_a_link(world: World) {
        world.owner(AYSE).await;
        for email in [AYSE, NOBODY] {
            assert_eq!(entrance::request_reset(&world.context, forgot(email), Language::Tr).await, Ok(()));
            assert_eq!(entrance::resend_verification(&world.context, resend(email), Language::Tr).await, Ok(()));
        }
        assert_eq!(world.kinds_mailed_to(AYSE).await, ["verify_address", "reset_password"]);
        assert!(world.kinds_mailed_to(NOBODY).await.is_empty());
    }

    async fn a_verification_link_works_once(world: World) {
        world.sign_up(AYSE).await;
        let token = world.token_mailed_to(AYSE).await;
        assert_eq!(entrance::check_verify_link(&world.context, &token).await, Ok(()));
        assert_eq!(entrance::check_verify_link(&world.context, &token).await, Ok(()), "looking uses nothing up");
        assert_eq!(entrance::verify_address(&world.context, verify(&token)).await, Ok(()));
        assert_eq!(entrance::verify_address(&world.context, verify(&token)).await, DEAD);
        assert_eq!(entrance::check_verify_link(&world.context, &token).await, DEAD);
        assert_eq!(refusal(&world.context, AYSE).await, None);
    }

    async fn a_verification_link_works_for_a_day(world: World) {
        world.sign_up(AYSE).await;
        let token = world.token_mailed_to(AYSE).await;
        world.context.clock.advance(TimeDelta::hours(24));
        assert_eq!(entrance::check_verify_link(&world.context, &token).await, DEAD);
        assert_eq!(entrance::verify_address(&world.context, verify(&token)).await, DEAD);
        assert_eq!(refusal(&world.context, AYSE).await, Some(Code::Unverified));
    }

    async fn the_newest_verification_link_replaces_the_others(world: World) {
        world.sign_up(AYSE).await;
        let old = world.token_mailed_to(AYSE).await;
        entrance::resend_verification(&world.context, resend(AYSE), Language::Tr).await.unwrap();
        let new = world.token_mailed_to(AYSE).await;
        assert_eq!(entrance::verify_address(&world.context, verify(&old)).await, DEAD);
        assert_eq!(entrance::verify_address(&world.context, verify(&new)).await, Ok(()));
    }

    async fn a_link_of_one_kind_does_nothing_of_the_other(world: World) {
        world.sign_up(AYSE).await;
        let token = world.token_mailed_to(AYSE).await;
        assert_eq!(entrance::check_reset_link(&world.context, &token).await, DEAD);
        let answer = entrance::reset_password(&world.context, reset(&token, NEW_PASSWORD), Language::Tr).await;
        assert_eq!(answer, DEAD);
        let token = reset_token(&world).await;
        assert_eq!(entrance::verify_address(&world.context, verify(&token)).await, DEAD);
    }

    async fn a_made_up_link_is_as_dead_as_a_used_one(world: World) {
        for token in ["", "x", "0123456789abcdef0123456789abcdef", "' OR 1=1 --", "ğğğğğğğğğğğğğğğğğğ"] {
            assert_eq!(entrance::verify_address(&world.context, verify(token)).await, DEAD, "{token:?}");
            assert_eq!(entrance::check_reset_link(&world.context, token).await, DEAD, "{token:?}");
        }
    }

    async fn of_two_uses_of_one_link_at_once_one_wins(world: World) {
        world.sign_up(AYSE).await;
        let token = world.token_mailed_to(AYSE).await;
        let node = world.another_node().await;
        let (one, other) = tokio::join!(
            entrance::verify_address(&world.context, verify(&token)),
            entrance::verify_address(&node, verify(&token)),
        );
        assert_eq!([&one, &other].iter().filter(|answer| answer.is_ok()).count(), 1, "{one:?} {other:?}");
        assert_eq!(one.and(other), DEAD);

        let token = reset_token(&world).await;
        let (one, other) = tokio::join!(
            entrance::reset_password(&world.context, reset(&token, NEW_PASSWORD), Language::Tr),
            entrance::reset_password(&node, reset(&token, "mor zürafa 12 fırtına"), Language::Tr),
        );
        assert_eq!([&one, &other].iter().filter(|answer| answer.is_ok()).count(), 1, "{one:?} {other:?}");
    }

    async fn a_reset_link_works_for_an_hour_and_the_newest_wins(world: World) {
        world.owner(AYSE).await;
        let (old, new) = (reset_token(&world).await, reset_token(&world).await);
        assert_eq!(entrance::check_reset_link(&world.context, &old).await, DEAD);
        world.context.clock.advance(TimeDelta::minutes(59));
        assert_eq!(entrance::check_reset_link(&world.context, &new).await, Ok(()));
        world.context.clock.advance(TimeDelta::minutes(1));
        let answer = entrance::reset_password(&world.context, reset(&new, NEW_PASSWORD), Language::Tr).await;
        assert_eq!(answer, DEAD);
        assert_eq!(refusal(&world.context, AYSE).await, None, "the old password still works");
    }

    async fn a_reset_ends_all_sessions_and_signs_nobody_in(world: World) {
        world.owner(AYSE).await;
        let (one, other) = (world.session(AYSE).await, world.session(AYSE).await);
        let token = reset_token(&world).await;
        assert!(world.visit(&one).await.is_some(), "asking for a link ends nothing");
        entrance::reset_password(&world.context, reset(&token, NEW_PASSWORD), Language::Tr).await.unwrap();

        assert!(world.visit(&one).await.is_none() && world.visit(&other).await.is_none());
        let rows = session::Entity::find().all(world.context.database.read()).await.unwrap();
        assert_eq!(rows.len(), 3, "no new session, and ended ones stay as rows");
        assert!(rows.iter().all(|row| row.ended_reason.as_deref() == Some("password_reset")));
        assert_eq!(sign_in(&world.context, AYSE, PASSWORD).await.err(), Some(Code::WrongCredentials));
        assert!(sign_in(&world.context, AYSE, NEW_PASSWORD).await.is_ok());
        let mails = world.kinds_mailed_to(AYSE).await;
        assert_eq!(mails[mails.len() - 2..], ["password_changed", "new_sign_in"], "no browser is known any more");
    }

    async fn a_password_that_is_refused_leaves_the_link_usable(world: World) {
        world.owner(AYSE).await;
        let token = reset_token(&world).await;
        let refused = async |form| entrance::reset_password(&world.context, form, Language::Tr).await.unwrap_err();
        assert_eq!(refused(reset(&token, "kısa")).await.of("password"), Some(Code::PasswordTooShort));
        assert_eq!(refused(reset(&token, "ayse erdem")).await.of("password"), Some(Code::PasswordGuessable));
        let differ = ResetForm { password_again: Password(PASSWORD.into()), ..reset(&token, NEW_PASSWORD) };
        assert_eq!(refused(differ).await.of("password_again"), Some(Code::PasswordsDiffer));
        entrance::reset_password(&world.context, reset(&token, NEW_PASSWORD), Language::Tr).await.unwrap();
    }

    async fn a_reset_link_proves_the_address_too(world: World) {
        world.sign_up(AYSE).await;
        let token = reset_token(&world).await;
        entrance::reset_password(&world.context, reset(&token, NEW_PASSWORD), Language::Tr).await.unwrap();
        assert!(sign_in(&world.context, AYSE, NEW_PASSWORD).await.is_ok());
    }
}
