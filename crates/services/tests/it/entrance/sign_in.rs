//! Signing in: the same refusal for a wrong password and for a wrong address, in the same time.

use domain::{Code, Language};
use entity::session;
use sea_orm::EntityTrait;
use services::entrance;

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn a_wrong_password_and_an_unknown_address_get_the_same_answer(world: World) {
        world.owner(AYSE).await;
        let answer = async |email| {
            let form = login(email, NEW_PASSWORD);
            entrance::sign_in(&world.context, form, None, Browser::default()).await.err().unwrap()
        };
        let (known, unknown) = (answer(AYSE).await, answer(NOBODY).await);
        assert_eq!(known, unknown);
        assert_eq!(known, Code::WrongCredentials.into());
    }

    async fn an_unknown_address_is_blocked_after_as_many_tries_as_a_known_one(world: World) {
        world.owner(AYSE).await;
        for _ in 0..10 {
            assert_eq!(sign_in(&world.context, AYSE, "wrong").await.err(), Some(Code::WrongCredentials));
            assert_eq!(sign_in(&world.context, NOBODY, "wrong").await.err(), Some(Code::WrongCredentials));
        }
        assert_eq!(sign_in(&world.context, AYSE, "wrong").await.err(), Some(Code::TooManyTries));
        assert_eq!(sign_in(&world.context, NOBODY, "wrong").await.err(), Some(Code::TooManyTries));
    }

    async fn that_an_address_waits_for_its_proof_is_told_only_to_who_knows_the_password(world: World) {
        world.sign_up(AYSE).await;
        assert_eq!(sign_in(&world.context, AYSE, NEW_PASSWORD).await.err(), Some(Code::WrongCredentials));
        assert_eq!(refusal(&world.context, AYSE).await, Some(Code::Unverified));
        let sessions = session::Entity::find().all(world.context.database.read()).await.unwrap();
        assert_eq!(sessions, []);
    }

    async fn a_page_elsewhere_is_never_where_one_is_sent(world: World) {
        world.owner(AYSE).await;
        for (next, sent) in [
            ("/settings/hours?day=1", "/settings/hours?day=1"),
            ("https://evil.example/", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ] {
            let form = LoginForm { next: next.into(), ..login(AYSE, PASSWORD) };
            let entered = entrance::sign_in(&world.context, form, None, Browser::default()).await.ok().unwrap();
            let Entered::In(signed_in) = entered else { panic!("a code is owed") };
            assert_eq!(signed_in.next, sent, "{next:?}");
        }
    }

    async fn a_password_reset_in_the_middle_of_a_sign_in_wins(world: World) {
        world.owner(AYSE).await;
        entrance::request_reset(&world.context, forgot(AYSE), Language::Tr).await.unwrap();
        let token = world.token_mailed_to(AYSE).await;
        // Whichever comes first: afterwards the old password holds no session.
        let (signed_in, changed) = tokio::join!(
            sign_in(&world.context, AYSE, PASSWORD),
            entrance::reset_password(&world.context, reset(&token, NEW_PASSWORD), Language::Tr),
        );
        changed.unwrap();
        if let Ok(signed_in) = signed_in {
            assert!(world.visit(&signed_in.session).await.is_none());
        }
    }
}
