//! However long the trail, no question reads all of it: each is answered by an index.

use domain::{OrganisationId, PersonId};
use entity::audit::{Column, Entity, Trail};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select, Statement, TransactionTrait,
};
use uuid::Uuid;

use crate::{on_both_databases, world::World};

/// How the database would answer.
async fn plan(world: &World, rows: &Select<Entity>) -> String {
    let on = world.context.database.migration_connection().begin().await.unwrap();
    let backend = on.get_database_backend();
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        _ => {
            // A table as small as this one is read whole otherwise, index or not.
            on.execute_unprepared("SET LOCAL enable_seqscan = off").await.unwrap();
            ("EXPLAIN", "QUERY PLAN")
        }
    };
    let sql = format!("{explain} {}", rows.build(backend));
    let lines = on.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    on.rollback().await.unwrap();
    let lines: Vec<String> = lines.iter().map(|line| line.try_get("", column).unwrap()).collect();
    lines.join("\n")
}

fn reads_all(plan: &str) -> bool {
    ["SCAN audit", "Seq Scan on audit"].iter().any(|mark| plan.contains(mark))
}

fn assert_by_index(plan: &str, of: &impl std::fmt::Debug) {
    assert!(!reads_all(plan) && plan.to_lowercase().contains("index"), "{of:?}:\n{plan}");
    // SQLite tells what it has to sort; PostgreSQL sorts few rows rather than walk an index.
    assert!(!plan.contains("TEMP B-TREE"), "{of:?}:\n{plan}");
}

/// The index begins with the organisation: nobody else's rows are walked.
fn assert_within_the_organisation(plan: &str, trail: &Trail) {
    let sought = ["(organisation_id=?", "Index Cond: ((organisation_id =", "Index Cond: (organisation_id ="];
    assert!(sought.iter().any(|mark| plan.contains(mark)), "{trail:?}:\n{plan}");
}

/// The index that is made for a question about one thing.
fn index_of(trail: &Trail) -> Option<&'static str> {
    match (trail.person, trail.room, trail.action) {
        (Some(_), None, None) => Some("audit_person"),
        (None, Some(_), None) => Some("audit_room"),
        (None, None, Some(_)) => Some("audit_action"),
        _ => None,
    }
}

on_both_databases! {
    async fn every_filter_is_answered_by_an_index(world: World) {
        let id = Uuid::now_v7;
        let (organisation, person) = (OrganisationId(id()), PersonId(id()));
        for chosen in 0..32_u8 {
            let is = |bit: u8| chosen & (1 << bit) != 0;
            let trail = Trail {
                organisation,
                person: is(0).then_some(person),
                room: is(1).then_some("general"),
                action: is(2).then_some("general.save_profile"),
                from: is(3).then(id),
                until: is(4).then(id),
            };
            let rows = Entity::in_trail(&trail).limit(51);
            for turned in [
                rows.clone().order_by_desc(Column::Id),
                rows.clone().filter(Column::Id.lt(id())).order_by_desc(Column::Id),
                rows.clone().filter(Column::Id.gt(id())).order_by_asc(Column::Id),
            ] {
                let plan = plan(&world, &turned).await;
                assert_by_index(&plan, &trail);
                assert_within_the_organisation(&plan, &trail);
            }
            if let (Some(index), None, None) = (index_of(&trail), trail.from, trail.until) {
                let plan = plan(&world, &rows.order_by_desc(Column::Id)).await;
                // PostgreSQL takes any of them for a table without rows.
                assert!(plan.contains(index) || !plan.contains("SEARCH"), "{trail:?} not by {index}:\n{plan}");
            }
        }
    }

    async fn so_are_the_chain_and_what_is_kept_too_long(world: World) {
        let chain = Entity::in_chain(Uuid::now_v7(), 1000).limit(1000);
        assert_by_index(&plan(&world, &chain).await, &"a chain");
        let over = Entity::find().filter(Column::RetainedUntil.lt(world.context.now()));
        assert_by_index(&plan(&world, &over).await, &"what is over");
        let by_chance = Entity::find().filter(Column::Address.eq("203.0.113.0/24"));
        assert!(reads_all(&plan(&world, &by_chance).await), "this test would notice");
    }
}
