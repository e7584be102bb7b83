//! Work that is done by the clock or after an answer, mails among it.

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
            .table("job")
            .col(uuid("id").primary_key())
            .col(text("name"))
            .col(text("key"))
            .col(text_null("payload"))
            .col(timestamp_with_time_zone("due_at"))
            .col(timestamp_with_time_zone("free_at"))
            .col(uuid_null("runner"))
            .col(small_integer("attempts"))
            .col(text_null("error"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(boolean("dead"))
            .index(Index::create().unique().name("job_name_key").col("name").col("key"))
            .to_owned();
        manager.create_table(table).await?;
        // What waits is found without walking over what is done.
        let indexes = [
            "CREATE INDEX job_free ON job (name, free_at) WHERE ended_at IS NULL",
            "CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL",
        ];
        for index in indexes {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("job").to_owned()).await
    }
}
