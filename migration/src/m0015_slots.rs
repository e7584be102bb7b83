//! Slots: how many calls run at once in an organisation, who holds a slot, and how full it was in each quarter of an
//! hour.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reserved = integer("slots_reserved").default(0).to_owned();
        manager.alter_table(Table::alter().table("organisation").add_column(reserved).to_owned()).await?;
        let pool = Table::create()
            .table("slot_pool")
            .col(uuid("organisation_id").primary_key())
            .col(integer("in_use"))
            .col(integer("outbound"))
            .foreign_key(&mut of_organisation("slot_pool"))
            .to_owned();
        manager.create_table(pool).await?;
        let lease = Table::create()
            .table("lease")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("direction"))
            .col(timestamp_with_time_zone("acquired_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(boolean("held"))
            .foreign_key(&mut of_organisation("lease"))
            .to_owned();
        manager.create_table(lease).await?;
        let index = Index::create()
            .name("lease_organisation")
            .table("lease")
            .col("organisation_id")
            .col("held")
            .col("expires_at")
            .to_owned();
        manager.create_index(index).await?;
        let weather = Table::create()
            .table("slot_weather")
            .col(uuid("organisation_id"))
            .col(timestamp_with_time_zone("quarter"))
            .col(integer("peak"))
            .col(integer("refused"))
            .primary_key(Index::create().col("organisation_id").col("quarter"))
            .foreign_key(&mut of_organisation("slot_weather"))
            .to_owned();
        manager.create_table(weather).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["slot_weather", "lease", "slot_pool"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager
            .alter_table(Table::alter().table("organisation").drop_column("slots_reserved").to_owned())
            .await
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
