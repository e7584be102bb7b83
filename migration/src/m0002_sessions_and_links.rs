//! Sessions, mailed links, known browsers and the guess budget.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("session")
                    .col(uuid("id").primary_key())
                    .col(binary_uniq("token_hash"))
                    .col(uuid("person_id"))
                    .col(uuid("organisation_id"))
                    .col(text("browser"))
                    .col(text("address"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("proved_at"))
                    .col(timestamp_with_time_zone("active_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .col(text_null("ended_reason"))
                    .foreign_key(&mut person("session"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("session", "organisation_id")
                            .to("organisation", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("session_person").table("session").col("person_id").to_owned())
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("link")
                    .col(uuid("id").primary_key())
                    .col(binary_uniq("token_hash"))
                    .col(text("purpose"))
                    .col(uuid("person_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .foreign_key(&mut person("link"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("link_person")
                    .table("link")
                    .col("person_id")
                    .col("purpose")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("browser")
                    .col(uuid("id").primary_key())
                    .col(binary_uniq("token_hash"))
                    .col(uuid("person_id"))
                    .col(timestamp_with_time_zone("seen_at"))
                    .foreign_key(&mut person("browser"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("guess")
                    .col(text("subject").primary_key())
                    .col(big_integer("failures"))
                    .col(timestamp_with_time_zone("blocked_until"))
                    .col(timestamp_with_time_zone("failed_at"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["guess", "browser", "link", "session"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn person(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "person_id")
        .to("person", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
