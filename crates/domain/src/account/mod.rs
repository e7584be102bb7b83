//! The room of a person's own account: password, authenticator app, backup codes, passkeys, sessions.

mod code;
mod forms;
mod step;

pub use code::{BackupCode, OneTimeCode, Proof};
pub use forms::{
    ChangeEmailForm, ChangePasswordForm, CodeForm, ConfirmAppForm, ConfirmForm, DisableForm, EndSessionForm,
    NewPasskeyForm, PasskeyForm, ProvePasswordForm, RemovePasskeyForm, RenamePasskeyForm, SaveCodesForm,
    StartAppForm, TypedCode, WithCodeForm,
};
pub use step::{DIGITS, STEP_SECONDS, Verdict, judge, step_at};

/// Backup codes made at a time.
pub const BACKUP_CODES: usize = 10;
/// With fewer unused codes than this the person is warned.
pub const FEW_BACKUP_CODES: usize = 4;
/// Passkeys of one person.
pub const MOST_PASSKEYS: usize = 20;
