//! Second factors and their duty: authenticator apps, backup codes, passkeys, half-finished sign-ins, the
//! organisation's rules, and which keys have sealed what is secret.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = |table: &'static str, column: ColumnDef| {
            Table::alter().table(table).add_column(column).to_owned()
        };
        for statement in [
            add("organisation", boolean("two_factor_required").default(false).to_owned()),
            // Minutes; 0 is no limit.
            add("organisation", integer("idle_limit").default(0).to_owned()),
            add("membership", timestamp_with_time_zone_null("signed_out_at").to_owned()),
            add("link", text_null("target").to_owned()),
        ] {
            manager.alter_table(statement).await?;
        }
        for table in [
            Table::create()
                .table("authenticator")
                .col(uuid("person_id").primary_key())
                .col(text("secret"))
                .col(big_integer("last_step"))
                .col(timestamp_with_time_zone("confirmed_at"))
                .foreign_key(&mut person("authenticator"))
                .to_owned(),
            Table::create()
                .table("enrolment")
                .col(uuid("person_id").primary_key())
                .col(uuid("session_id"))
                .col(text("secret"))
                .col(timestamp_with_time_zone("expires_at"))
                .foreign_key(&mut person("enrolment"))
                .to_owned(),
            Table::create()
                .table("backup_code")
                .col(uuid("id").primary_key())
                .col(uuid("person_id"))
                .col(binary("salt"))
                .col(binary("hash"))
                .col(timestamp_with_time_zone_null("used_at"))
                .foreign_key(&mut person("backup_code"))
                .to_owned(),
            Table::create()
                .table("fresh_codes")
                .col(uuid("person_id").primary_key())
                .col(uuid("session_id"))
                .col(text("codes"))
                .col(timestamp_with_time_zone("expires_at"))
                .foreign_key(&mut person("fresh_codes"))
                .to_owned(),
            Table::create()
                .table("passkey")
                .col(uuid("id").primary_key())
                .col(uuid("person_id"))
                .col(binary_uniq("credential_id"))
                .col(text("credential"))
                .col(text("name"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("used_at"))
                .foreign_key(&mut person("passkey"))
                .to_owned(),
            Table::create()
                .table("ceremony")
                .col(uuid("id").primary_key())
                .col(text("purpose"))
                .col(uuid_null("person_id"))
                .col(text_null("name"))
                .col(text("state"))
                .col(timestamp_with_time_zone("expires_at"))
                .to_owned(),
            Table::create()
                .table("challenge")
                .col(uuid("id").primary_key())
                .col(binary_uniq("token_hash"))
                .col(uuid("person_id"))
                .col(text("subject"))
                .col(uuid_null("browser_id"))
                .col(text("next"))
                .col(integer("tries"))
                .col(timestamp_with_time_zone("expires_at"))
                .foreign_key(&mut person("challenge"))
                .to_owned(),
            Table::create()
                .table("sealing_key")
                .col(text("id").primary_key())
                .col(text("proof"))
                .col(timestamp_with_time_zone("created_at"))
                .to_owned(),
        ] {
            manager.create_table(table).await?;
        }
        for table in ["backup_code", "passkey", "challenge"] {
            let index =
                Index::create().name(format!("{table}_person")).table(table).col("person_id").to_owned();
            manager.create_index(index).await?;
        }
        let index = Index::create().name("ceremony_expires").table("ceremony").col("expires_at").to_owned();
        manager.create_index(index).await?;
        // One link per person and purpose, but for the links of mails that tell what happened: each has its own.
        manager.drop_index(Index::drop().name("link_person").table("link").to_owned()).await?;
        let raw = "CREATE UNIQUE INDEX link_person ON link (person_id, purpose) WHERE purpose <> 'not_me'";
        manager.get_connection().execute_unprepared(raw).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "sealing_key",
            "challenge",
            "ceremony",
            "passkey",
            "fresh_codes",
            "backup_code",
            "enrolment",
            "authenticator",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager.drop_index(Index::drop().name("link_person").table("link").to_owned()).await?;
        let link = Index::create()
            .name("link_person")
            .table("link")
            .col("person_id")
            .col("purpose")
            .unique()
            .to_owned();
        manager.get_connection().execute_unprepared("DELETE FROM link WHERE purpose = 'not_me'").await?;
        manager.create_index(link).await?;
        for (table, column) in [
            ("link", "target"),
            ("membership", "signed_out_at"),
            ("organisation", "idle_limit"),
            ("organisation", "two_factor_required"),
        ] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

fn person(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "person_id")
        .to("person", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
