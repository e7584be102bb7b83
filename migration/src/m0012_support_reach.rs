//! How far support may go inside, and the members whom it is not told of.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("organisation", text("support_mode").default("read").to_owned()),
            ("membership", boolean("hidden_from_support").default(false).to_owned()),
        ] {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        // Whoever let support in until now was told that it may choose to write.
        let told = "UPDATE organisation SET support_mode = 'write' WHERE support_access";
        manager.get_connection().execute_unprepared(told).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("membership", "hidden_from_support"), ("organisation", "support_mode")] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
