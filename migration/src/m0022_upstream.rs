//! Connections to the platform that places calls, and those that somebody is trying out.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let upstream = Table::create()
            .table("upstream")
            .col(uuid("organisation_id").primary_key())
            .col(text("base"))
            // Sealed.
            .col(text("key"))
            .col(text("key_end"))
            // The connection that was used before, until then.
            .col(text_null("old_base"))
            .col(text_null("old_key"))
            .col(text_null("old_key_end"))
            .col(timestamp_with_time_zone_null("old_until"))
            .col(timestamp_with_time_zone_null("rolled_back_at"))
            .col(text_null("refused_end"))
            .col(timestamp_with_time_zone_null("tested_at"))
            .col(text_null("failure"))
            .col(text_null("account"))
            .col(text_null("permissions"))
            .col(integer_null("latency"))
            .col(timestamp_with_time_zone("connected_at"))
            .foreign_key(&mut reference("upstream", "organisation_id", "organisation"))
            .to_owned();
        manager.create_table(upstream).await?;
        let over = Index::create().name("upstream_old_until").table("upstream").col("old_until").to_owned();
        manager.create_index(over).await?;
        let trial = Table::create()
            .table("upstream_trial")
            .col(uuid("session_id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("base"))
            // Sealed.
            .col(text("key"))
            .col(text("key_end"))
            .col(timestamp_with_time_zone("tested_at"))
            .col(text_null("failure"))
            .col(text_null("account"))
            .col(text_null("permissions"))
            .col(integer_null("latency"))
            .foreign_key(&mut reference("upstream_trial", "session_id", "session"))
            .foreign_key(&mut reference("upstream_trial", "organisation_id", "organisation"))
            .to_owned();
        manager.create_table(trial).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["upstream_trial", "upstream"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn reference(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(to, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}
