//! One action of an organisation's trail is found however many others its room has; and when a member was last at work in
//! an organisation, which their session may have left since.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::create().name("audit_action").table("audit").to_owned();
        for column in ["organisation_id", "action", "id"] {
            index.col(column);
        }
        manager.create_index(index).await?;
        let active = Table::alter()
            .table("membership")
            .add_column(timestamp_with_time_zone_null("active_at"))
            .to_owned();
        manager.alter_table(active).await?;
        let known = "UPDATE membership SET active_at = (SELECT max(session.active_at) FROM session \
                     WHERE session.person_id = membership.person_id \
                     AND session.organisation_id = membership.organisation_id)";
        manager.get_connection().execute_unprepared(known).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let active = Table::alter().table("membership").drop_column("active_at").to_owned();
        manager.alter_table(active).await?;
        manager.drop_index(Index::drop().name("audit_action").table("audit").to_owned()).await
    }
}
