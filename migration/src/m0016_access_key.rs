//! Access keys of the REST API, and tokens just made, sealed for whoever made them.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let access_key = Table::create()
            .table("access_key")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            // Whose personal key it is; none: the organisation's own.
            .col(uuid_null("person_id"))
            .col(text("name"))
            .col(text("scopes"))
            .col(binary_uniq("token_hash"))
            .col(text("token_start"))
            .col(binary_null("old_token_hash").unique_key())
            .col(timestamp_with_time_zone_null("old_token_ends_at"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .foreign_key(&mut reference("access_key", "organisation_id", "organisation"))
            .foreign_key(&mut reference("access_key", "person_id", "person"))
            .foreign_key(
                ForeignKey::create()
                    .from("access_key", "created_by")
                    .to("person", "id")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .to_owned();
        manager.create_table(access_key).await?;
        let of_organisation = Index::create()
            .name("access_key_organisation")
            .table("access_key")
            .col("organisation_id")
            .col("id")
            .to_owned();
        manager.create_index(of_organisation).await?;
        let of_person =
            Index::create().name("access_key_person").table("access_key").col("person_id").to_owned();
        manager.create_index(of_person).await?;
        let fresh_key = Table::create()
            .table("fresh_key")
            .col(uuid("session_id").primary_key())
            .col(uuid("key_id"))
            .col(text("token"))
            .col(timestamp_with_time_zone("expires_at"))
            .foreign_key(&mut reference("fresh_key", "session_id", "session"))
            .foreign_key(&mut reference("fresh_key", "key_id", "access_key"))
            .to_owned();
        manager.create_table(fresh_key).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["fresh_key", "access_key"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn reference(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(to, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}
