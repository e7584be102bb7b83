//! Who asks, where people and programs may do the same: the organisation they may touch, and how the trail names them.

use domain::{Actor, AppError, KeyId, Machine, OrganisationId, PersonId};
use entity::access_key;
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};
use serde_json::Value;

use crate::{
    Context,
    audit::{self, Entry},
    failure::OrInternal,
};

/// Made out of a capability by the traits that [`asked_by`] writes; nobody else can make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who {
    pub(crate) organisation: OrganisationId,
    person: Option<PersonId>,
    key: Option<KeyId>,
}

impl Who {
    pub(crate) const fn of_actor(actor: Actor) -> Self {
        Self { organisation: actor.organisation, person: Some(actor.person), key: None }
    }

    pub(crate) const fn of_machine(machine: Machine) -> Self {
        Self { organisation: machine.organisation, person: machine.person, key: Some(machine.key) }
    }

    pub(crate) const fn of_person(organisation: OrganisationId, person: PersonId) -> Self {
        Self { organisation, person: Some(person), key: None }
    }

    /// Notes a change for the trail; what a program did says the name of its key as well.
    pub(crate) async fn record(
        self,
        context: &Context,
        on: &impl ConnectionTrait,
        action: &'static str,
        before: Value,
        mut after: Value,
    ) -> Result<(), AppError> {
        if let Some(key) = self.key {
            let row = access_key::Entity::in_organisation(self.organisation)
                .filter(access_key::Column::Id.eq(key.0))
                .one(on)
                .await
                .or_internal()?;
            after[KEY] = row.map_or_else(|| key.to_string(), |row| row.name).into();
        }
        let entry =
            Entry { organisation: Some(self.organisation), person: self.person, action, before, after };
        audit::record(context, on, entry).await
    }
}

/// Where a row of the trail says which program did it.
pub(crate) const KEY: &str = "key";

/// A capability that people and programs both have, as a trait: `pub trait Reads: Member | ReadAgents;`.
macro_rules! asked_by {
    ($($(#[$doc:meta])* pub trait $name:ident: $person:ty | $program:ty;)+) => {$(
        $(#[$doc])*
        pub trait $name: Copy + Send + 'static {
            fn who(self) -> $crate::who::Who;
        }

        impl $name for $person {
            fn who(self) -> $crate::who::Who {
                $crate::who::Who::of_actor(*self)
            }
        }

        impl $name for $program {
            fn who(self) -> $crate::who::Who {
                $crate::who::Who::of_machine(*self)
            }
        }
    )+};
}

pub(crate) use asked_by;
