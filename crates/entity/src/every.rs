//! The list of all tables, for what concerns each of them: backups, and tests that none was forgotten.

/// Gives every entity to a macro, in an order in which rows can be written: what a row refers to stands before it.
#[macro_export]
macro_rules! every_table {
    ($with:ident) => {
        $with! {
            sealing_key, person, organisation, audit, audit_head, ceremony, guess, invoice, invoice_series, job,
            access_key, agent, announcement, answered_request, authenticator, backup_code, billing_account, browser,
            call_day, call_quarter, challenge, charge, credit_entry, customer, customer_import, customer_list,
            digest_window, enrolment, fresh_codes, hours, invitation, invoice_line, invoice_secret,
            knowledge_category, lease, link, logo, logo_file, membership, notification_default, passkey, session,
            slot_pool, slot_weather, staff, tax_identity, upstream, campaign, digest, fresh_key, knowledge_file,
            listed_customer, notification, notification_choice, support_session, upstream_trial, call,
            campaign_target, data_export, deletion_certificate, deletion_step, purge_beat
        }
    };
}
