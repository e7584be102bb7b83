//! The schema, one change per file. Never imports `entity`: a migration describes the past.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
mod m0001_people_and_organisations;
mod m0002_sessions_and_links;
mod m0003_hours;
mod m0004_audit;
mod m0005_account_security;
mod m0006_members;
mod m0007_audit;
mod m0008_billing;
mod m0009_branding;
mod m0010_support;
mod m0011_plan;
mod m0012_support_reach;
mod m0013_audit_action;
mod m0014_trial;
mod m0015_slots;
mod m0016_access_key;
mod m0017_calls;
mod m0018_idempotency;
mod m0019_reports;
mod m0020_customers;
mod m0021_campaigns;
mod m0022_upstream;
mod m0023_recordings;
mod m0024_knowledge;
mod m0025_invoices;
mod m0026_jobs;
mod m0027_notifications;
mod m0028_deletion;
mod m0029_data;

/// All changes, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people_and_organisations::Migration),
            Box::new(m0002_sessions_and_links::Migration),
            Box::new(m0003_hours::Migration),
            Box::new(m0004_audit::Migration),
            Box::new(m0005_account_security::Migration),
            Box::new(m0006_members::Migration),
            Box::new(m0007_audit::Migration),
            Box::new(m0008_billing::Migration),
            Box::new(m0009_branding::Migration),
            Box::new(m0010_support::Migration),
            Box::new(m0011_plan::Migration),
            Box::new(m0012_support_reach::Migration),
            Box::new(m0013_audit_action::Migration),
            Box::new(m0014_trial::Migration),
            Box::new(m0015_slots::Migration),
            Box::new(m0016_access_key::Migration),
            Box::new(m0017_calls::Migration),
            Box::new(m0018_idempotency::Migration),
            Box::new(m0019_reports::Migration),
            Box::new(m0020_customers::Migration),
            Box::new(m0021_campaigns::Migration),
            Box::new(m0022_upstream::Migration),
            Box::new(m0023_recordings::Migration),
            Box::new(m0024_knowledge::Migration),
            Box::new(m0025_invoices::Migration),
            Box::new(m0026_jobs::Migration),
            Box::new(m0027_notifications::Migration),
            Box::new(m0028_deletion::Migration),
            Box::new(m0029_data::Migration),
        ]
    }
}
