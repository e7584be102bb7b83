//! The row behind the page: as a form, as the audit trail tells it, and with a form applied.

use domain::{
    Admin,
    general::{General, GeneralForm, support_access_word},
    support::Mode,
};
use entity::organisation;
use serde_json::{Value, json};

use crate::{Context, phones, support::today};

/// The row as it counts today: a permission for support whose last day has passed is none.
pub(super) fn in_force(context: &Context, row: organisation::Model) -> organisation::Model {
    if row.consent().is_given(today(context, &row)) {
        return row;
    }
    organisation::Model {
        support_access: false,
        support_until: None,
        support_mode: Mode::default().word().to_owned(),
        support_allowed_by: None,
        ..row
    }
}

pub(super) fn apply(
    row: organisation::Model,
    profile: General<phones::Phone, chrono_tz::Tz>,
    admin: Admin,
) -> organisation::Model {
    let General { version: _, name, email, phone, website, address, language, time_zone, .. } = profile;
    let (support_access, support_until) = (profile.support_access, profile.support_until);
    // How far a permission goes that is not given says nothing.
    let support_mode = if support_access { profile.support_mode } else { Mode::default() }.word();
    // On whose behalf support acts: whoever said so last.
    let is_same = (row.support_access, row.support_until, row.support_mode.as_str())
        == (support_access, support_until, support_mode);
    let allowed_by = if is_same { row.support_allowed_by } else { Some(admin.person.0) };
    organisation::Model {
        name: name.into_string(),
        email: email.into_string(),
        phone: phone.map(|phone| phone.e164).unwrap_or_default(),
        website: website.map(|website| website.into_string()).unwrap_or_default(),
        address: address.map(|address| address.into_string()).unwrap_or_default(),
        language: language.tag().to_owned(),
        time_zone: time_zone.name().to_owned(),
        support_access,
        support_until,
        support_mode: support_mode.to_owned(),
        support_allowed_by: allowed_by.filter(|_| support_access),
        version: row.version + 1,
        ..row
    }
}

/// The form that shows a row, the phone number written for people.
pub(super) fn form_of(row: &organisation::Model) -> GeneralForm {
    GeneralForm {
        version: row.version,
        name: row.name.clone(),
        email: row.email.clone(),
        phone: phones::format(&row.phone),
        website: row.website.clone(),
        address: row.address.clone(),
        language: row.language.clone(),
        time_zone: row.time_zone.clone(),
        support_access: support_access_word(row.support_access).to_owned(),
        support_until: row.support_until.map(|last| last.to_string()).unwrap_or_default(),
        support_mode: row.support_mode.clone(),
    }
}

pub(super) fn audited(row: &organisation::Model) -> Value {
    json!({
        "name": row.name, "email": row.email, "phone": row.phone, "website": row.website, "address": row.address,
        "language": row.language, "time_zone": row.time_zone,
    })
}

/// A change of its own in the trail: it says who may come in.
pub(super) fn consent(row: &organisation::Model) -> Value {
    let mode = row.support_access.then_some(&row.support_mode);
    json!({ "support_access": row.support_access, "support_until": row.support_until, "support_mode": mode })
}
