//! Organisations that are to be deleted, how far their deletion is, and what proves it afterwards.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 6] = [
    "deletion",
    "delete_at",
    "deletion_requested_at",
    "deletion_requested_by",
    "deletion_told",
    "deleted_at",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            text("deletion").default("active").to_owned(),
            timestamp_with_time_zone_null("delete_at"),
            timestamp_with_time_zone_null("deletion_requested_at"),
            uuid_null("deletion_requested_by"),
            small_integer_null("deletion_told"),
            timestamp_with_time_zone_null("deleted_at"),
        ] {
            manager.alter_table(Table::alter().table("organisation").add_column(column).to_owned()).await?;
        }
        let step = Table::create()
            .table("deletion_step")
            .col(uuid("organisation_id"))
            .col(text("step"))
            .col(small_integer("place"))
            .col(text("state"))
            .col(small_integer("attempts"))
            .col(text_null("error"))
            .col(big_integer("rows"))
            .col(timestamp_with_time_zone_null("started_at"))
            .col(timestamp_with_time_zone_null("finished_at"))
            .primary_key(Index::create().col("organisation_id").col("step"))
            .to_owned();
        let certificate = Table::create()
            .table("deletion_certificate")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id").unique_key())
            .col(binary_null("token_hash").unique_key())
            .col(text("requested_by"))
            .col(timestamp_with_time_zone("requested_at"))
            .col(timestamp_with_time_zone("begun_at"))
            .col(timestamp_with_time_zone_null("issued_at"))
            .col(text_null("recipients"))
            .col(text_null("body"))
            .to_owned();
        for table in [step, certificate] {
            manager.create_table(table).await?;
        }
        let leaving =
            "CREATE INDEX organisation_leaving ON organisation (delete_at) WHERE deletion <> 'active'";
        manager.get_connection().execute_unprepared(leaving).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["deletion_certificate", "deletion_step"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager.get_connection().execute_unprepared("DROP INDEX organisation_leaving").await?;
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("organisation").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
