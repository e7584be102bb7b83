//! The end of an organisation: who may ask for it, what stops, that everything comes back, that nothing is left.

mod account;
mod closed;
mod purge;
mod restore;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::{
    Account, Actor, AppError, Code, Recent, Role,
    account::TypedCode,
    deletion::{DeleteForm, Stage},
    entrance::{LoginForm, Password},
};
use entity::organisation;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use services::{
    Context, deletion, demo,
    entrance::{self, Entered},
    session::Browser,
    token::PlainToken,
};

use crate::{
    on_both_databases,
    schema::existing,
    world::{PASSWORD, World},
};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
const SEDA: &str = "seda@ay.example";
const DENIZ: &str = "deniz@ayar.example";

fn form(password: &str) -> DeleteForm {
    DeleteForm { word: "DELETE".into(), password: Password(password.into()), code: TypedCode::default() }
}

async fn delete(context: &Context, owner: Actor, password: &str) {
    deletion::request(context, owner.owner().unwrap(), form(password), None).await.unwrap();
}

/// The owner of a company that has something of everything, and their password.
async fn full_company(world: &World) -> (Actor, String) {
    let demo = demo::fill(&world.context).await.unwrap();
    let form = LoginForm {
        email: demo.email.into(),
        password: Password(demo.password.clone()),
        next: String::new(),
    };
    let signed_in = entrance::sign_in(&world.context, form, None, Browser::default()).await.unwrap();
    let Entered::In(signed_in) = signed_in else { panic!("the owner owes a code") };
    (world.account(&signed_in.session).await.actor().unwrap(), demo.password)
}

/// Gives it back with a password that was given just now.
async fn restore(context: &Context, owner: Actor) -> Result<(), AppError> {
    let account = Account { stage: Stage::Pending, proved_at: context.now(), ..owner.account() };
    let owner = Recent::check(account.owner_while_leaving().unwrap(), context.now()).unwrap();
    deletion::restore(context, owner).await
}

async fn row(world: &World, actor: Actor) -> organisation::Model {
    organisation::Entity::by_id(actor.organisation).one(world.context.database.read()).await.unwrap().unwrap()
}

async fn stage(world: &World, actor: Actor) -> Stage {
    row(world, actor).await.stage()
}

/// Every row of every table, written out by the database itself.
async fn dump(world: &World) -> BTreeMap<String, Vec<String>> {
    let on = world.context.database.migration_connection();
    let mut columns = BTreeMap::<String, Vec<String>>::new();
    for (table, column) in existing(on).await {
        columns.entry(table).or_default().push(column);
    }
    let backend = on.get_database_backend();
    let mut all = BTreeMap::new();
    for (table, columns) in columns {
        let line = match backend {
            DbBackend::Sqlite => columns
                .iter()
                .map(|column| format!("quote(\"{column}\")"))
                .collect::<Vec<_>>()
                .join(" || '|' || "),
            _ => format!("\"{table}\"::text"),
        };
        let sql = format!("SELECT {line} AS line FROM \"{table}\" ORDER BY 1");
        let rows = on.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        all.insert(table, rows.iter().map(|row| row.try_get("", "line").unwrap()).collect());
    }
    all
}

/// How many rows of each table name an organisation.
async fn rows_of(world: &World, actor: Actor) -> BTreeMap<String, i64> {
    let on = world.context.database.migration_connection();
    let backend = on.get_database_backend();
    let mut counts = BTreeMap::new();
    for (table, column) in existing(on).await {
        if column != "organisation_id" {
            continue;
        }
        let place = if backend == DbBackend::Sqlite { "?" } else { "$1" };
        let sql = format!("SELECT count(*) AS count FROM \"{table}\" WHERE organisation_id = {place}");
        let statement = Statement::from_sql_and_values(backend, sql, [actor.organisation.0.into()]);
        let count: i64 = on.query_one_raw(statement).await.unwrap().unwrap().try_get("", "count").unwrap();
        counts.insert(table, count);
    }
    counts
}

on_both_databases! {
    async fn only_the_word_and_the_password_of_an_owner_close_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        assert_eq!(mert.owner().map(drop), Err(Code::Forbidden.into()));
        let owner = ayse.owner().unwrap();
        let wrong = DeleteForm { word: "delete".into(), ..form("") };
        let error = deletion::request(&world.context, owner, wrong, None).await.err().unwrap();
        assert_eq!((error.of("word"), error.of("password")), (Some(Code::WordDiffers), Some(Code::Required)));
        let error = deletion::request(&world.context, owner, form("yanlış parola 47"), None).await.err().unwrap();
        assert_eq!(error.of("password"), Some(Code::PasswordWrong));
        assert_eq!(stage(&world, ayse).await, Stage::Active);

        let token = deletion::request(&world.context, owner, form(PASSWORD), None).await.unwrap();
        let row = row(&world, ayse).await;
        assert_eq!((row.stage(), row.delete_at), (Stage::Pending, Some(world.context.now() + TimeDelta::days(7))));
        assert_eq!(row.deletion_requested_by, Some(ayse.person.0));
        // Their own session goes on, with a new token.
        let account = world.account(&token).await;
        assert_eq!((account.session, account.stage), (ayse.session, Stage::Pending));
        // Once is enough.
        let again = deletion::request(&world.context, owner, form(PASSWORD), None).await.err();
        assert_eq!(again, Some(Code::OrganisationDeleting.into()));
    }

    async fn whoever_has_a_second_factor_shows_it_and_guesses_from_the_one_budget(world: World) {
        let ayse = world.owner(AYSE).await;
        let app = world.set_up_app(ayse.account()).await;
        let owner = ayse.owner().unwrap();
        assert!(deletion::asks_code(&world.context, owner).await.unwrap());
        let error = deletion::request(&world.context, owner, form(PASSWORD), None).await.err().unwrap();
        assert_eq!(error.of("code"), Some(Code::Required));
        let with = |code: String| DeleteForm { code: TypedCode(code), ..form(PASSWORD) };
        for _ in 0..services::guess::FREE_FAILURES {
            let error = deletion::request(&world.context, owner, with("000000".into()), None).await.err().unwrap();
            assert_eq!(error.of("code"), Some(Code::CodeWrong), "{error:?}");
        }
        let code = app.code(world.context.now());
        let error = deletion::request(&world.context, owner, with(code), None).await.err().unwrap();
        assert_eq!(error.code, Code::TooManyTries);
        world.context.clock.advance(TimeDelta::minutes(20));
        let code = app.code(world.context.now());
        deletion::request(&world.context, owner, with(code), None).await.unwrap();
        assert_eq!(stage(&world, ayse).await, Stage::Pending);
    }
}

/// The session of somebody whose organisation waits: they sign in as always.
async fn signs_in(world: &World, email: &str) -> PlainToken {
    world.session(email).await
}
