//! What was done by the form that led to a page, in words. Only the server says it: the texts of all rooms would be in the
//! piece of Wasm that every page loads.

use domain::Language;

use crate::general;

/// `saved` is the `do` of the form; the account's rooms say it themselves.
pub fn said_after(l: Language, saved: &str) -> Option<String> {
    let text = match saved.split_once('/') {
        Some(("general", act)) => return Some(general::said_after(l, act)),
        Some(("account", _)) => None,
        Some(("billing", "reveal-national-number")) => None,
        Some(("security", "sign-member-out")) => Some(texts::security::signed_out(l)),
        Some(("security", "reset-member")) => Some(texts::security::was_reset(l)),
        Some(("security", "remind-member")) => Some(texts::security::reminded(l)),
        Some(("security", "remind-all")) => Some(texts::security::all_reminded(l)),
        Some(("audit", "revert")) => Some(texts::audit::reverted(l)),
        Some(("branding", act)) => texts::branding::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("support", act @ ("add-credit" | "issue-credit-note"))) | Some(("invoices", act)) => {
            texts::invoices::by_key(l, &format!("done_{}", act.replace('-', "_")))
        }
        Some(("deletion", _)) => Some(texts::deletion::restored(l)),
        Some(("support", "restore-organisation")) => Some(texts::deletion::desk_restored(l)),
        Some(("support", "agree-slots")) => Some(texts::support::agreed_plain(l)),
        Some(("support", "enter")) => Some(texts::support::entered(l)),
        Some(("support", "leave")) => Some(texts::support::left(l)),
        Some(("support", "end-session")) => Some(texts::support::ended_now(l)),
        Some(("campaigns", act)) => texts::campaigns::by_key(l, &format!("done_{act}")),
        Some(("keys", act)) => texts::keys::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("knowledge", act)) => texts::knowledge::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("upstream", act)) => texts::upstream::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("agents", act)) => texts::agents::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("customers", act)) => texts::customers::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("calls", act)) => texts::calls::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("data", act)) => texts::data::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        Some(("members", act)) => texts::members::by_key(l, &format!("done_{}", act.replace('-', "_"))),
        _ => Some(texts::shell::saved(l)),
    };
    text.map(str::to_owned)
}
