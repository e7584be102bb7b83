//! Invoices with their lines and numbers, what is charged next, and credit. What was issued can't be changed by anybody:
//! the database refuses. It outlives its organisation: no key leads there.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Tables whose rows are never changed, and whether they may go (with their organisation).
const SEALED: [(&str, bool); 3] = [("invoice", false), ("invoice_line", false), ("credit_entry", true)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let series = Table::create()
            .table("invoice_series")
            .col(text("name").primary_key())
            .col(big_integer("last"))
            .to_owned();
        manager.create_table(series).await?;
        let invoice = Table::create()
            .table("invoice")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("kind"))
            .col(text("number").unique_key())
            // The invoice that a credit note takes back: once.
            .col(uuid_null("refers_to").unique_key())
            .col(text("reason"))
            .col(date("first_day"))
            .col(date("last_day"))
            .col(timestamp_with_time_zone("issued_at"))
            .col(date("issued_on"))
            .col(text("time_zone"))
            .col(text("language"))
            .col(text("seller"))
            .col(text("buyer"))
            .col(text_null("logo"))
            .col(big_integer("net"))
            .col(big_integer("tax"))
            .to_owned();
        manager.create_table(invoice).await?;
        let period = Index::create()
            .name("invoice_period")
            .table("invoice")
            .col("organisation_id")
            .col("kind")
            .col("first_day")
            .unique()
            .to_owned();
        manager.create_index(period).await?;
        let line = Table::create()
            .table("invoice_line")
            .col(uuid("invoice_id"))
            .col(integer("position"))
            .col(text("plan"))
            .col(date("first_day"))
            .col(date("last_day"))
            .col(integer_null("slots"))
            .col(big_integer("unit"))
            .col(big_integer("net"))
            .col(integer("rate"))
            .col(big_integer("tax"))
            .primary_key(Index::create().col("invoice_id").col("position"))
            .foreign_key(ForeignKey::create().from("invoice_line", "invoice_id").to("invoice", "id"))
            .to_owned();
        manager.create_table(line).await?;
        // Sealed anew when keys are rotated: apart from what never changes.
        let secret = Table::create()
            .table("invoice_secret")
            .col(uuid("invoice_id").primary_key())
            .col(text("national_number"))
            .foreign_key(ForeignKey::create().from("invoice_secret", "invoice_id").to("invoice", "id"))
            .to_owned();
        manager.create_table(secret).await?;
        let account = Table::create()
            .table("billing_account")
            .col(uuid("organisation_id").primary_key())
            .col(date("charged_from"))
            .col(big_integer("credit"))
            .col(big_integer_null("threshold"))
            .col(boolean("is_low"))
            .foreign_key(&mut of_organisation("billing_account"))
            .to_owned();
        manager.create_table(account).await?;
        let charge = Table::create()
            .table("charge")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("plan"))
            .col(date("first_day"))
            .col(date("last_day"))
            .col(integer_null("slots"))
            .col(big_integer("unit"))
            .col(uuid_null("invoice_id"))
            .foreign_key(&mut of_organisation("charge"))
            .to_owned();
        manager.create_table(charge).await?;
        let open = Index::create()
            .name("charge_invoice")
            .table("charge")
            .col("invoice_id")
            .col("organisation_id")
            .to_owned();
        manager.create_index(open).await?;
        let entry = Table::create()
            .table("credit_entry")
            .col(uuid("id").primary_key())
            .col(uuid("organisation_id"))
            .col(text("kind"))
            .col(big_integer("amount"))
            .col(big_integer("balance"))
            .col(text_null("number"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid_null("person_id"))
            .foreign_key(&mut of_organisation("credit_entry"))
            .to_owned();
        manager.create_table(entry).await?;
        let of = Index::create()
            .name("credit_entry_organisation")
            .table("credit_entry")
            .col("organisation_id")
            .col("id")
            .to_owned();
        manager.create_index(of).await?;
        seal(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "credit_entry",
            "charge",
            "billing_account",
            "invoice_secret",
            "invoice_line",
            "invoice",
            "invoice_series",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION refuse_change").await?;
        }
        Ok(())
    }
}

async fn seal(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let (on, is_postgres) = (manager.get_connection(), manager.get_database_backend() == DbBackend::Postgres);
    if is_postgres {
        let refuse = "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
                      $$ BEGIN RAISE EXCEPTION 'what was issued is never changed'; END $$";
        on.execute_unprepared(refuse).await?;
    }
    for (table, may_go) in SEALED {
        for act in ["update", "delete"].into_iter().filter(|act| *act == "update" || !may_go) {
            let body = match is_postgres {
                true => "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
                false => "BEGIN SELECT RAISE(ABORT, 'what was issued is never changed'); END",
            };
            on.execute_unprepared(&format!("CREATE TRIGGER {table}_{act} BEFORE {act} ON {table} {body}"))
                .await?;
        }
    }
    Ok(())
}

fn of_organisation(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "organisation_id")
        .to("organisation", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
