//! Addresses of pages, once.

use domain::Language;

pub const LOGIN: &str = "/login";
/// The second step of a sign-in.
pub const LOGIN_CODE: &str = "/login/code";
pub const SIGNUP: &str = "/signup";
pub const FORGOT: &str = "/forgot";
pub const RESET: &str = "/reset";
pub const VERIFY: &str = "/verify";
pub const DASHBOARD: &str = "/dashboard";
pub const CALLS: &str = "/calls";
pub const CAMPAIGNS: &str = "/campaigns";
pub const CAMPAIGN_NEW: &str = "/campaigns/new";
/// AI agents.
pub const AGENTS: &str = "/agents";
pub const CUSTOMERS: &str = "/customers";
/// Customers out of a file.
pub const IMPORT: &str = "/customers/import";
/// Calls as a file, with the page's filter.
pub const CALLS_CSV: &str = "/files/calls.csv";
/// Customers as a file, with the page's filter.
pub const CUSTOMERS_CSV: &str = "/files/customers.csv";
/// Rows of an uploaded table that have errors.
pub const REFUSED_CSV: &str = "/files/import-errors.csv";
pub const REPORTS: &str = "/reports";
/// Its days as a file.
pub const REPORTS_CSV: &str = "/files/reports.csv";
/// No page of its own: leads to the first room.
pub const SETTINGS: &str = "/settings";
pub const GENERAL: &str = "/settings/general";
pub const BRANDING: &str = "/settings/branding";
pub const HOURS: &str = "/settings/hours";
pub const BILLING: &str = "/settings/billing";
/// One invoice stands below.
pub const INVOICES: &str = "/settings/billing/invoices";
pub const MEMBERS: &str = "/settings/members";
pub const SECURITY: &str = "/settings/security";
pub const KNOWLEDGE: &str = "/settings/knowledge";
/// Access keys of the REST API.
pub const KEYS: &str = "/settings/keys";
pub const AUDIT: &str = "/settings/audit";
/// Questions and answers.
pub const HELP: &str = "/settings/help";
pub const NOTIFICATIONS: &str = "/settings/notifications";
/// What is kept, and for how long; exports.
pub const DATA: &str = "/settings/data";
/// The end of the organisation.
pub const DELETE: &str = "/settings/data/delete";
/// Where the mails about that lead.
pub const RESTORE: &str = "/restore";
/// What one has been told.
pub const NOTICES: &str = "/notifications";
/// "Not this mail any more."
pub const UNSUBSCRIBE: &str = "/unsubscribe";
pub const UNSUBSCRIBED: &str = "/unsubscribe?done=1";
/// How the server's own work stands, for staff.
pub const SYSTEM: &str = "/support/system";
/// Support's visits to the organisation.
pub const SUPPORT_RECORD: &str = "/settings/support";
/// The desk of the vendor's support; for everybody else there is no such page.
pub const SUPPORT: &str = "/support";
/// The REST API, described for people.
pub const API_DOCS: &str = "/api/v1/docs";
/// The audit trail as a file, with the page's filter.
pub const AUDIT_CSV: &str = "/files/audit.csv";
pub const AUDIT_JSONL: &str = "/files/audit.jsonl";
/// No page of its own: leads to the first room.
pub const ACCOUNTS: &str = "/account";
pub const ACCOUNT: &str = "/account/security";
/// Setting up an authenticator app.
pub const ACCOUNT_APP: &str = "/account/security/app";
/// Backup codes that were just made.
pub const ACCOUNT_CODES: &str = "/account/security/codes";
/// The password once more.
pub const ACCOUNT_CONFIRM: &str = "/account/confirm";
/// The end of one's own account.
pub const ACCOUNT_DELETE: &str = "/account/delete";
pub const SESSIONS: &str = "/account/sessions";
/// Joining an organisation by a mailed link.
pub const INVITE: &str = "/invite";
/// A new address to sign in with.
pub const EMAIL: &str = "/email";
/// "This wasn't me."
pub const NOT_ME: &str = "/not-me";
/// Backup codes as a file to keep.
pub const CODES_FILE: &str = "/files/backup-codes";

/// A mail with the company's logo, for its page.
pub const MAIL_PREVIEW: &str = "/files/mail-preview";

/// Where a signed-in person starts.
pub const HOME: &str = GENERAL;

/// The address of one call.
pub fn call(id: &str) -> String {
    format!("{CALLS}/{id}")
}

/// The address of one campaign.
pub fn campaign(id: &str) -> String {
    format!("{CAMPAIGNS}/{id}")
}

/// The calls that a campaign has made.
pub fn campaign_calls(id: &str) -> String {
    format!("{CALLS}?campaign={id}")
}

/// One invoice or credit note, by its number.
pub fn invoice(number: &str) -> String {
    format!("{INVOICES}/{number}")
}

/// The same as a PDF, in a language.
pub fn invoice_pdf(number: &str, language: Language) -> String {
    format!("/files/invoice/{number}?language={}", language.tag())
}

/// The logo on an invoice.
pub fn invoice_logo(number: &str) -> String {
    format!("/files/invoice-logo/{number}")
}

/// The recording of a call; with [`TO_KEEP`] as its query, as a file.
pub fn recording(id: &str) -> String {
    format!("/files/recording/{id}")
}

pub const TO_KEEP: &str = "download";

/// The random part of the address of a photo.
pub fn agent(id: &str) -> String {
    format!("{AGENTS}/{id}")
}

pub fn customer(id: &str) -> String {
    format!("{CUSTOMERS}/{id}")
}

/// What is held about a customer, as a file.
pub fn customer_file(id: &str) -> String {
    format!("/files/customer/{id}")
}

/// Everything of an organisation, as a file.
pub fn export(id: &str) -> String {
    format!("/files/export/{id}")
}

/// A file of the knowledge base, to keep.
pub fn knowledge_file(id: &str) -> String {
    format!("/files/knowledge/{id}")
}

/// An uploaded table, on its way to become customers.
pub fn import(id: &str) -> String {
    format!("{IMPORT}/{id}")
}

/// The random part of such an address.
pub fn photo_name(address: &str) -> &str {
    address.split('/').nth(3).unwrap_or_default()
}

/// The address of a rendition of the company's photo.
pub fn photo(name: &str, size: u32) -> String {
    format!("/files/photo/{name}/{size}")
}

/// The address of a strip of a company's logo; mails know it too.
pub fn logo(name: &str, width: u32) -> String {
    format!("/logos/{name}/{width}")
}
