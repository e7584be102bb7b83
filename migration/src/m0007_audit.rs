//! The audit trail in full: on whose behalf, room, from where, by which request, until when it is kept, and the chain
//! of hashes that shows what was changed behind the program's back. Rows from before stay outside of the chain.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// New columns and their indexes.
const INDEXES: [(&str, &[&str]); 3] = [
    ("audit_person", &["organisation_id", "person_id", "id"]),
    ("audit_room", &["organisation_id", "room", "id"]),
    ("audit_retained", &["retained_until"]),
];
const COLUMNS: [&str; 8] =
    ["on_behalf_of", "room", "address", "request_id", "retained_until", "chain", "number", "hash"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            uuid_null("on_behalf_of"),
            text("room").default("").to_owned(),
            text("address").default("").to_owned(),
            text("request_id").default("").to_owned(),
            timestamp_with_time_zone_null("retained_until"),
            uuid_null("chain"),
            big_integer_null("number"),
            binary_null("hash"),
        ] {
            manager.alter_table(Table::alter().table("audit").add_column(column).to_owned()).await?;
        }
        for (name, columns) in INDEXES {
            let mut index = Index::create().name(name).table("audit").to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        let once =
            Index::create().name("audit_chain").table("audit").col("chain").col("number").unique().to_owned();
        manager.create_index(once).await?;
        manager
            .create_table(
                Table::create()
                    .table("audit_head")
                    .col(uuid("chain").primary_key())
                    .col(big_integer("count"))
                    .col(binary("hash"))
                    .to_owned(),
            )
            .await?;
        let on = manager.get_connection();
        // Kept for 90 days, as the rows to come. How many there are is written down, so that none can be slipped in
        // among them; their chain is the one of nobody.
        on.execute_unprepared(match manager.get_database_backend() {
            DbBackend::Sqlite => {
                "UPDATE audit SET room = substr(action, 1, instr(action, '.') - 1), \
                 retained_until = strftime('%Y-%m-%dT%H:%M:%S+00:00', at, '+90 days')"
            }
            _ => {
                "UPDATE audit SET room = split_part(action, '.', 1), \
                 retained_until = at + interval '90 days'"
            }
        })
        .await?;
        on.execute_unprepared(match manager.get_database_backend() {
            DbBackend::Sqlite => {
                "INSERT INTO audit_head (chain, count, hash) SELECT zeroblob(16), count(*), x'' FROM audit"
            }
            _ => {
                "INSERT INTO audit_head (chain, count, hash) \
                 SELECT '00000000-0000-0000-0000-000000000000', count(*), '' FROM audit"
            }
        })
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("audit_head").to_owned()).await?;
        let names = INDEXES.iter().map(|(name, _)| *name).chain(["audit_chain"]);
        for name in names {
            manager.drop_index(Index::drop().name(name).table("audit").to_owned()).await?;
        }
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("audit").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
