//! Who invoices are made out to: one row per organisation, with a version of its own.

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
                    .table("tax_identity")
                    .col(uuid("organisation_id").primary_key())
                    .col(text("taxpayer"))
                    .col(text("legal_title"))
                    .col(text("tax_number"))
                    .col(text_null("national_number"))
                    .col(text("office_province"))
                    .col(text("tax_office"))
                    .col(text("province"))
                    .col(text("district"))
                    .col(text("address"))
                    .col(text("postcode"))
                    .col(big_integer("version"))
                    .col(timestamp_with_time_zone("changed_at"))
                    .col(uuid_null("changed_by"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("tax_identity", "organisation_id")
                            .to("organisation", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("tax_identity").to_owned()).await
    }
}
