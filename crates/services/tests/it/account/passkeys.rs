//! Passkeys as far as it goes without an authenticator: the browser tests have a virtual one.

use domain::account::{NewPasskeyForm, PasskeyForm, RemovePasskeyForm, RenamePasskeyForm};
use entity::{backup_code, ceremony, passkey};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::Value;
use services::account::Question;

use super::*;
use crate::on_both_databases;

const REFUSED: Option<AppError> = Some(AppError::new(Code::PasskeyRefused));

/// A passkey whose other half nobody has.
pub(super) async fn give_passkey(world: &World, account: Account, name: &str) -> String {
    let id = world.context.id();
    let row = passkey::ActiveModel {
        id: Set(id),
        person_id: Set(account.person.0),
        credential_id: Set(id.as_bytes().to_vec()),
        credential: Set("{}".into()),
        name: Set(name.into()),
        created_at: Set(world.context.now()),
        used_at: Set(None),
    };
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            passkey::Entity::insert(row).exec_without_returning(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
    id.to_string()
}

fn remove(passkey: &str, text: &str) -> RemovePasskeyForm {
    RemovePasskeyForm { passkey: passkey.into(), code: TypedCode(text.into()) }
}

async fn ask(world: &World, account: Account, text: &str) -> Result<Question, AppError> {
    let form = NewPasskeyForm { name: "Laptop".into(), code: TypedCode(text.into()) };
    account::ask_to_add(&world.context, world.recent(account), form, None).await
}

on_both_databases! {
    async fn a_passkey_is_not_added_by_somebody_who_cannot_show_the_factor_there_is(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        assert_eq!(of(&ask(&world, ayse, "").await, "code"), Some(Code::Required));
        assert_eq!(of(&ask(&world, ayse, &wrong(&app, &world)).await, "code"), Some(Code::CodeWrong));
        let now = app.code(world.context.now());
        assert!(ask(&world, ayse, &now).await.is_ok());
        assert_eq!(of(&ask(&world, ayse, &now).await, "code"), Some(Code::CodeWrong), "a code works once, here too");
        let nameless = NewPasskeyForm { name: " ".into(), code: TypedCode(String::new()) };
        let refused = account::ask_to_add(&world.context, world.recent(ayse), nameless, None).await;
        assert_eq!(of(&refused, "name"), Some(Code::Required));
    }

    async fn a_question_is_answered_once_by_whom_it_was_put_to_and_in_time(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await.account(), world.owner(MERT).await.account());
        let waiting = async || ceremony::Entity::find().all(world.context.database.read()).await.unwrap().len();
        let answer = async |account, question: &Question| {
            let form = PasskeyForm { ceremony: question.ceremony.clone(), credential: "{}".into(), next: String::new() };
            account::add_passkey(&world.context, account, form).await.err()
        };
        let question = ask(&world, ayse, "").await.unwrap();
        assert_eq!(answer(mert, &question).await, REFUSED);
        assert_eq!((answer(ayse, &question).await, waiting().await), (REFUSED, 0), "taken away by the first answer");
        ask(&world, ayse, "").await.unwrap();
        world.context.clock.advance(chrono::TimeDelta::minutes(6));
        ask(&world, ayse, "").await.unwrap();
        assert_eq!(waiting().await, 1, "questions that nobody answered are swept out");
    }

    async fn what_the_browser_is_asked_binds_the_passkey_to_this_host_and_to_user_verification(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let question = ask(&world, ayse, "").await.unwrap();
        let options: Value = serde_json::from_str(&question.options).unwrap();
        assert_eq!(options["rp"]["id"], "ayar.example");
        assert_eq!(options["user"]["name"], AYSE);
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "preferred");
        let question = account::ask_sign_in(&world.context).await.unwrap();
        let options: Value = serde_json::from_str(&question.options).unwrap();
        assert_eq!((&options["rpId"], &options["userVerification"]), (&"ayar.example".into(), &"required".into()));
    }

    async fn an_answer_that_fits_no_question_is_refused_in_the_same_words(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await.account(), world.owner(MERT).await.account());
        let question = ask(&world, mert, "").await.unwrap();
        let sign_in = account::ask_sign_in(&world.context).await.unwrap();
        for ceremony in [question.ceremony, sign_in.ceremony, world.context.id().to_string(), "x".into()] {
            let form = PasskeyForm { ceremony, credential: "{}".into(), next: String::new() };
            let added = account::add_passkey(&world.context, ayse, form.clone()).await;
            assert_eq!(added.err(), REFUSED);
            let signed_in = entrance::sign_in_with_passkey(&world.context, form, None, Browser::default()).await;
            assert_eq!(signed_in.err(), REFUSED);
        }
        let sessions = account::list_sessions(&world.context, mert).await.unwrap();
        assert_eq!(sessions.len(), 1);
    }

    async fn new_codes_for_a_passkey_need_an_answer_that_fits(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await.account(), world.owner(MERT).await.account());
        world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        let unasked = account::ask_second_step(&world.context, ayse.person).await;
        assert_eq!(unasked.err(), Some(Code::NotFound.into()), "there is no passkey to ask for");
        let question = ask(&world, mert, "").await.unwrap();
        let sign_in = account::ask_sign_in(&world.context).await.unwrap();
        for ceremony in [question.ceremony, sign_in.ceremony, world.context.id().to_string(), "x".into()] {
            let form = PasskeyForm { ceremony, credential: "{}".into(), next: String::new() };
            let made = account::regenerate_codes_with_passkey(&world.context, world.recent(ayse), form).await;
            assert_eq!(made.err(), REFUSED);
        }
        assert!(self::sign_in(&world, AYSE, &codes[0]).await.is_ok(), "the old codes are still those that count");
    }

    async fn a_person_with_a_passkey_is_asked_for_a_second_step(world: World) {
        let ayse = world.owner(AYSE).await.account();
        give_passkey(&world, ayse, "Laptop").await;
        let open = challenge(&world.context, AYSE, None).await;
        let step = entrance::load_second_step(&world.context, &open).await.unwrap();
        assert_eq!((step.has_app, step.has_passkeys), (false, true));
    }

    async fn passkeys_of_others_do_not_exist(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await.account(), world.owner(MERT).await.account());
        let foreign = give_passkey(&world, mert, "Mert's").await;
        for id in [foreign.as_str(), "nonsense", &world.context.id().to_string()] {
            let removed = account::remove_passkey(&world.context, world.recent(ayse), remove(id, ""), None).await;
            assert_eq!(removed.err(), Some(Code::NotFound.into()));
            let form = RenamePasskeyForm { passkey: id.into(), name: "Mine".into() };
            assert_eq!(account::rename_passkey(&world.context, ayse, form).await, Err(Code::NotFound.into()));
        }
        assert_eq!(account::load_overview(&world.context, mert).await.unwrap().passkeys[0].name, "Mert's");
    }

    async fn the_last_second_factor_goes_for_a_code_only(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        let (one, other) = (give_passkey(&world, ayse, "A").await, give_passkey(&world, ayse, "B").await);
        let gone = async |form| account::remove_passkey(&world.context, world.recent(ayse), form, None).await;
        gone(remove(&one, "")).await.unwrap();
        let now = app.code(world.context.now());
        account::disable_app(&world.context, ayse, disable(PASSWORD, now), None).await.unwrap();
        assert_eq!(account::load_overview(&world.context, ayse).await.unwrap().codes_left, 10, "a passkey is left");
        assert_eq!(of(&gone(remove(&other, "")).await, "code"), Some(Code::Required));
        assert_eq!(of(&gone(remove(&other, "123456")).await, "code"), Some(Code::CodeWrong));
        gone(remove(&other, &codes[0])).await.unwrap();
        let read = world.context.database.read();
        assert_eq!(backup_code::Entity::find().all(read).await.unwrap(), []);
        let mails = world.kinds_mailed_to(AYSE).await;
        assert!(mails.contains(&"passkey_removed") && mails.last() == Some(&"last_passkey_removed"), "{mails:?}");
        world.session(AYSE).await;
    }

    async fn with_the_last_second_factor_the_other_browsers_are_strangers_again(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        let passkey = give_passkey(&world, ayse, "Laptop").await;
        let (here, there) = (sign_in(&world, AYSE, &codes[0]).await, sign_in(&world, AYSE, &codes[1]).await);
        let (here, there) = (here.unwrap().browser.unwrap(), there.unwrap().browser.unwrap());
        let off = disable(PASSWORD, app.code(world.context.now()));
        account::disable_app(&world.context, ayse, off, Some(here.clone())).await.unwrap();
        let later = sign_in(&world, AYSE, &codes[2]).await.unwrap().browser.unwrap();
        let gone = remove(&passkey, &codes[3]);
        account::remove_passkey(&world.context, world.recent(ayse), gone, Some(here.clone())).await.unwrap();
        let knows = async |browser: &PlainToken| {
            let form = LoginForm { email: AYSE.into(), password: Password(PASSWORD.into()), next: String::new() };
            match entrance::sign_in(&world.context, form, Some(browser.clone()), Browser::default()).await.unwrap() {
                Entered::In(signed_in) => signed_in.browser.is_none(),
                Entered::CodeOwed(_) => panic!("there is no factor left"),
            }
        };
        assert_eq!((knows(&here).await, knows(&there).await, knows(&later).await), (true, false, false));
    }

    async fn a_passkey_can_be_renamed(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let passkey = give_passkey(&world, ayse, "A").await;
        let form = RenamePasskeyForm { passkey: passkey.clone(), name: "  İş bilgisayarı ".into() };
        account::rename_passkey(&world.context, ayse, form).await.unwrap();
        assert_eq!(account::load_overview(&world.context, ayse).await.unwrap().passkeys[0].name, "İş bilgisayarı");
        let refused = account::rename_passkey(&world.context, ayse, RenamePasskeyForm { passkey, name: " ".into() }).await;
        assert_eq!(of(&refused, "name"), Some(Code::Required));
    }
}

#[tokio::test]
async fn a_server_without_a_host_name_says_that_there_are_no_passkeys() {
    let mut world = World::on_sqlite().await;
    world.context.relying_party = services::account::RelyingParty::of("http://127.0.0.1:3000");
    let ayse = world.owner(AYSE).await.account();
    let unavailable = Some(Code::PasskeysUnavailable.into());
    assert_eq!(ask(&world, ayse, "").await.err(), unavailable);
    assert_eq!(account::ask_sign_in(&world.context).await.err(), unavailable);
    assert!(!account::load_overview(&world.context, ayse).await.unwrap().can_have_passkeys);
}
