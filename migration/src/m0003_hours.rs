//! Business hours: the whole schedule of an organisation in one JSON value, because it is
//! only ever read and saved whole.

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
                    .table("hours")
                    .col(uuid("organisation_id").primary_key())
                    .col(text("schedule"))
                    .col(big_integer("version"))
                    .col(timestamp_with_time_zone("changed_at"))
                    .col(uuid_null("changed_by"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("hours", "organisation_id")
                            .to("organisation", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("hours").to_owned()).await
    }
}
