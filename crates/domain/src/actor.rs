//! Who is asking, and what that lets them do.
//!
//! A use-case takes the capability it needs as its first argument. A signed-in person is an
//! [`Account`]: enough for what is theirs. Only an account that owes its organisation nothing becomes an
//! [`Actor`], and only from an actor come [`Member`], [`Admin`] and [`Owner`]. [`Recent`] around any of
//! them says that the password was given a moment ago. So a use-case that compiles has been
//! authorised; the organisation it may touch travels inside.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppError, Code, Language, OrganisationId, PersonId, SessionId};

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
    pub organisation: OrganisationId,
    pub role: Role,
    pub language: Language,
    /// When the password (or a passkey) was last given in this session.
    pub proved_at: DateTime<Utc>,
    /// The organisation requires a second factor and the person has none: it stays closed to them.
    pub owes_two_factor: bool,
}

impl Account {
    /// The way into the organisation. Errors: `TwoFactorRequired`.
    pub fn actor(self) -> Result<Actor, AppError> {
        let Self { person, session, organisation, role, language, proved_at, owes_two_factor } = self;
        if owes_two_factor {
            return Err(Code::TwoFactorRequired.into());
        }
        Ok(Actor { person, session, organisation, role, language, proved_at })
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
}

impl Actor {
    /// Whoever is in the organisation is a person of their own as well.
    pub const fn account(self) -> Account {
        let Self { person, session, organisation, role, language, proved_at } = self;
        Account { person, session, organisation, role, language, proved_at, owes_two_factor: false }
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
}

impl Proved for Account {
    fn proved_at(&self) -> DateTime<Utc> {
        self.proved_at
    }
}

/// A capability whose password was given within the last ten minutes ("sudo"): sensitive use-cases take
/// this instead of the capability alone, so that a session left open is not enough for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recent<T>(T);

impl<T: Proved> Recent<T> {
    /// How long a proof counts as recent.
    pub const WINDOW: TimeDelta = TimeDelta::minutes(10);

    /// Errors: `PasswordNeeded`.
    pub fn check(who: T, now: DateTime<Utc>) -> Result<Self, AppError> {
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
mod tests {
    use super::*;
    use uuid::Uuid;

    fn account(role: Role, owes_two_factor: bool) -> Account {
        Account {
            person: PersonId(Uuid::nil()),
            session: SessionId(Uuid::nil()),
            organisation: OrganisationId(Uuid::nil()),
            role,
            language: Language::Tr,
            proved_at: DateTime::UNIX_EPOCH,
            owes_two_factor,
        }
    }

    #[test]
    fn a_role_gives_its_own_capabilities_and_those_below() {
        for (role, admin, owner) in
            [(Role::Member, false, false), (Role::Admin, true, false), (Role::Owner, true, true)]
        {
            let actor = account(role, false).actor().unwrap();
            assert_eq!((actor.admin().is_ok(), actor.owner().is_ok()), (admin, owner), "{role:?}");
        }
    }

    #[test]
    fn whoever_owes_a_second_factor_gets_no_capability_however_high_their_role() {
        for role in Role::ALL {
            assert_eq!(account(role, true).actor(), Err(Code::TwoFactorRequired.into()));
        }
    }

    #[test]
    fn a_proof_is_recent_for_ten_minutes() {
        let owner = account(Role::Owner, false).actor().unwrap().owner().unwrap();
        let after = |seconds| Recent::check(owner, DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds));
        assert!(after(0).is_ok() && after(599).is_ok());
        assert_eq!(after(600), Err(Code::PasswordNeeded.into()));
    }
}
