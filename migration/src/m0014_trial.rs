//! Whether the plan is on trial, how many calls at once were agreed, and how far the owners have been told of the trial's
//! end. All that exist are on trial.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [
            boolean("on_trial").default(true).to_owned(),
            small_integer_null("trial_told"),
            integer_null("slots_agreed"),
        ] {
            manager.alter_table(Table::alter().table("organisation").add_column(column).to_owned()).await?;
        }
        let index = Index::create()
            .name("organisation_trial")
            .table("organisation")
            .col("on_trial")
            .col("trial_ends_at")
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("organisation_trial").table("organisation").to_owned()).await?;
        for column in ["slots_agreed", "trial_told", "on_trial"] {
            manager.alter_table(Table::alter().table("organisation").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
