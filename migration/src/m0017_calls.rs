//! Calls, and their sums by quarter of an hour.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let call = Table::create()
            .table("call")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("direction"))
            .col(text("from_number"))
            .col(text("to_number"))
            .col(text("outcome"))
            .col(timestamp_with_time_zone("started_at"))
            .col(timestamp_with_time_zone_null("answered_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(text("time_zone"))
            .col(date("day"))
            .col(text_null("transcript"))
            .col(big_integer("version"))
            .foreign_key(&mut of_organisation("call"))
            .to_owned();
        manager.create_table(call).await?;
        let newest = Index::create()
            .name("call_organisation")
            .table("call")
            .col("organisation_id")
            .col("id")
            .to_owned();
        manager.create_index(newest).await?;
        for (name, column) in [("call_outcome", "outcome"), ("call_direction", "direction")] {
            let index = Index::create()
                .name(name)
                .table("call")
                .col("organisation_id")
                .col(column)
                .col("id")
                .to_owned();
            manager.create_index(index).await?;
        }
        let running = "CREATE INDEX call_running ON call (id) WHERE ended_at IS NULL";
        manager.get_connection().execute_unprepared(running).await?;
        let sums = Table::create()
            .table("call_quarter")
            .col(uuid("organisation_id"))
            .col(timestamp_with_time_zone("quarter"))
            .col(text("direction"))
            .col(integer("started"))
            .col(integer("answered"))
            .col(big_integer("seconds"))
            .primary_key(Index::create().col("organisation_id").col("quarter").col("direction"))
            .foreign_key(&mut of_organisation("call_quarter"))
            .to_owned();
        manager.create_table(sums).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["call_quarter", "call"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn of_organisation(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_organisation"))
        .from(table, "organisation_id")
        .to("organisation", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
