//! Calls summed by day, each in the zone in which it was made.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("call_day")
            .col(uuid("organisation_id"))
            .col(date("day"))
            .col(text("time_zone"))
            .col(text("direction"))
            .col(integer("started"))
            .col(integer("answered"))
            .col(big_integer("seconds"))
            .primary_key(Index::create().col("organisation_id").col("day").col("time_zone").col("direction"))
            .foreign_key(
                ForeignKey::create()
                    .name("call_day_organisation")
                    .from("call_day", "organisation_id")
                    .to("organisation", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("call_day").to_owned()).await
    }
}
