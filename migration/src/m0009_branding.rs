//! The logo of an organisation, and the names under which this and earlier ones are read.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_organisation = |table: &'static str| {
            ForeignKey::create()
                .from(table, "organisation_id")
                .to("organisation", "id")
                .on_delete(ForeignKeyAction::Cascade)
                .to_owned()
        };
        let logo = Table::create()
            .table("logo")
            .col(uuid("organisation_id").primary_key())
            .col(text_null("name"))
            .col(text("plate"))
            .col(text("fades_on"))
            .col(integer("width"))
            .col(integer("height"))
            .col(big_integer("version"))
            .col(timestamp_with_time_zone("changed_at"))
            .col(uuid_null("changed_by"))
            .foreign_key(&mut of_organisation("logo"))
            .to_owned();
        manager.create_table(logo).await?;
        let file = Table::create()
            .table("logo_file")
            .col(text("name").primary_key())
            .col(uuid("organisation_id"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut of_organisation("logo_file"))
            .to_owned();
        manager.create_table(file).await?;
        let of_organisation = Index::create()
            .name("logo_file_organisation")
            .table("logo_file")
            .col("organisation_id")
            .col("created_at")
            .to_owned();
        manager.create_index(of_organisation).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["logo_file", "logo"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
