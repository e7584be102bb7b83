//! Campaigns, and whom each of them calls.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let campaign = Table::create()
            .table("campaign")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("name"))
            .col(uuid_null("agent_id"))
            .col(text("list_name"))
            .col(text("state"))
            .col(timestamp_with_time_zone("starts_at"))
            .col(integer("at_once"))
            .col(integer("attempts"))
            .col(integer("retry_minutes"))
            .col(text_null("trouble"))
            .col(timestamp_with_time_zone_null("retry_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(big_integer("version"))
            .foreign_key(&mut to("campaign", "organisation_id", "organisation", ForeignKeyAction::Cascade))
            .foreign_key(&mut to("campaign", "agent_id", "agent", ForeignKeyAction::SetNull))
            .to_owned();
        manager.create_table(campaign).await?;
        let target = Table::create()
            .table("campaign_target")
            .col(uuid("campaign_id"))
            .col(uuid("customer_id"))
            .col(uuid("organisation_id"))
            .col(text("state"))
            .col(integer("attempts"))
            .col(timestamp_with_time_zone("next_at"))
            .col(uuid_null("call_id"))
            .primary_key(Index::create().col("campaign_id").col("customer_id"))
            .foreign_key(&mut to(
                "campaign_target",
                "organisation_id",
                "organisation",
                ForeignKeyAction::Cascade,
            ))
            .foreign_key(&mut to("campaign_target", "campaign_id", "campaign", ForeignKeyAction::Cascade))
            .foreign_key(&mut to("campaign_target", "customer_id", "customer", ForeignKeyAction::Cascade))
            .to_owned();
        manager.create_table(target).await?;
        let of_organisation = Index::create()
            .name("campaign_organisation")
            .table("campaign")
            .col("organisation_id")
            .col("id")
            .to_owned();
        manager.create_index(of_organisation).await?;
        let due = Index::create()
            .name("campaign_target_due")
            .table("campaign_target")
            .col("campaign_id")
            .col("state")
            .col("next_at")
            .to_owned();
        manager.create_index(due).await?;
        let kind = if manager.get_database_backend() == DbBackend::Sqlite { "uuid_text" } else { "uuid" };
        for statement in [
            "CREATE INDEX campaign_active ON campaign (starts_at) WHERE state = 'active'".to_owned(),
            "CREATE INDEX campaign_target_call ON campaign_target (call_id) WHERE call_id IS NOT NULL"
                .to_owned(),
            "CREATE INDEX campaign_target_customer ON campaign_target (customer_id)".to_owned(),
            format!(
                "ALTER TABLE call ADD COLUMN campaign_id {kind} NULL REFERENCES campaign (id) ON DELETE SET NULL"
            ),
            "CREATE INDEX call_campaign ON call (campaign_id, id) WHERE campaign_id IS NOT NULL".to_owned(),
        ] {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("call_campaign").table("call").to_owned()).await?;
        manager.alter_table(Table::alter().table("call").drop_column("campaign_id").to_owned()).await?;
        for table in ["campaign_target", "campaign"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn to(
    table: &'static str,
    column: &'static str,
    other: &'static str,
    then: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{other}"))
        .from(table, column)
        .to(other, "id")
        .on_delete(then)
        .to_owned()
}
