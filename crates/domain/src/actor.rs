//! Who is asking, and what that lets them do.
//!
//! A use-case takes the capability it needs as its first argument. A signed-in person is an
//! [`Account`]: enough for what is theirs. Only an account that owes its organisation nothing becomes an
//! [`Actor`], and only from an actor come [`Member`], [`Admin`] and [`Owner`]. [`Recent`] around any of
//! them says that the password was given a moment ago. So a use-case that compiles has been
//! authorised; the organisation it may touch travels inside.
//!
//! Somebody of the vendor's support is [`Staff`] and belongs to no organisation. Where one lets them in they are an
//! actor too, with [`Inside`] about them: never an owner, never `Recent`.

mod machine;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    AppError, Code, Language, OrganisationId, PersonId, SessionId, SupportId, deletion::Stage, support::Mode,
};

pub use machine::{
    DeleteCustomers, Machine, ReadAgents, ReadCalls, ReadCampaigns, ReadCustomers, ReadHours, ReadKnowledge,
    ReadSettings, ReadSlots, Scopes, WriteAgents, WriteCalls, WriteCampaigns, WriteCustomers, WriteKnowledge,
    WriteSlots,
};

/// A role within one organisation; a greater role may do all that a lesser one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Member,
    Admin,
    Owner,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Member, Self::Admin, Self::Owner];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    pub fn from_word(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// A signed-in person, whatever the organisation their session is in demands of them.
///
/// Built by `services::session` from one query; nothing else should build one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub person: PersonId,
    pub session: SessionId,
    /// `None`: staff who are in no organisation.
    pub organisation: Option<OrganisationId>,
    /// Whether that organisation is to be deleted.
    pub stage: Stage,
    pub role: Role,
    pub language: Language,
    /// When the password (or a passkey) was last given in this session.
    pub proved_at: DateTime<Utc>,
    /// A second factor is required and the person has none: by the organisation, which stays closed to them, or of staff.
    pub owes_two_factor: bool,
    /// Of the vendor's support, and a member of nothing.
    pub is_staff: bool,
    /// They stand in the organisation as support.
    pub support: Option<Inside>,
    /// Why what is asked for now is not for support; judged by the route, once per request.
    pub refused: Option<Code>,
}

/// How somebody of the vendor's support stands in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inside {
    pub id: SupportId,
    pub mode: Mode,
    /// The administrator who lets support in: on whose behalf it acts.
    pub consented_by: Option<PersonId>,
}

/// Somebody of the vendor's support who has a second factor; made by [`Account::staff`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staff {
    pub person: PersonId,
    pub session: SessionId,
    pub language: Language,
    pub support: Option<Inside>,
}

impl Account {
    /// The way into the organisation. Errors: `OrganisationDeleting`, `TwoFactorRequired`; to support `SupportForbidden`,
    /// `SupportReadOnly`, `SupportEnded`.
    pub fn actor(self) -> Result<Actor, AppError> {
        if !self.stage.is_open() {
            return Err(Code::OrganisationDeleting.into());
        }
        self.inside()
    }

    /// An owner of an organisation that is whole, also while it waits to be deleted: to give it back, and to take its data
    /// along. Errors: as [`actor`](Self::actor), `Forbidden`.
    pub fn owner_while_leaving(self) -> Result<Owner, AppError> {
        if !self.stage.is_whole() {
            return Err(Code::OrganisationDeleting.into());
        }
        if !self.stage.is_open() && (self.role < Role::Owner || self.support.is_some()) {
            return Err(Code::OrganisationDeleting.into());
        }
        self.inside()?.owner()
    }

    fn inside(self) -> Result<Actor, AppError> {
        let Self { person, session, role, language, proved_at, support, .. } = self;
        if self.owes_two_factor {
            return Err(Code::TwoFactorRequired.into());
        }
        if let Some(code) = self.refused {
            return Err(code.into());
        }
        let organisation = self.organisation.ok_or(Code::SupportEnded)?;
        Ok(Actor { person, session, organisation, role, language, proved_at, support })
    }

    /// The way to the support desk; for everybody else it does not exist. Errors: `NotFound`, `TwoFactorRequired`.
    pub fn staff(self) -> Result<Staff, AppError> {
        let Self { person, session, language, support, .. } = self;
        match (self.is_staff, self.owes_two_factor) {
            (false, _) => Err(Code::NotFound.into()),
            (true, true) => Err(Code::TwoFactorRequired.into()),
            (true, false) => Ok(Staff { person, session, language, support }),
        }
    }
}

/// A signed-in person in an organisation that has let them in; made by [`Account::actor`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person: PersonId,
    pub session: SessionId,
    pub organisation: OrganisationId,
    pub role: Role,
    pub language: Language,
    /// When the password (or a passkey) was last given in this session.
    pub proved_at: DateTime<Utc>,
    /// Somebody of the vendor's support, not of the organisation.
    pub support: Option<Inside>,
}

impl Actor {
    /// Whoever is in the organisation is a person of their own as well.
    pub const fn account(self) -> Account {
        let Self { person, session, organisation, role, language, proved_at, support } = self;
        Account {
            person,
            session,
            organisation: Some(organisation),
            stage: Stage::Active,
            role,
            language,
            proved_at,
            owes_two_factor: false,
            is_staff: support.is_some(),
            support,
            refused: None,
        }
    }

    pub const fn member(self) -> Member {
        Member(self)
    }

    pub fn admin(self) -> Result<Admin, AppError> {
        if self.role >= Role::Admin { Ok(Admin(self)) } else { Err(Code::Forbidden.into()) }
    }

    pub fn owner(self) -> Result<Owner, AppError> {
        if self.role >= Role::Owner { Ok(Owner(self)) } else { Err(Code::Forbidden.into()) }
    }
}

macro_rules! capabilities {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(Actor);

        impl std::ops::Deref for $name {
            type Target = Actor;
            fn deref(&self) -> &Actor { &self.0 }
        }

        impl Proved for $name {
            fn proved_at(&self) -> DateTime<Utc> { self.0.proved_at }
            fn is_support(&self) -> bool { self.0.support.is_some() }
        }
    )+};
}

capabilities! {
    /// May read what every member of the organisation may read.
    Member,
    /// May change the settings of the organisation.
    Admin,
    /// May do what only an owner may.
    Owner,
}

impl From<Owner> for Admin {
    fn from(owner: Owner) -> Self {
        Self(owner.0)
    }
}

impl From<Admin> for Member {
    fn from(admin: Admin) -> Self {
        Self(admin.0)
    }
}

/// What knows when its password was last given.
pub trait Proved {
    fn proved_at(&self) -> DateTime<Utc>;
    /// It stands in somebody else's organisation.
    fn is_support(&self) -> bool;
}

impl Proved for Account {
    fn proved_at(&self) -> DateTime<Utc> {
        self.proved_at
    }

    fn is_support(&self) -> bool {
        self.support.is_some()
    }
}

/// A capability whose password was given within the last ten minutes ("sudo"): sensitive use-cases take
/// this instead of the capability alone, so that a session left open is not enough for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recent<T>(T);

impl<T: Proved> Recent<T> {
    /// How long a proof counts as recent.
    pub const WINDOW: TimeDelta = TimeDelta::minutes(10);

    /// Errors: `PasswordNeeded`; `SupportForbidden`, because nothing that asks for a password is for support.
    pub fn check(who: T, now: DateTime<Utc>) -> Result<Self, AppError> {
        if who.is_support() {
            return Err(Code::SupportForbidden.into());
        }
        if now - who.proved_at() < Self::WINDOW { Ok(Self(who)) } else { Err(Code::PasswordNeeded.into()) }
    }
}

impl<T> std::ops::Deref for Recent<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests;
