//! What the purge needs to know and to find, and exports. The audit trail remembers the row that was purged last, so that
//! its chain can be walked from there.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: [(&str, &str); 9] = [
    // How much there is, without a look into the rows.
    ("call_transcript", "call (organisation_id, started_at) WHERE transcript IS NOT NULL"),
    ("call_recording", "call (organisation_id, started_at, recording_bytes) WHERE recording IS NOT NULL"),
    // Calls with a number that was nobody's then: they go with whoever has it.
    ("call_unknown_from", "call (organisation_id, from_number) WHERE customer_id IS NULL"),
    ("call_unknown_to", "call (organisation_id, to_number) WHERE customer_id IS NULL"),
    ("job_organisation", "job (organisation_id, ended_at) WHERE organisation_id IS NOT NULL"),
    ("session_organisation", "session (organisation_id, expires_at)"),
    ("session_expires", "session (expires_at)"),
    ("session_ended", "session (ended_at) WHERE ended_at IS NOT NULL"),
    ("browser_seen", "browser (seen_at)"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("audit_head", big_integer("purged").default(0).to_owned()),
            ("audit_head", binary_null("purged_hash")),
            ("job", uuid_null("organisation_id")),
        ] {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        let beat = Table::create()
            .table("purge_beat")
            .col(small_integer("id").primary_key())
            .col(timestamp_with_time_zone("at"))
            // Where the clock stood before it jumped.
            .col(timestamp_with_time_zone_null("jumped_from"))
            .col(boolean("in_doubt"))
            .to_owned();
        manager.create_table(beat).await?;
        let export = Table::create()
            .table("data_export")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(uuid("person_id"))
            .col(text("state"))
            .col(big_integer("done"))
            .col(big_integer("total"))
            .col(text_null("object"))
            .col(big_integer("bytes"))
            .col(timestamp_with_time_zone("asked_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(timestamp_with_time_zone_null("expires_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("data_export_organisation")
                    .from("data_export", "organisation_id")
                    .to("organisation", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(export).await?;
        let on = manager.get_connection();
        for (name, what) in INDEXES {
            on.execute_unprepared(&format!("CREATE INDEX {name} ON {what}")).await?;
        }
        for statement in [
            "CREATE INDEX data_export_newest ON data_export (organisation_id, id)",
            "CREATE INDEX data_export_expires ON data_export (expires_at) WHERE object IS NOT NULL",
            // One at a time.
            "CREATE UNIQUE INDEX data_export_open ON data_export (organisation_id) \
             WHERE state IN ('waiting', 'running')",
        ] {
            on.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, what) in INDEXES {
            let table = what.split(' ').next().unwrap_or_default();
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        for table in ["data_export", "purge_beat"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for (table, column) in
            [("job", "organisation_id"), ("audit_head", "purged_hash"), ("audit_head", "purged")]
        {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
