//! Support access: the end of the permission and who gave it, staff, and their stays in organisations. A session of
//! staff stands in no organisation.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 3] = ["support_until", "support_allowed_by", "support_forced_until"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        may_stand_nowhere(manager, true).await?;
        for column in [
            date_null("support_until"),
            uuid_null("support_allowed_by"),
            timestamp_with_time_zone_null("support_forced_until"),
        ] {
            manager.alter_table(Table::alter().table("organisation").add_column(column).to_owned()).await?;
        }
        // Whoever saved the page last is the best that is known of who allowed it.
        let allowed = "UPDATE organisation SET support_allowed_by = changed_by WHERE support_access";
        manager.get_connection().execute_unprepared(allowed).await?;
        let staff = Table::create()
            .table("staff")
            .col(uuid("person_id").primary_key())
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut reference("staff", "person_id", "person"))
            .to_owned();
        manager.create_table(staff).await?;
        let stay = Table::create()
            .table("support_session")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(uuid("person_id"))
            .col(uuid("session_id"))
            .col(uuid_null("consented_by"))
            .col(text("reason"))
            .col(text("ticket"))
            .col(text("mode"))
            .col(timestamp_with_time_zone("started_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(text_null("ended_reason"))
            .col(uuid_null("ended_by"))
            .foreign_key(&mut reference("support_session", "organisation_id", "organisation"))
            .foreign_key(&mut reference("support_session", "person_id", "person"))
            .foreign_key(&mut reference("support_session", "session_id", "session"))
            .to_owned();
        manager.create_table(stay).await?;
        for (name, columns) in [
            ("support_session_organisation", ["organisation_id", "id"]),
            ("support_session_person", ["person_id", "id"]),
        ] {
            let mut index = Index::create().name(name).table("support_session").to_owned();
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        // One stay at a time, whatever two requests ask for at once; and how a request finds it.
        let once =
            "CREATE UNIQUE INDEX support_session_live ON support_session (person_id) WHERE ended_at IS NULL";
        manager.get_connection().execute_unprepared(once).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["support_session", "staff"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("organisation").drop_column(column).to_owned()).await?;
        }
        let homeless = "DELETE FROM session WHERE organisation_id IS NULL";
        manager.get_connection().execute_unprepared(homeless).await?;
        may_stand_nowhere(manager, false).await
    }
}

fn reference(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(to, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}

/// Whether `session.organisation_id` may be empty. SQLite has no statement for it, and a new table in the place of the old one
/// would take the rows that refer to it along; its manual allows to edit the schema's text for exactly this
/// (`lang_altertable.html`, section 7).
async fn may_stand_nowhere(manager: &SchemaManager<'_>, may: bool) -> Result<(), DbErr> {
    let on = manager.get_connection();
    if manager.get_database_backend() != DbBackend::Sqlite {
        let change = if may { "DROP" } else { "SET" };
        let statement = format!("ALTER TABLE session ALTER COLUMN organisation_id {change} NOT NULL");
        on.execute_unprepared(&statement).await?;
        return Ok(());
    }
    let (strict, free) = (r#""organisation_id" uuid_text NOT NULL"#, r#""organisation_id" uuid_text"#);
    let (from, to) = if may { (strict, free) } else { (free, strict) };
    on.execute_unprepared("PRAGMA writable_schema = ON").await?;
    let edit = format!(
        "UPDATE sqlite_schema SET sql = replace(sql, '{from}', '{to}') WHERE type = 'table' AND name = 'session'"
    );
    on.execute_unprepared(&edit).await?;
    // Reads the schema anew and ends the permission. The other connections notice by the tables made after it.
    on.execute_unprepared("PRAGMA writable_schema = RESET").await?;
    Ok(())
}
