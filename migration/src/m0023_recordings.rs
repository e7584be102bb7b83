//! What was said in a call, as sound.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            text_null("recording"),
            big_integer_null("recording_bytes"),
            text_null("recording_type"),
            integer_null("recording_seconds"),
        ];
        // SQLite adds one column at a time.
        for column in columns {
            let table = Table::alter().table("call").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["recording_seconds", "recording_type", "recording_bytes", "recording"] {
            let table = Table::alter().table("call").drop_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
