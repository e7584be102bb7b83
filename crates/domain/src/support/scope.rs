//! What support may reach inside an organisation: the one list. What does not stand here is refused.

use super::Mode;
use crate::Code;

/// What a route means when support asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Reads; whatever it is, it writes nothing.
    Look,
    /// Changes the organisation: only for support that was let in to write.
    Change,
    /// Concerns the support session or the browser itself.
    Own,
}

/// Pages, files and server functions that are open to support. Left out on purpose: passwords, addresses to sign in with,
/// second factors, backup codes, sessions, roles and members, calls and the dashboard, security rules, keys, tax identity, the consent itself
/// (`services::general` looks at that one), deletion, exports, and support's own account.
pub const SCOPES: &[(&str, Scope)] = &[
    ("/", Scope::Own),
    ("/support", Scope::Own),
    ("/support/system", Scope::Own),
    ("/livez", Scope::Own),
    ("/readyz", Scope::Own),
    ("/settings", Scope::Look),
    ("/settings/general", Scope::Look),
    ("/settings/branding", Scope::Look),
    ("/settings/hours", Scope::Look),
    ("/settings/members", Scope::Look),
    ("/settings/security", Scope::Look),
    ("/settings/audit", Scope::Look),
    ("/settings/support", Scope::Look),
    ("/files/photo", Scope::Look),
    ("/files/mail-preview", Scope::Look),
    ("/api/general/load-general", Scope::Look),
    ("/api/general/load-profile", Scope::Look),
    ("/api/general/list-zones", Scope::Look),
    ("/api/general/preview-zone", Scope::Look),
    ("/api/general/save-profile", Scope::Change),
    ("/api/general/save-photo", Scope::Change),
    ("/api/general/remove-photo", Scope::Change),
    ("/api/branding/load-branding", Scope::Look),
    ("/api/branding/save-logo", Scope::Change),
    ("/api/branding/save-plate", Scope::Change),
    ("/api/branding/remove-logo", Scope::Change),
    ("/api/hours/load-hours", Scope::Look),
    ("/api/hours/explain-at", Scope::Look),
    ("/api/hours/save-hours", Scope::Change),
    ("/api/hours/add-holidays", Scope::Change),
    ("/api/members/load-members", Scope::Look),
    ("/api/security/load-security", Scope::Look),
    ("/api/audit/load-audit", Scope::Look),
    ("/api/audit/load-last-change", Scope::Look),
    ("/api/support/load-record", Scope::Look),
    ("/api/support/watch", Scope::Look),
    ("/api/support/load-desk", Scope::Own),
    ("/api/support/enter", Scope::Own),
    ("/api/support/leave", Scope::Own),
    ("/api/support/restore-organisation", Scope::Own),
    ("/api/deletion/load-leaving", Scope::Look),
    ("/api/system/load-system", Scope::Own),
    ("/api/system/retry-job", Scope::Own),
    ("/api/system/retry-all", Scope::Own),
    ("/api/system/drop-job", Scope::Own),
    ("/api/system/try-mail", Scope::Own),
    ("/api/system/announce", Scope::Own),
    ("/api/shell/load-viewer", Scope::Look),
    ("/api/shell/choose-theme", Scope::Own),
    ("/api/shell/sign-out", Scope::Own),
];

/// The meaning of a path; `None`: nobody has decided that support may.
pub fn scope_of(path: &str) -> Option<Scope> {
    // A photo's address goes on with its name and size.
    let path = if path.starts_with("/files/photo/") { "/files/photo" } else { path };
    SCOPES.iter().find(|(known, _)| *known == path).map(|(_, scope)| *scope)
}

/// Whether support in this mode may ask for a path. Errors: `SupportForbidden`, `SupportReadOnly`.
pub fn judge(mode: Mode, path: &str) -> Result<Scope, Code> {
    match scope_of(path) {
        None => Err(Code::SupportForbidden),
        Some(Scope::Change) if mode == Mode::Read => Err(Code::SupportReadOnly),
        Some(scope) => Ok(scope),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_decided_on_is_refused_in_every_mode() {
        for path in [
            "/api/account/change-password",
            "/api/security/reset-member",
            "/api/support/end-session",
            "/api/keys/reveal",
            "/files/audit.csv",
            "/files/backup-codes",
            "/files/photography",
            "/settings/general/",
            "/account/security",
            "",
        ] {
            for mode in [Mode::Read, Mode::Write] {
                assert_eq!(judge(mode, path), Err(Code::SupportForbidden), "{path}");
            }
        }
    }

    #[test]
    fn changes_are_for_support_that_was_let_in_to_write() {
        let save = "/api/hours/save-hours";
        assert_eq!(judge(Mode::Read, save), Err(Code::SupportReadOnly));
        assert_eq!(judge(Mode::Write, save), Ok(Scope::Change));
        assert_eq!(judge(Mode::Read, "/files/photo/abc/128"), Ok(Scope::Look));
    }

    #[test]
    fn every_path_stands_in_the_list_once() {
        let mut paths: Vec<&str> = SCOPES.iter().map(|(path, _)| *path).collect();
        paths.sort_unstable();
        let count = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), count);
    }
}
