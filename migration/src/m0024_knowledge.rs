//! The knowledge base: categories with one level below them, and files.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let category = Table::create()
            .table("knowledge_category")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(uuid_null("parent_id"))
            .col(text("name"))
            .col(text("name_key"))
            .col(integer("place"))
            .col(timestamp_with_time_zone("created_at"))
            .col(big_integer("version"))
            .col(timestamp_with_time_zone_null("deleted_at"))
            .col(uuid_null("deleted_with"))
            .foreign_key(&mut to("category_organisation", "organisation_id", "organisation", CATEGORY))
            .foreign_key(&mut to("category_parent", "parent_id", CATEGORY, CATEGORY))
            .to_owned();
        manager.create_table(category).await?;
        let file = Table::create()
            .table("knowledge_file")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(uuid_null("category_id"))
            .col(uuid_null("former_category_id"))
            .col(text("name"))
            .col(text("name_key"))
            .col(text("kind"))
            .col(big_integer("bytes"))
            .col(binary("hash"))
            .col(text("object"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("stored_at"))
            .col(big_integer("version"))
            .foreign_key(&mut to("file_organisation", "organisation_id", "organisation", FILE))
            .foreign_key(
                to("file_category", "category_id", CATEGORY, FILE).on_delete(ForeignKeyAction::SetNull),
            )
            .foreign_key(
                to("file_former", "former_category_id", CATEGORY, FILE).on_delete(ForeignKeyAction::SetNull),
            )
            .to_owned();
        manager.create_table(file).await?;
        for (name, columns) in [
            ("knowledge_file_organisation", ["organisation_id", "id"]),
            ("knowledge_file_category", ["category_id", "id"]),
            ("knowledge_file_former", ["former_category_id", "id"]),
            ("knowledge_file_hash", ["organisation_id", "hash"]),
        ] {
            let index = Index::create().name(name).table(FILE).col(columns[0]).col(columns[1]).to_owned();
            manager.create_index(index).await?;
        }
        for index in [
            // Names are unique beside each other; those that are deleted take none.
            "CREATE UNIQUE INDEX knowledge_category_name ON knowledge_category \
             (COALESCE(parent_id, organisation_id), name_key) WHERE deleted_at IS NULL",
            "CREATE INDEX knowledge_category_organisation ON knowledge_category (organisation_id)",
            "CREATE INDEX knowledge_category_deleted ON knowledge_category (deleted_at) WHERE deleted_at IS NOT NULL",
            "CREATE INDEX knowledge_file_leaving ON knowledge_file (created_at) WHERE stored_at IS NULL",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [FILE, CATEGORY] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

const CATEGORY: &str = "knowledge_category";
const FILE: &str = "knowledge_file";

fn to(
    name: &'static str,
    column: &'static str,
    other: &'static str,
    table: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("knowledge_{name}"))
        .from(table, column)
        .to(other, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
