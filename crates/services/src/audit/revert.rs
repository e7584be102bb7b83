//! Taking a single change back: its fields get the values they had before, by the very use-case of their room, so that
//! the same rules hold and the trail tells of it.
//!
//! That is safe only while every field of the change is still what the change made of it: what somebody did to one of
//! them later would be lost.

use domain::{
    Admin, AppError, Code, Recent,
    audit::{RevertForm, Room},
    general::GeneralForm,
    hours::{HoursForm, Schedule},
    security::PolicyForm,
};
use entity::audit;
use sea_orm::{ColumnTrait, QueryFilter};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Context, failure::OrInternal, general, hours, security};

/// The settings of the rooms whose changes can be taken back, as their entries tell them.
pub struct Settings {
    general: (Value, GeneralForm),
    hours: (Value, i64),
    security: (Value, i64),
}

/// The settings as they are now.
pub async fn load_settings(context: &Context, admin: Admin) -> Result<Settings, AppError> {
    Ok(Settings {
        general: general::load_audited(context, admin).await?,
        hours: hours::load_audited(context, admin).await?,
        security: security::load_audited(context, admin).await?,
    })
}

impl Settings {
    const fn of(&self, room: Room) -> &Value {
        match room {
            Room::General => &self.general.0,
            Room::Hours => &self.hours.0,
            Room::Security => &self.security.0,
        }
    }

    /// The values that taking `row` back would restore; `None` where that is not safe.
    fn values_before(&self, row: &audit::Model) -> Option<(Room, Map<String, Value>)> {
        let room = Room::of_settings(&row.action)?;
        let (before, after): (Map<_, _>, Map<_, _>) = (read(&row.before)?, read(&row.after)?);
        let now = self.of(room);
        let is_as_left = after.iter().all(|(field, value)| now.get(field) == Some(value));
        let has_all = before.len() == after.len() && after.keys().all(|field| before.contains_key(field));
        (!before.is_empty() && is_as_left && has_all).then_some((room, before))
    }

    /// Whether the change that `row` tells of can be taken back.
    pub fn may_revert(&self, row: &audit::Model) -> bool {
        self.values_before(row).is_some()
    }
}

fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

/// Takes a change back. `recent` says that the password was given a moment ago, where the room asks for it.
///
/// Errors: `NotFound`; `Conflict` if a field was changed since, or the entry tells of no settings; what the room's own
/// use-case refuses.
pub async fn revert(
    context: &Context,
    admin: Admin,
    recent: impl FnOnce() -> Result<Recent<Admin>, AppError>,
    form: RevertForm,
) -> Result<(), AppError> {
    let row = audit::Entity::in_organisation(admin.organisation);
    let row = row.filter(audit::Column::Id.eq(form.parse()?));
    let row = row.one(context.database.read()).await.or_internal()?;
    let row = row.ok_or(Code::NotFound)?;
    let settings = load_settings(context, admin).await?;
    let (room, before) = settings.values_before(&row).ok_or(Code::Conflict)?;
    match room {
        Room::General => {
            let profile = serde_json::to_value(settings.general.1).or_internal()?;
            let profile: GeneralForm = patched(profile, before)?;
            general::save_profile(context, admin, profile).await.map(drop)
        }
        Room::Hours => {
            let schedule: Schedule = patched(settings.hours.0, before)?;
            let form = HoursForm::from_schedule(&schedule, settings.hours.1);
            hours::save_hours(context, admin, form).await.map(drop)
        }
        Room::Security => {
            let mut rules = settings.security.0;
            rules["version"] = settings.security.1.into();
            let policy: PolicyForm = patched(rules, before)?;
            security::save_policy(context, recent()?, policy).await.map(drop)
        }
    }
}

fn patched<T: DeserializeOwned>(mut settings: Value, values: Map<String, Value>) -> Result<T, AppError> {
    for (field, value) in values {
        settings[field] = value;
    }
    // An entry from before a field got another shape.
    serde_json::from_value(settings).map_err(|_| Code::Conflict.into())
}
