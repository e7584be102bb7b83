//! Numbers without gaps, whoever issues at once and whatever fails; rows that nobody can change.

use entity::{credit_entry, invoice, invoice_series};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder};

use super::*;

async fn numbers(world: &World) -> Vec<String> {
    let rows = invoice::Entity::find().order_by_asc(invoice::Column::Number);
    rows.all(world.context.database.read()).await.unwrap().into_iter().map(|row| row.number).collect()
}

fn from_one_to(last: usize) -> Vec<String> {
    (1..=last).map(|number| format!("AYR2026{number:09}")).collect()
}

on_both_databases! {
    async fn two_nodes_issue_for_twenty_companies_at_once(world: World) {
        let mut owners = Vec::new();
        for number in 0..20 {
            owners.push(paying(&world, &format!("n{number}@yildiz.example")).await);
        }
        until(&world, "2026-12-01T00:05:00Z");
        let node = world.another_node().await;
        let (here, there, again) = tokio::join!(sweep(&world.context), sweep(&node), sweep(&node));
        assert_eq!(here + there + again, 20);
        assert_eq!(numbers(&world).await, from_one_to(20));
        for owner in owners {
            assert_eq!(issued(&world, owner).await.len(), 1);
        }
    }

    async fn an_issue_that_fails_leaves_no_gap_and_keeps_nobody_else(world: World) {
        let ayse = paying(&world, AYSE).await;
        paying(&world, MEHMET).await;
        until(&world, "2026-12-01T00:05:00Z");
        // In her way: a row for the same days, which the index refuses after the number was taken.
        let blocking = invoice::ActiveModel {
            id: Set(world.context.id()),
            organisation_id: Set(ayse.organisation.0),
            kind: Set("invoice".into()),
            number: Set("OLD".into()),
            refers_to: Set(None),
            reason: Set(String::new()),
            first_day: Set(day("2026-11-23")),
            last_day: Set(day("2026-11-30")),
            issued_at: Set(world.context.now()),
            issued_on: Set(day("2026-12-01")),
            time_zone: Set("Europe/Istanbul".into()),
            language: Set("tr".into()),
            seller: Set("{}".into()),
            buyer: Set("{}".into()),
            logo: Set(None),
            net: Set(0),
            tax: Set(0),
        };
        let write = world.context.database.write(move |on| {
            Box::pin(async move {
                invoice::Entity::insert(blocking).exec_without_returning(on).await.unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
        assert_eq!(sweep(&world.context).await, 1, "the other one is issued");
        assert_eq!(numbers(&world).await, ["AYR2026000000001", "OLD"]);
        let series = invoice_series::Entity::find().one(world.context.database.read()).await.unwrap().unwrap();
        assert_eq!((series.name.as_str(), series.last), ("AYR2026", 1));
    }

    async fn nobody_changes_or_deletes_what_was_issued(world: World) {
        let ayse = paying(&world, AYSE).await;
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        let on = world.context.database.migration_connection();
        for sql in [
            "UPDATE invoice SET net = 1",
            "UPDATE invoice SET number = 'AYR2026000000009'",
            "DELETE FROM invoice",
            "UPDATE invoice_line SET unit = 0",
            "DELETE FROM invoice_line",
            "UPDATE credit_entry SET amount = 0",
        ] {
            let refused = on.execute_unprepared(sql).await.unwrap_err().to_string();
            assert!(refused.contains("never changed"), "{sql}: {refused}");
        }
        assert_eq!(issued(&world, ayse).await[0].net, 53_067);
        // An organisation goes with its credit; its invoices stay.
        on.execute_unprepared("DELETE FROM organisation").await.unwrap();
        let read = world.context.database.read();
        assert_eq!(credit_entry::Entity::find().all(read).await.unwrap(), []);
        assert_eq!(numbers(&world).await, from_one_to(1));
    }
}
