//! One file per table: the row, its scoped finders, and its way into the domain.
//!
//! Rows of an organisation are found through `in_organisation(id)` only, so that a query
//! that forgets whose data it reads does not come to mind, nor to compile in a use-case.

pub mod access_key;
pub mod agent;
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
pub mod enrolment;
pub mod fresh_codes;
pub mod fresh_key;
pub mod guess;
pub mod hours;
pub mod invitation;
pub mod invoice;
pub mod invoice_line;
pub mod invoice_secret;
pub mod invoice_series;
pub mod lease;
pub mod link;
pub mod listed_customer;
pub mod logo;
pub mod logo_file;
pub mod membership;
pub mod organisation;
pub mod passkey;
pub mod person;
pub mod sealing_key;
pub mod session;
pub mod slot_pool;
pub mod slot_weather;
pub mod staff;
pub mod support_session;
pub mod tax_identity;
pub mod upstream;
pub mod upstream_trial;
