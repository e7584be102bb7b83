//! Invitations: an address that was asked to join an organisation.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let invitation = Table::create()
            .table("invitation")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("email"))
            .col(text("email_key"))
            .col(text("role"))
            .col(binary_uniq("token_hash"))
            .col(uuid_null("invited_by"))
            .col(timestamp_with_time_zone("sent_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("invitation", "organisation_id")
                    .to("organisation", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("invitation", "invited_by")
                    .to("person", "id")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .to_owned();
        manager.create_table(invitation).await?;
        let one_per_address = Index::create()
            .name("invitation_organisation")
            .table("invitation")
            .col("organisation_id")
            .col("email_key")
            .unique()
            .to_owned();
        manager.create_index(one_per_address).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("invitation").to_owned()).await
    }
}
