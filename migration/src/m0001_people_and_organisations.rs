//! People, organisations, and who is a member of what.

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
                    .table("person")
                    .col(uuid("id").primary_key())
                    .col(text("name"))
                    .col(text("email"))
                    .col(text_uniq("email_key"))
                    .col(timestamp_with_time_zone_null("verified_at"))
                    .col(text("password_hash"))
                    .col(text_null("language"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("organisation")
                    .col(uuid("id").primary_key())
                    .col(text("name"))
                    .col(text("email"))
                    .col(text("phone"))
                    .col(text("website"))
                    .col(text("address"))
                    .col(text("language"))
                    .col(text("time_zone"))
                    .col(boolean("support_access"))
                    .col(text_null("photo"))
                    .col(timestamp_with_time_zone("trial_ends_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(big_integer("version"))
                    .col(timestamp_with_time_zone("changed_at"))
                    .col(uuid_null("changed_by"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("membership")
                    .col(uuid("organisation_id"))
                    .col(uuid("person_id"))
                    .col(text("role"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("organisation_id").col("person_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("membership", "organisation_id")
                            .to("organisation", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("membership", "person_id")
                            .to("person", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("membership_person").table("membership").col("person_id").to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["membership", "organisation", "person"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
