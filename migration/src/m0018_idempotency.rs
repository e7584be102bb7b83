//! Answers to posted requests that came with an idempotency key.

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
            .table("answered_request")
            .col(uuid("organisation_id"))
            .col(text("name"))
            .col(binary("fingerprint"))
            .col(timestamp_with_time_zone("created_at"))
            .col(integer_null("status"))
            .col(text_null("body"))
            .col(text_null("location"))
            .primary_key(Index::create().col("organisation_id").col("name"))
            .foreign_key(
                ForeignKey::create()
                    .name("answered_request_organisation")
                    .from("answered_request", "organisation_id")
                    .to("organisation", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create()
            .name("answered_request_created")
            .table("answered_request")
            .col("created_at")
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("answered_request").to_owned()).await
    }
}
