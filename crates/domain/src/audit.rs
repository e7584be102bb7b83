//! The audit trail: the rooms and actions it tells of, and what of it somebody wants to see.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AppError, Code, PersonId, error::FieldErrors, hours::parse_date};

/// What is done to an organisation, room and use-case. Acts on one's own account stay out of its trail.
pub const ACTIONS: &[&str] = &[
    "entrance.sign_up",
    "entrance.sign_in",
    "entrance.switch_organisation",
    "general.save_profile",
    "general.save_photo",
    "general.remove_photo",
    "branding.save_logo",
    "branding.save_plate",
    "branding.remove_logo",
    "hours.save_hours",
    "hours.add_holidays",
    "billing.save_identity",
    "billing.reveal_national_number",
    "billing.change_plan",
    "billing.end_trial",
    "billing.agree_slots",
    "billing.reserve_slots",
    "invoices.issue",
    "invoices.credit_note",
    "invoices.download",
    "invoices.mail",
    "invoices.add_credit",
    "invoices.save_threshold",
    "members.invite",
    "members.resend_invitation",
    "members.revoke_invitation",
    "members.accept_invitation",
    "members.join",
    "members.change_role",
    "members.remove_member",
    "members.leave",
    "members.transfer_ownership",
    "security.save_policy",
    "security.sign_member_out",
    "security.reset_member",
    "security.operator_reset",
    "security.remind_member",
    "notifications.save_defaults",
    "calls.export",
    "calls.delete_recording",
    "calls.delete_transcript",
    "campaigns.plan_campaign",
    "campaigns.pause",
    "campaigns.resume",
    "campaigns.stop",
    "keys.create_key",
    "keys.roll_key",
    "keys.revoke_key",
    "deletion.request",
    "deletion.restore",
    "deletion.staff_restore",
    "upstream.connect",
    "upstream.swap_key",
    "upstream.roll_back",
    "upstream.finish_swap",
    "upstream.remove",
    "support.save_consent",
    "support.enter",
    "support.end",
    "support.break_glass",
    "support.hide_member",
    "agents.create_agent",
    "agents.update_agent",
    "agents.delete_agent",
    "customers.create_customer",
    "customers.update_customer",
    "customers.delete_customer",
    "customers.create_list",
    "customers.rename_list",
    "customers.delete_list",
    "customers.add_to_list",
    "customers.remove_from_list",
    "customers.import",
    "customers.export",
    "customers.download",
    "knowledge.create_category",
    "knowledge.update_category",
    "knowledge.place_category",
    "knowledge.merge_categories",
    "knowledge.delete_category",
    "knowledge.restore_category",
    "knowledge.upload_file",
    "knowledge.update_file",
    "knowledge.delete_file",
    "data.start_export",
    "data.cancel_export",
    "data.download_export",
];

/// The room of an action: what stands before the dot.
pub fn room_of(action: &str) -> &str {
    action.split_once('.').map_or(action, |(room, _)| room)
}

/// The rooms of [`ACTIONS`], in their order.
pub fn rooms() -> Vec<&'static str> {
    let mut rooms: Vec<&str> = ACTIONS.iter().map(|action| room_of(action)).collect();
    rooms.dedup();
    rooms
}

/// A room of settings whose changes can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    General,
    Hours,
    Security,
}

impl Room {
    /// The room whose settings an action changes; `None` for every other action.
    pub fn of_settings(action: &str) -> Option<Self> {
        match action {
            "general.save_profile" => Some(Self::General),
            "hours.save_hours" | "hours.add_holidays" => Some(Self::Hours),
            "security.save_policy" => Some(Self::Security),
            _ => None,
        }
    }
}

/// The entry whose change is to be taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevertForm {
    pub entry: String,
}

impl RevertForm {
    /// What is no identifier does not exist: `NotFound`.
    pub fn parse(&self) -> Result<Uuid, AppError> {
        Uuid::parse_str(&self.entry).map_err(|_| Code::NotFound.into())
    }
}

/// The filter as it stands in the page's address; what is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrailForm {
    pub person: String,
    pub room: String,
    pub action: String,
    /// Dates of the organisation's zone, both inclusive.
    pub first: String,
    pub last: String,
    /// The row that the page ends before, or begins after; at most one of them.
    pub before: String,
    pub after: String,
}

/// What somebody wants to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub person: Option<PersonId>,
    pub room: Option<&'static str>,
    pub action: Option<&'static str>,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    pub turn: Turn,
}

/// Where in the trail a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    #[default]
    Newest,
    /// The rows before this one.
    Older(Uuid),
    /// The rows after this one.
    Newer(Uuid),
}

impl TrailForm {
    /// Errors: `ChoiceUnknown` at `room` and `action`, `DateInvalid` and `DatesReversed` at the dates; `NotFound` for
    /// what is no identifier.
    pub fn parse(&self) -> Result<Wanted, AppError> {
        let mut errors = FieldErrors::default();
        let room = errors.keep("room", known(&rooms(), &self.room)).flatten();
        let action = errors.keep("action", known(ACTIONS, &self.action)).flatten();
        let first = errors.keep("first", date(&self.first)).flatten();
        let last = errors.keep("last", date(&self.last)).flatten();
        if first.zip(last).is_some_and(|(first, last)| last < first) {
            errors.push("last", Code::DatesReversed);
        }
        errors.finish()?;
        let turn = match (id(&self.before)?, id(&self.after)?) {
            (Some(row), _) => Turn::Older(row),
            (None, Some(row)) => Turn::Newer(row),
            (None, None) => Turn::Newest,
        };
        Ok(Wanted { person: id(&self.person)?.map(PersonId), room, action, first, last, turn })
    }

    /// Whether it asks for less than everything.
    pub fn narrows(&self) -> bool {
        [&self.person, &self.room, &self.action, &self.first, &self.last].iter().any(|text| !text.is_empty())
    }
}

fn known(words: &[&'static str], word: &str) -> Result<Option<&'static str>, Code> {
    match words.iter().find(|known| **known == word) {
        Some(known) => Ok(Some(known)),
        None if word.is_empty() => Ok(None),
        None => Err(Code::ChoiceUnknown),
    }
}

fn date(text: &str) -> Result<Option<NaiveDate>, Code> {
    if text.trim().is_empty() { Ok(None) } else { parse_date(text).map(Some) }
}

fn id(text: &str) -> Result<Option<Uuid>, AppError> {
    if text.is_empty() {
        return Ok(None);
    }
    Uuid::parse_str(text).map(Some).map_err(|_| Code::NotFound.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named() {
        let form = TrailForm {
            room: "kitchen".into(),
            action: "general.burn".into(),
            first: "2026-02-30".into(),
            last: "soon".into(),
            ..TrailForm::default()
        };
        let error = form.parse().unwrap_err();
        assert_eq!(
            (error.of("room"), error.of("action")),
            (Some(Code::ChoiceUnknown), Some(Code::ChoiceUnknown))
        );
        assert_eq!((error.of("first"), error.of("last")), (Some(Code::DateInvalid), Some(Code::DateInvalid)));
    }

    #[test]
    fn dates_do_not_run_backwards() {
        let dates = |first: &str, last: &str| {
            TrailForm { first: first.into(), last: last.into(), ..TrailForm::default() }.parse()
        };
        assert_eq!(dates("2026-11-02", "2026-11-01").unwrap_err().of("last"), Some(Code::DatesReversed));
        assert!(dates("2026-11-01", "2026-11-01").is_ok() && dates("", "2026-11-01").is_ok());
    }

    #[test]
    fn what_is_no_identifier_does_not_exist() {
        for form in [
            TrailForm { person: "ayse".into(), ..TrailForm::default() },
            TrailForm { before: "1".into(), ..TrailForm::default() },
            TrailForm { after: "'".into(), ..TrailForm::default() },
        ] {
            assert_eq!(form.parse(), Err(Code::NotFound.into()));
        }
    }

    #[test]
    fn nothing_typed_is_everything() {
        assert_eq!(TrailForm::default().parse(), Ok(Wanted::default()));
        assert!(!TrailForm::default().narrows());
    }

    #[test]
    fn what_can_be_taken_back_is_an_action() {
        let settings: Vec<_> = ACTIONS.iter().filter(|action| Room::of_settings(action).is_some()).collect();
        assert_eq!(settings.len(), 4);
        assert_eq!(RevertForm { entry: "'".into() }.parse(), Err(Code::NotFound.into()));
    }

    #[test]
    fn the_actions_of_a_room_stand_together() {
        let rooms = rooms();
        assert!(
            rooms.iter().all(|room| rooms.iter().filter(|other| *other == room).count() == 1),
            "{rooms:?}"
        );
    }
}
