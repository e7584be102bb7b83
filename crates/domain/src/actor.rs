//! Who is asking, and what that lets them do.
//!
//! A use-case takes the capability it needs ([`Member`], [`Admin`], [`Owner`]) as its first
//! argument. Capabilities are made from an [`Actor`] and nowhere else, so a use-case that
//! compiles has been authorised; the organisation it may touch travels inside.

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

/// A signed-in person, in the organisation their session is in now.
///
/// Built by `services::session` from one query; nothing else should build one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person: PersonId,
    pub session: SessionId,
    pub organisation: OrganisationId,
    pub role: Role,
    pub language: Language,
}

impl Actor {
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

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_role_gives_its_own_capabilities_and_those_below() {
        for (role, admin, owner) in
            [(Role::Member, false, false), (Role::Admin, true, false), (Role::Owner, true, true)]
        {
            let actor = Actor {
                person: PersonId(Uuid::nil()),
                session: SessionId(Uuid::nil()),
                organisation: OrganisationId(Uuid::nil()),
                role,
                language: Language::Tr,
            };
            assert_eq!((actor.admin().is_ok(), actor.owner().is_ok()), (admin, owner), "{role:?}");
        }
    }
}
