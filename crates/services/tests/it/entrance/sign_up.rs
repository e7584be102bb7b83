//! Signing up: nothing is told, nothing verified is touched, nothing unverified is in the way.

use chrono::TimeDelta;
use domain::{Code, Language, entrance::Password};
use entity::{audit, organisation, person};
use sea_orm::EntityTrait;
use services::entrance;

use super::*;
use crate::{on_both_databases, world::signup};

on_both_databases! {
    async fn a_taken_address_gets_the_same_answer_and_its_owner_a_mail(world: World) {
        world.owner(AYSE).await;
        let before = world.person(AYSE).await;
        let mut form = signup(AYSE);
        form.password = Password(NEW_PASSWORD.into());
        form.name = "Bir Yabancı".into();
        assert_eq!(entrance::sign_up(&world.context, form, Language::En).await, Ok(()));
        assert_eq!(entrance::sign_up(&world.context, signup(NOBODY), Language::En).await, Ok(()));

        assert_eq!(world.person(AYSE).await, before);
        assert_eq!(organisation::Entity::find().all(world.context.database.read()).await.unwrap().len(), 2);
        assert_eq!(world.kinds_mailed_to(AYSE).await, ["verify_address", "already_registered"]);
        assert_eq!(world.kinds_mailed_to(NOBODY).await, ["verify_address"]);
        assert!(sign_in(&world.context, AYSE, PASSWORD).await.is_ok());
    }

    async fn sign_ups_with_one_address_at_once_leave_one_account(world: World) {
        let node = world.another_node().await;
        let sign_ups = (0..6).map(|number| {
            let context = if number % 2 == 0 { world.context.clone() } else { node.clone() };
            tokio::spawn(async move { entrance::sign_up(&context, signup(AYSE), Language::Tr).await })
        });
        for sign_up in sign_ups.collect::<Vec<_>>() {
            assert_eq!(sign_up.await.unwrap(), Ok(()));
        }
        let read = world.context.database.read();
        assert_eq!(person::Entity::find().all(read).await.unwrap().len(), 1);
        assert_eq!(organisation::Entity::find().all(read).await.unwrap().len(), 1);
        assert_eq!(entity::link::Entity::find().all(read).await.unwrap().len(), 1);
    }

    async fn another_spelling_of_a_taken_address_is_the_same_address(world: World) {
        world.owner(AYSE).await;
        world.sign_up("AYSE@Yildiz.Example").await;
        assert_eq!(person::Entity::find().all(world.context.database.read()).await.unwrap().len(), 1);
    }

    async fn every_field_at_fault_is_named_at_once_and_nothing_is_kept(world: World) {
        let mut form = signup("not an address");
        form.organisation = "  ".into();
        form.name = String::new();
        form.password = Password("12345678".into());
        let error = entrance::sign_up(&world.context, form, Language::Tr).await.unwrap_err();
        let fields: Vec<_> = error.fields.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(fields, [
            ("organisation", Code::Required),
            ("name", Code::Required),
            ("email", Code::EmailInvalid),
            ("password", Code::PasswordGuessable),
        ]);
        assert!(entrance::is_empty(&world.context).await.unwrap());
    }

    async fn a_password_made_of_ones_own_names_is_refused(world: World) {
        let mut form = signup(AYSE);
        form.organisation = "Marmara Tekstil".into();
        form.password = Password("marmaratekstil".into());
        let error = entrance::sign_up(&world.context, form, Language::Tr).await.unwrap_err();
        assert_eq!(error.of("password"), Some(Code::PasswordGuessable));
    }

    async fn an_account_that_was_never_verified_gives_way_to_a_later_sign_up(world: World) {
        let mut stranger = signup(AYSE);
        stranger.password = Password(NEW_PASSWORD.into());
        entrance::sign_up(&world.context, stranger, Language::Tr).await.unwrap();
        let dead = world.token_mailed_to(AYSE).await;

        let actor = world.owner(AYSE).await;
        assert_eq!(entrance::verify_address(&world.context, verify(&dead)).await, Err(Code::LinkExpired.into()));
        assert_eq!(sign_in(&world.context, AYSE, NEW_PASSWORD).await.err(), Some(Code::WrongCredentials));
        let organisations = organisation::Entity::find().all(world.context.database.read()).await.unwrap();
        assert_eq!(organisations.iter().map(organisation::Model::id).collect::<Vec<_>>(), [actor.organisation]);
    }

    async fn the_new_company_starts_with_what_is_known_of_it(world: World) {
        let mut form = signup(AYSE);
        form.time_zone = "Asia/Calcutta".into();
        entrance::sign_up(&world.context, form, Language::En).await.unwrap();
        let row = organisation::Entity::find().one(world.context.database.read()).await.unwrap().unwrap();
        assert_eq!((row.time_zone.as_str(), row.language.as_str(), row.email.as_str()), ("Asia/Kolkata", "en", AYSE));
        assert_eq!(row.trial_ends_at, world.context.now() + TimeDelta::days(14));
        assert!(!row.support_access);
    }

    async fn a_zone_the_browser_made_up_is_no_error(world: World) {
        let mut form = signup(AYSE);
        form.time_zone = "Mars/Olympus".into();
        entrance::sign_up(&world.context, form, Language::Tr).await.unwrap();
        let row = organisation::Entity::find().one(world.context.database.read()).await.unwrap().unwrap();
        assert_eq!(row.time_zone, "Europe/Istanbul");
    }

    async fn a_flood_of_mail_to_one_address_is_held_back_without_a_word(world: World) {
        for _ in 0..14 {
            assert_eq!(entrance::sign_up(&world.context, signup(AYSE), Language::Tr).await, Ok(()));
        }
        assert_eq!(world.kinds_mailed_to(AYSE).await.len(), 10);
        world.context.clock.advance(TimeDelta::minutes(20));
        world.sign_up(AYSE).await;
        assert_eq!(world.kinds_mailed_to(AYSE).await.len(), 11);
    }

    async fn no_table_holds_a_password_or_a_token(world: World) {
        world.sign_up(AYSE).await;
        let token = world.token_mailed_to(AYSE).await;
        let read = world.context.database.read();
        let person = world.person(AYSE).await;
        assert!(person.password_hash.starts_with("$argon2id$"), "{}", person.password_hash);
        let link = entity::link::Entity::find().one(read).await.unwrap().unwrap();
        assert_eq!(link.token_hash, PlainToken::received(&token).hash().0);
        for row in audit::Entity::find().all(read).await.unwrap() {
            let text = format!("{row:?}");
            assert!(!text.contains(PASSWORD) && !text.contains(&token) && !text.contains("argon2"), "{text}");
        }
    }
}
