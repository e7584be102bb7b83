//! One file per table: the row, its scoped finders, and its way into the domain.
//!
//! Rows of an organisation are found through `in_organisation(id)` only, so that a query
//! that forgets whose data it reads does not come to mind, nor to compile in a use-case.

use sea_orm::sea_query::Expr;

pub mod access_key;
pub mod agent;
pub mod announcement;
pub mod answered_request;
pub mod audit;
pub mod audit_head;
pub mod authenticator;
pub mod backup_code;
pub mod billing_account;
pub mod browser;
pub mod call;
pub mod call_day;
pub mod call_quarter;
pub mod campaign;
pub mod campaign_target;
pub mod ceremony;
pub mod challenge;
pub mod charge;
pub mod credit_entry;
pub mod customer;
pub mod customer_import;
pub mod customer_list;
pub mod data_export;
pub mod deletion_certificate;
pub mod deletion_step;
pub mod digest;
pub mod digest_window;
pub mod enrolment;
mod every;
pub mod fresh_codes;
pub mod fresh_key;
pub mod guess;
pub mod hours;
pub mod invitation;
pub mod invoice;
pub mod invoice_line;
pub mod invoice_secret;
pub mod invoice_series;
pub mod job;
pub mod knowledge_category;
pub mod knowledge_file;
pub mod lease;
pub mod link;
pub mod listed_customer;
pub mod logo;
pub mod logo_file;
pub mod membership;
pub mod notification;
pub mod notification_choice;
pub mod notification_default;
pub mod organisation;
pub mod passkey;
pub mod person;
pub mod purge_beat;
pub mod sealing_key;
pub mod session;
pub mod slot_pool;
pub mod slot_weather;
pub mod staff;
pub mod support_session;
pub mod tax_identity;
pub mod upstream;
pub mod upstream_trial;

/// A word in the text of a statement, where others are bound to it: an index over some of the rows is used only where the database can
/// read in the statement that no others are asked for.
fn written(word: &'static str) -> Expr {
    Expr::Constant(word.into())
}
