//! The schema: both databases migrate from empty to exactly what the entities say, and back.

use std::collections::BTreeSet;

use domain::{Recent, keys::KeyForm, members::InviteForm};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, Statement};

use crate::world::World;

/// `(table, column)` pairs, as the entities declare them.
fn declared() -> BTreeSet<(String, String)> {
    fn columns<E: EntityTrait>(into: &mut BTreeSet<(String, String)>)
    where
        E::Column: Iterable + IdenStatic,
    {
        let table = E::default().table_name().to_owned();
        into.extend(E::Column::iter().map(|column| (table.clone(), column.as_str().to_owned())));
    }
    let mut all = BTreeSet::new();
    macro_rules! each {
        ($($table:ident),+) => { $(columns::<entity::$table::Entity>(&mut all);)+ };
    }
    entity::every_table!(each);
    all
}

/// `(table, column)` pairs, as the database has them; the migrations' own table left out.
pub async fn existing(on: &impl ConnectionTrait) -> BTreeSet<(String, String)> {
    let backend = on.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => {
            "SELECT t.name AS t, c.name AS c FROM sqlite_master t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name <> 'seaql_migrations'"
        }
        _ => {
            "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'"
        }
    };
    let rows = on.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    rows.iter().map(|row| (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap())).collect()
}

async fn up_compare_down(world: World) {
    let on = world.context.database.migration_connection();
    world.context.database.migrate().await.unwrap();
    assert_eq!(existing(on).await, declared());
    assert_eq!(world.context.database.pending_migrations().await.unwrap(), 0);
    every_entity_can_be_read(&world).await;
    Migrator::down(on, None).await.unwrap();
    assert_eq!(existing(on).await, BTreeSet::new());
    world.context.database.migrate().await.unwrap();
    assert_eq!(existing(on).await, declared());
}

/// Names alone do not tell that the types fit.
async fn every_entity_can_be_read(world: &World) {
    let owner = world.owner("sema@ornek.com").await;
    world.set_up_app(owner.account()).await;
    let form = InviteForm { emails: "mert@ornek.com".into(), role: "member".into() };
    services::members::invite(&world.context, owner.admin().unwrap(), form).await.unwrap();
    let form = KeyForm {
        name: "Santral".into(),
        kind: "organisation".into(),
        scopes: vec!["calls:read".into()],
        lifetime: "90".into(),
    };
    let member = Recent::check(owner.member(), world.context.now()).unwrap();
    services::keys::create_key(&world.context, member, form).await.unwrap();
    services::session::sign_out(&world.context, owner.account()).await.unwrap();
    let read = world.context.database.read();
    assert_eq!(entity::session::Entity::find().all(read).await.unwrap().len(), 1);
    assert_eq!(entity::organisation::Entity::find().all(read).await.unwrap().len(), 1);
    assert_eq!(entity::browser::Entity::find().all(read).await.unwrap().len(), 1);
    assert!(entity::audit::Entity::find().all(read).await.unwrap().len() >= 3);
    // Of rows before there were chains, of the organisation, of the person.
    assert_eq!(entity::audit_head::Entity::find().all(read).await.unwrap().len(), 3);
    assert_eq!(entity::link::Entity::find().all(read).await.unwrap().len(), 1);
    assert_eq!(entity::authenticator::Entity::find().all(read).await.unwrap().len(), 1);
    assert_eq!(entity::backup_code::Entity::find().all(read).await.unwrap().len(), 10);
    assert_eq!(entity::fresh_codes::Entity::find().all(read).await.unwrap().len(), 1);
    assert_eq!(entity::enrolment::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::passkey::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::ceremony::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::challenge::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::sealing_key::Entity::find().all(read).await.unwrap(), []);
    assert!(!entity::guess::Entity::find().all(read).await.unwrap().is_empty());
    assert_eq!(entity::access_key::Entity::find().all(read).await.unwrap().len(), 1);
    assert_eq!(entity::fresh_key::Entity::find().all(read).await.unwrap().len(), 1);
    assert_eq!(entity::invitation::Entity::find().all(read).await.unwrap().len(), 1);
    assert_eq!(entity::hours::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::tax_identity::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::upstream::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::invoice::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::invoice_line::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::invoice_secret::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::invoice_series::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::billing_account::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::charge::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::credit_entry::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::upstream_trial::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::knowledge_category::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::knowledge_file::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::logo::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::logo_file::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::deletion_certificate::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::deletion_step::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::staff::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::support_session::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::data_export::Entity::find().all(read).await.unwrap(), []);
    assert_eq!(entity::purge_beat::Entity::find().all(read).await.unwrap(), []);
}

#[tokio::test]
async fn sqlite_migrates_up_to_the_entities_and_down_to_nothing() {
    up_compare_down(World::empty_on_sqlite().await).await;
}

#[tokio::test]
async fn postgres_migrates_up_to_the_entities_and_down_to_nothing() {
    up_compare_down(World::empty_on_postgres().await).await;
}

#[tokio::test]
async fn two_nodes_that_start_on_an_empty_database_both_live() {
    let world = World::empty_on_postgres().await;
    let other = world.another_node().await;
    let (one, two) = tokio::join!(world.context.database.migrate(), other.database.migrate());
    one.unwrap();
    two.unwrap();
    assert_eq!(existing(world.context.database.migration_connection()).await, declared());
}
