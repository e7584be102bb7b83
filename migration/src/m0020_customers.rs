//! Agents, customers, their lists and tables to make customers of; which of them a call was with.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let agent = Table::create()
            .table("agent")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("name"))
            .col(text("name_key"))
            .col(text("language"))
            .col(text("greeting"))
            .col(text("number"))
            .col(timestamp_with_time_zone("created_at"))
            .col(big_integer("version"))
            .foreign_key(&mut of_organisation("agent"))
            .to_owned();
        manager.create_table(agent).await?;
        let customer = Table::create()
            .table("customer")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("name"))
            .col(text("name_key"))
            .col(text("phone"))
            .col(text("email"))
            .col(text("note"))
            .col(boolean("do_not_call"))
            .col(timestamp_with_time_zone("created_at"))
            .col(big_integer("version"))
            .foreign_key(&mut of_organisation("customer"))
            .to_owned();
        manager.create_table(customer).await?;
        let list = Table::create()
            .table("customer_list")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("name"))
            .col(text("name_key"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut of_organisation("customer_list"))
            .to_owned();
        manager.create_table(list).await?;
        let listed = Table::create()
            .table("listed_customer")
            .col(uuid("list_id"))
            .col(uuid("customer_id"))
            .col(uuid("organisation_id"))
            .primary_key(Index::create().col("list_id").col("customer_id"))
            .foreign_key(&mut of_organisation("listed_customer"))
            .foreign_key(&mut to("listed_customer", "list_id", "customer_list"))
            .foreign_key(&mut to("listed_customer", "customer_id", "customer"))
            .to_owned();
        manager.create_table(listed).await?;
        // A table that somebody has uploaded and not taken over yet.
        let import = Table::create()
            .table("customer_import")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(uuid("person_id"))
            .col(text("file_name"))
            .col(text("content"))
            .col(text("choices"))
            .col(boolean("is_chosen"))
            .col(integer("done"))
            .col(integer("added"))
            .col(integer("updated"))
            .col(integer("unchanged"))
            .col(integer("refused"))
            .col(text("list_name"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("finished_at"))
            .foreign_key(&mut of_organisation("customer_import"))
            .foreign_key(&mut to("customer_import", "person_id", "person"))
            .to_owned();
        manager.create_table(import).await?;
        let ends = Index::create()
            .name("customer_import_expires")
            .table("customer_import")
            .col("expires_at")
            .to_owned();
        manager.create_index(ends).await?;
        for (name, table, columns, unique) in [
            ("agent_name", "agent", ["organisation_id", "name_key"], true),
            ("customer_phone", "customer", ["organisation_id", "phone"], true),
            ("customer_organisation", "customer", ["organisation_id", "id"], false),
            ("customer_list_name", "customer_list", ["organisation_id", "name_key"], true),
            ("listed_customer_customer", "listed_customer", ["customer_id", "list_id"], false),
        ] {
            let mut index =
                Index::create().name(name).table(table).col(columns[0]).col(columns[1]).to_owned();
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        for (column, table) in [("agent_id", "agent"), ("customer_id", "customer")] {
            manager.get_connection().execute_unprepared(&reference(manager, column, table)).await?;
        }
        let with = "CREATE INDEX call_customer ON call (customer_id, id) WHERE customer_id IS NOT NULL";
        manager.get_connection().execute_unprepared(with).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("call_customer").table("call").to_owned()).await?;
        for column in ["customer_id", "agent_id"] {
            manager.alter_table(Table::alter().table("call").drop_column(column).to_owned()).await?;
        }
        for table in ["customer_import", "listed_customer", "customer_list", "customer", "agent"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// A column of `call` that becomes null when what it names is deleted: the builder knows no such thing for SQLite.
fn reference(manager: &SchemaManager, column: &str, table: &str) -> String {
    let kind = if manager.get_database_backend() == DbBackend::Sqlite { "uuid_text" } else { "uuid" };
    format!("ALTER TABLE call ADD COLUMN {column} {kind} NULL REFERENCES {table} (id) ON DELETE SET NULL")
}

fn of_organisation(table: &'static str) -> ForeignKeyCreateStatement {
    to(table, "organisation_id", "organisation")
}

fn to(table: &'static str, column: &'static str, other: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{other}"))
        .from(table, column)
        .to(other, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
