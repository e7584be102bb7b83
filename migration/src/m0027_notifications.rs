//! What people are told: choices, what happened, digests, and what staff have announced.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_all = Table::create()
            .table("notification_default")
            .col(uuid("organisation_id"))
            .col(text("event"))
            .col(text("frequency"))
            .primary_key(Index::create().col("organisation_id").col("event"))
            .foreign_key(&mut of_organisation("notification_default"))
            .to_owned();
        let own = Table::create()
            .table("notification_choice")
            .col(uuid("organisation_id"))
            .col(uuid("person_id"))
            .col(text("event"))
            .col(text("frequency"))
            .primary_key(Index::create().col("organisation_id").col("person_id").col("event"))
            .foreign_key(&mut of_member("notification_choice"))
            .to_owned();
        let happened = Table::create()
            .table("notification")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(uuid("person_id"))
            .col(text("key"))
            .col(text("news"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("seen_at"))
            .col(text("mail"))
            .index(
                Index::create()
                    .unique()
                    .name("notification_once")
                    .col("organisation_id")
                    .col("person_id")
                    .col("key"),
            )
            .foreign_key(&mut of_member("notification"))
            .to_owned();
        let window = Table::create()
            .table("digest_window")
            .col(uuid("organisation_id"))
            .col(text("period"))
            .col(timestamp_with_time_zone("starts_at"))
            .col(text("starts_zone"))
            .col(timestamp_with_time_zone("ends_at"))
            .col(timestamp_with_time_zone("send_at"))
            .primary_key(Index::create().col("organisation_id").col("period"))
            .foreign_key(&mut of_organisation("digest_window"))
            .to_owned();
        let digest = Table::create()
            .table("digest")
            .col(uuid("organisation_id"))
            .col(uuid("person_id"))
            .col(text("period"))
            .col(timestamp_with_time_zone("ends_at"))
            .col(integer("items"))
            .primary_key(Index::create().col("organisation_id").col("person_id").col("period").col("ends_at"))
            .foreign_key(&mut of_member("digest"))
            .to_owned();
        let announcement = Table::create()
            .table("announcement")
            .col(uuid("id").primary_key())
            .col(text("news"))
            .col(uuid_null("person_id"))
            .col(timestamp_with_time_zone("published_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("announcement_person")
                    .from("announcement", "person_id")
                    .to("person", "id")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .to_owned();
        for table in [of_all, own, happened, window, digest, announcement] {
            manager.create_table(table).await?;
        }
        let indexes = [
            "CREATE INDEX notification_person ON notification (person_id, organisation_id, id)",
            "CREATE INDEX notification_waiting ON notification (organisation_id, created_at) WHERE mail = 'waiting'",
            "CREATE INDEX notification_unseen ON notification (person_id, organisation_id) WHERE seen_at IS NULL",
            "CREATE INDEX digest_window_send ON digest_window (send_at)",
        ];
        for index in indexes {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "announcement",
            "digest",
            "digest_window",
            "notification",
            "notification_choice",
            "notification_default",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn of_organisation(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_organisation"))
        .from(table, "organisation_id")
        .to("organisation", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

/// What is told to somebody goes with their membership.
fn of_member(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_membership"))
        .from(table, ("organisation_id", "person_id"))
        .to("membership", ("organisation_id", "person_id"))
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
