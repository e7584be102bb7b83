//! What other hands did to the rows is found, and what the program does at once on two nodes is no fault.

use domain::Actor;
use entity::{audit as rows, audit_head};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use services::audit::{self, Fault, Report, Wrong, verify};

use super::{AYSE, MERT, all_rows, rename};
use crate::{on_both_databases, world::World};

/// Sign-up, sign-in and three names: rows 1 to 5 of the organisation's chain.
async fn five_rows(world: &World) -> Actor {
    let ayse = world.owner(AYSE).await;
    for name in ["Ay", "Güneş", "Deniz"] {
        rename(world, ayse, name).await;
    }
    ayse
}

async fn report(world: &World) -> Report {
    verify(&world.context.database).await.unwrap()
}

/// The one fault: what, and the number of the row.
async fn fault(world: &World) -> (Wrong, i64) {
    let faults = report(world).await.faults;
    assert_eq!(faults.len(), 1, "{faults:?}");
    (faults[0].wrong, faults[0].number)
}

async fn row(world: &World, actor: Actor, number: i64) -> rows::Model {
    let row = rows::Entity::in_chain(actor.organisation.0, number - 1);
    row.one(world.context.database.read()).await.unwrap().unwrap()
}

fn sql(world: &World) -> &impl ConnectionTrait {
    world.context.database.migration_connection()
}

on_both_databases! {
    async fn an_untouched_trail_has_no_fault(world: World) {
        five_rows(&world).await;
        let rows = all_rows(&world).await;
        assert_eq!(
            report(&world).await,
            // The organisation's chain and the person's own.
            Report { chains: 2, rows: rows.len() as u64, unchained: 0, faults: vec![] }
        );
    }

    async fn a_changed_row_is_named(world: World) {
        let ayse = five_rows(&world).await;
        let changed = row(&world, ayse, 4).await;
        rows::Entity::update_many()
            .col_expr(rows::Column::After, Expr::value("{\"name\":\"Mars\"}"))
            .filter(rows::Column::Id.eq(changed.id))
            .exec(sql(&world))
            .await
            .unwrap();
        let faults = report(&world).await.faults;
        let fault = Fault { wrong: Wrong::Changed, chain: ayse.organisation.0, number: 4, row: Some(changed.id) };
        assert_eq!(faults, [fault]);
        assert!(faults[0].to_string().contains(&changed.id.to_string()));
    }

    async fn a_removed_row_is_named_wherever_it_stood(world: World) {
        let ayse = five_rows(&world).await;
        let remove = async |number| {
            let row = row(&world, ayse, number).await;
            rows::Entity::delete_by_id(row.id).exec(sql(&world)).await.unwrap();
        };
        remove(5).await;
        assert_eq!(fault(&world).await, (Wrong::Removed, 5));
        remove(1).await;
        assert_eq!(fault(&world).await, (Wrong::Removed, 1));
    }

    async fn an_inserted_row_is_named_in_the_chain_and_beside_it(world: World) {
        let ayse = five_rows(&world).await;
        let honest = row(&world, ayse, 5).await;
        let insert = async |row: rows::Model| {
            let row = rows::Model { id: world.context.id(), ..row };
            rows::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(sql(&world))
                .await
                .unwrap();
            row.id
        };
        let take_back = async |id| rows::Entity::delete_by_id(id).exec(sql(&world)).await.map(drop).unwrap();

        let id = insert(rows::Model { number: Some(6), ..honest.clone() }).await;
        assert_eq!(fault(&world).await, (Wrong::Inserted, 6));
        take_back(id).await;
        let id = insert(rows::Model { number: None, ..honest.clone() }).await;
        assert_eq!(fault(&world).await, (Wrong::Inserted, 0));
        take_back(id).await;
        let id = insert(rows::Model { chain: Some(world.context.id()), ..honest.clone() }).await;
        assert_eq!(fault(&world).await, (Wrong::Inserted, 5));
        take_back(id).await;
        // As if it were from before there were chains.
        let id = insert(rows::Model { chain: None, number: None, hash: None, ..honest }).await;
        assert_eq!(fault(&world).await, (Wrong::Inserted, 0));
        take_back(id).await;
        assert_eq!(report(&world).await.faults, []);
    }

    async fn a_last_row_that_was_written_anew_with_its_hash_does_not_fit_the_head(world: World) {
        let ayse = five_rows(&world).await;
        audit_head::Entity::update_many()
            .col_expr(audit_head::Column::Hash, Expr::value(vec![7_u8; 32]))
            .filter(audit_head::Column::Chain.eq(ayse.organisation.0))
            .exec(sql(&world))
            .await
            .unwrap();
        assert_eq!(fault(&world).await, (Wrong::Changed, 5));
    }

    async fn many_changes_at_once_on_two_nodes_make_one_chain(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await, world.owner(MERT).await);
        let nodes = [world.context.clone(), world.another_node().await];
        let tries = (0..24).map(|number| {
            let context = nodes[number % 2].clone();
            // Both chains in one transaction, noted now in this order and now in that.
            let pair = if number % 3 == 0 { [ayse, mert] } else { [mert, ayse] };
            tokio::spawn(async move {
                let inner = context.clone();
                let write = context.database.write(move |on| {
                    Box::pin(async move {
                        for actor in pair {
                            let entry = audit::Entry {
                                organisation: Some(actor.organisation),
                                person: Some(actor.person),
                                action: "general.save_photo",
                                before: serde_json::json!({}),
                                after: serde_json::json!({ "photo": number }),
                            };
                            audit::record(&inner, on, entry).await?;
                        }
                        Ok(())
                    })
                });
                write.await
            })
        });
        for one in tries.collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
        assert_eq!(report(&world).await.faults, []);
        let count = rows::Entity::in_chain(ayse.organisation.0, 0).all(world.context.database.read()).await.unwrap();
        assert_eq!(count.len(), 2 + 24);
    }
}

/// What was recorded before there were chains stays readable, belongs to a page and is kept for 90 days.
async fn upgrade(world: World) {
    let on = sql(&world);
    // Everything but the last two: the trail as it was.
    let steps = Migrator::migrations().len() as u32;
    let before = Migrator::migrations().iter().position(|step| step.name() == "m0007_audit").unwrap() as u32;
    Migrator::up(world.context.database.migration_connection(), Some(before)).await.unwrap();
    on.execute_unprepared(
        "INSERT INTO audit (id, organisation_id, action, before, after, at) VALUES \
         (X_ID, X_ORG, 'general.save_profile', '{}', '{}', '2026-11-23T09:00:00+00:00')"
            .replace("X_ID", &literal(on, 1))
            .replace("X_ORG", &literal(on, 2))
            .as_str(),
    )
    .await
    .unwrap();
    assert!(before < steps);
    world.context.database.migrate().await.unwrap();
    let row = all_rows(&world).await.remove(0);
    assert_eq!((row.room.as_str(), row.chain, row.number), ("general", None, None));
    assert_eq!(row.retained_until, Some(row.at + audit::RETENTION));
    assert_eq!(report(&world).await, Report { unchained: 1, ..Report::default() });
    rows::Entity::delete_by_id(row.id).exec(on).await.unwrap();
    assert_eq!(fault(&world).await, (Wrong::Removed, 1));
}

/// A UUID in the SQL of the database.
fn literal(on: &impl ConnectionTrait, number: u128) -> String {
    let id = uuid::Uuid::from_u128(number);
    match on.get_database_backend() {
        sea_orm::DbBackend::Sqlite => format!("x'{}'", id.simple()),
        _ => format!("'{id}'"),
    }
}

#[tokio::test]
async fn rows_from_before_are_counted_on_sqlite() {
    upgrade(World::empty_on_sqlite().await).await;
}

#[tokio::test]
async fn rows_from_before_are_counted_on_postgres() {
    upgrade(World::empty_on_postgres().await).await;
}
