//! Mails: what can be sent, in which words, and over which road.
//!
//! Every mail has a text part and an HTML part with the same words and one link. Nothing that a
//! stranger typed reaches a header.

mod layout;
mod transport;
mod words;

use domain::{
    Language, OrganisationId, Role,
    notifications::{News, Period},
    support::{Ending, Mode},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use layout::preview;
pub use transport::{MailFailure, MailSettings, Mailer, SentMail, SmtpTls, TransportSettings};

/// A mail to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Becomes the Message-ID: the same mail tried twice is shown once.
    pub id: Uuid,
    /// An address that passed `domain::general::Email`.
    pub to: String,
    /// The reader's language.
    pub language: Language,
    /// The organisation it concerns: the mail carries its logo. `None` where none is known.
    pub organisation: Option<OrganisationId>,
    pub kind: MailKind,
}

/// The logo that stands above a mail, in two densities: absolute addresses that need no session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// The organisation's name, for whoever sees no picture.
    pub organisation: String,
    pub plain: String,
    pub dense: String,
}

/// In which colours a preview is drawn; a mail itself follows its reader's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

/// What a mail is about. Every link starts with the configured origin.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailKind {
    /// Prove the address of a new account; the link works for 24 hours.
    VerifyAddress { link: String, name: String },
    /// Somebody signed up with an address that has an account; the link leads to sign-in.
    AlreadyRegistered { link: String },
    /// Choose a new password; the link works for 60 minutes.
    ResetPassword { link: String },
    /// Prove a new address; the link works for 24 hours.
    ConfirmEmail { link: String },
    /// To the new address: from now on one signs in with it; the link leads to sign-in.
    EmailConfirmed { link: String },
    /// An administrator asks for a second factor; the link leads to where it is set up.
    SetUpTwoFactor { link: String, organisation: String },
    /// About belonging to an organisation; an invitation's link works for 7 days, the others lead to what they speak of.
    Belonging { about: Belonging, organisation: String, link: String },
    /// To the administrators of an organisation that support comes to; the link leads to the record of it.
    Support { news: Box<SupportNews>, organisation: String, link: String },
    /// To the owners of an organisation, about its plan; the link leads to where it is chosen.
    Plan { news: PlanNews, organisation: String, link: String },
    /// To the administrators: the platform refused a new key (that ends so), and the one before is used again; the link leads
    /// to the connection.
    UpstreamRolledBack { organisation: String, refused_end: String, at: String, link: String },
    /// Something happened that its reader wants to know at once; the link leads there.
    News { news: Box<News>, organisation: String, link: String, unsubscribe: String },
    /// What happened in a day or a week; the link leads to the list of it.
    Digest { digest: Box<Digest>, organisation: String, link: String, unsubscribe: String },
    /// To the owner who asked for everything as a file; the link leads to where it is downloaded.
    Export { news: ExportNews, organisation: String, link: String },
    /// To the owners of an organisation that is to be deleted, or was; the link leads to where it is given back, or to the
    /// certificate.
    Deletion { news: Box<DeletionNews>, organisation: String, link: String },
    /// Somebody deleted their own account; the link leads to where a new one is made.
    AccountDeleted { link: String },
    /// Somebody wants to see whether mail arrives; the link leads to the start page.
    Trial { link: String },
    /// Something happened to the account; the link says "this wasn't me" and works for 7 days.
    Notice { notice: Notice, link: String },
}

/// What became of somebody's place in an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Belonging {
    /// An address is asked to join.
    Invited {
        inviter: String,
        role: Role,
    },
    RoleChanged {
        role: Role,
    },
    /// Shown out.
    Removed,
    /// To both: who handed the ownership over, and who has it now.
    OwnershipTransferred {
        from: String,
        to: String,
    },
}

impl Belonging {
    const fn name(&self) -> &'static str {
        match self {
            Self::Invited { .. } => "invitation",
            Self::RoleChanged { .. } => "role_changed",
            Self::Removed => "removed",
            Self::OwnershipTransferred { .. } => "ownership_transferred",
        }
    }
}

/// Things that happened, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// `None` where somebody has just chosen to wait no longer.
    pub period: Option<Period>,
    /// Beginning and end with their zones, and how many hours that is where the zone changed in between.
    pub from_to: Option<(String, String, Option<i64>)>,
    pub items: Vec<Item>,
    /// What is not listed any more.
    pub more: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// With its zone.
    pub at: String,
    pub news: News,
}

/// How the deletion of an organisation is. Times are written in its zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeletionNews {
    /// Somebody asked for it; it will be taken apart then.
    Requested {
        by: String,
        at: String,
    },
    /// That is near.
    Near {
        at: String,
    },
    /// By an owner; by support, if nobody is named.
    Restored {
        by: Option<String>,
    },
    Done {
        requested: String,
        finished: String,
        customers: u64,
        calls: u64,
        files: u64,
        invoices: u64,
    },
}

impl DeletionNews {
    const fn name(&self) -> &'static str {
        match self {
            Self::Requested { .. } => "deletion_requested",
            Self::Near { .. } => "deletion_near",
            Self::Restored { .. } => "deletion_restored",
            Self::Done { .. } => "deletion_done",
        }
    }
}

/// What became of an organisation's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanNews {
    /// It will end then, in the organisation's zone.
    TrialEnds {
        at: String,
    },
    TrialEnded,
    /// Staff have set Enterprise, with so many calls at the same time.
    Agreed {
        slots: u32,
    },
}

/// What became of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportNews {
    /// It can be downloaded until then, in the organisation's zone.
    Ready {
        until: String,
    },
    Failed,
}

/// What support does in an organisation. Times are written in its zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SupportNews {
    Entered {
        staff: String,
        reason: String,
        ticket: Option<String>,
        mode: Mode,
        until: String,
        /// Nobody in the organisation let them in: the operator did.
        is_forced: bool,
    },
    Ended {
        staff: String,
        reason: String,
        how: Ending,
        at: String,
        /// When, and the action in the audit trail.
        done: Vec<(String, String)>,
    },
    /// The operator overrode what the organisation chose.
    Forced { reason: String, until: String },
}

impl SupportNews {
    const fn name(&self) -> &'static str {
        match self {
            Self::Entered { .. } => "support_entered",
            Self::Ended { .. } => "support_ended",
            Self::Forced { .. } => "support_forced",
        }
    }
}

/// What happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// From a browser never seen before, at a time written in the organisation's zone.
    NewSignIn {
        browser: String,
        address: String,
        at: String,
    },
    TwoFactorOn,
    TwoFactorReplaced,
    TwoFactorOff,
    /// Beside a passkey that was there before.
    AppAdded,
    /// A passkey is left.
    AppRemoved,
    /// By an administrator.
    TwoFactorReset,
    TwoFactorResetByOperator,
    BackupCodeUsed {
        left: u64,
    },
    CodesReplaced,
    PasskeyAdded {
        name: String,
        /// There was no second factor before.
        is_first: bool,
    },
    PasskeyRemoved {
        name: String,
        /// There is no second factor any more.
        was_last: bool,
    },
    PasswordChanged,
    /// Somebody asked for another address.
    EmailChanging {
        to: String,
    },
    /// To the old address: it no longer signs in.
    EmailChanged {
        to: String,
    },
}

impl Notice {
    const fn name(&self) -> &'static str {
        match self {
            Self::NewSignIn { .. } => "new_sign_in",
            Self::TwoFactorOn => "two_factor_on",
            Self::TwoFactorReplaced => "two_factor_replaced",
            Self::TwoFactorOff => "two_factor_off",
            Self::AppAdded => "app_added",
            Self::AppRemoved => "app_removed",
            Self::TwoFactorReset => "two_factor_reset",
            Self::TwoFactorResetByOperator => "two_factor_reset_by_operator",
            Self::BackupCodeUsed { .. } => "backup_code_used",
            Self::CodesReplaced => "codes_replaced",
            Self::PasskeyAdded { is_first: true, .. } => "first_passkey_added",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::PasskeyRemoved { was_last: true, .. } => "last_passkey_removed",
            Self::PasskeyRemoved { .. } => "passkey_removed",
            Self::PasswordChanged => "password_changed",
            Self::EmailChanging { .. } => "email_changing",
            Self::EmailChanged { .. } => "email_changed",
        }
    }
}

impl MailKind {
    /// The one link of the mail. Some open an account: log it only where the operator asked for that.
    pub fn link(&self) -> Option<&str> {
        match self {
            Self::VerifyAddress { link, .. }
            | Self::AlreadyRegistered { link }
            | Self::ResetPassword { link }
            | Self::ConfirmEmail { link }
            | Self::EmailConfirmed { link }
            | Self::SetUpTwoFactor { link, .. }
            | Self::Belonging { link, .. }
            | Self::Support { link, .. }
            | Self::Plan { link, .. }
            | Self::UpstreamRolledBack { link, .. }
            | Self::News { link, .. }
            | Self::Digest { link, .. }
            | Self::Export { link, .. }
            | Self::Deletion { link, .. }
            | Self::AccountDeleted { link }
            | Self::Trial { link }
            | Self::Notice { link, .. } => Some(link),
        }
    }

    /// Where its reader says that they want no more of the kind; of what one can do without.
    pub fn unsubscribe(&self) -> Option<&str> {
        match self {
            Self::News { unsubscribe, .. } | Self::Digest { unsubscribe, .. } => Some(unsubscribe),
            _ => None,
        }
    }

    /// Whether it is of the daily life of its organisation, which ends when that is to be deleted. What concerns an account's
    /// security, support and the deletion itself goes on.
    pub const fn stops_with_its_organisation(&self) -> bool {
        matches!(
            self,
            Self::SetUpTwoFactor { .. }
                | Self::Belonging { about: Belonging::Invited { .. }, .. }
                | Self::Plan { .. }
                | Self::UpstreamRolledBack { .. }
                | Self::News { .. }
                | Self::Digest { .. }
        )
    }

    /// A word for logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::VerifyAddress { .. } => "verify_address",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::ResetPassword { .. } => "reset_password",
            Self::ConfirmEmail { .. } => "confirm_email",
            Self::EmailConfirmed { .. } => "email_confirmed",
            Self::SetUpTwoFactor { .. } => "set_up_two_factor",
            Self::Belonging { about, .. } => about.name(),
            Self::Support { news, .. } => news.name(),
            Self::Plan { news: PlanNews::TrialEnds { .. }, .. } => "trial_ends",
            Self::Plan { news: PlanNews::TrialEnded, .. } => "trial_ended",
            Self::Plan { news: PlanNews::Agreed { .. }, .. } => "plan_agreed",
            Self::UpstreamRolledBack { .. } => "upstream_rolled_back",
            Self::News { news, .. } => news.event().word(),
            Self::Digest { digest, .. } => match digest.period {
                Some(Period::Daily) => "daily",
                Some(Period::Weekly) => "weekly",
                None => "digest",
            },
            Self::Export { news: ExportNews::Ready { .. }, .. } => "export_ready",
            Self::Export { news: ExportNews::Failed, .. } => "export_failed",
            Self::Deletion { news, .. } => news.name(),
            Self::AccountDeleted { .. } => "account_deleted",
            Self::Trial { .. } => "trial",
            Self::Notice { notice, .. } => notice.name(),
        }
    }
}

/// Links are secrets: `Debug` names the kind only.
impl std::fmt::Debug for MailKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailKind({})", self.name())
    }
}

#[cfg(test)]
mod tests;
