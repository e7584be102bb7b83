//! The server functions of the room. Whatever tells the time is written on the server, in the organisation's zone.

use domain::hours::{HoursForm, OverrideForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    super::wording,
    crate::server_side as server,
    services::{hours, zones},
};

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hours {
    /// What is saved, with its version, from today on.
    pub form: HoursForm,
    /// The special days of the last year that are over, a line each, newest first.
    pub past: Vec<String>,
    /// `Avrupa / İstanbul`.
    pub zone: String,
    /// "It is 14:32, you are open; closing 18:00."
    pub now: String,
    /// The wall clock as a `datetime-local` field wants it: `2026-11-23T14:32`.
    pub moment: String,
    pub today: Today,
    /// Public holidays whose dates are free in what is saved, sorted by date.
    pub offers: Vec<OverrideForm>,
    /// Who saved last, and when.
    pub saved_by: String,
    pub saved_at: String,
}

/// The day as a bar, in minutes after midnight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Today {
    pub open: Vec<(u16, u16)>,
    pub now: u16,
    /// The same in words.
    pub label: String,
}

/// The answer to "are we open at …?".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub open: bool,
    pub title: String,
    /// From the rule to the next change, a sentence each.
    pub reasons: Vec<String>,
}

/// A local date and time, `2026-11-23T14:32`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionForm {
    pub at: String,
}

/// The first dates of the holidays that were ticked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HolidaysForm {
    pub dates: Vec<String>,
}

#[server(endpoint = "hours/load-hours", protocol = crate::protocol::FormToJson)]
pub async fn load_hours() -> Result<Hours, Error> {
    let (context, member) = (server::context()?, server::member()?);
    Ok(shown(hours::load_hours(&context, member).await?))
}

/// Saves the whole page, and answers with it as it is then.
#[server(endpoint = "hours/save-hours", protocol = crate::protocol::FormToJson)]
pub async fn save_hours(form: HoursForm) -> Result<Hours, Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    hours::save_hours(&context, admin, form).await?;
    Ok(shown(hours::load_hours(&context, admin.into()).await?))
}

/// Saves the ticked holidays at once: the way without JavaScript. With it they become rows of the page's form.
#[server(endpoint = "hours/add-holidays", protocol = crate::protocol::FormToJson)]
pub async fn add_holidays(#[server(default)] form: HolidaysForm) -> Result<usize, Error> {
    Ok(hours::add_holidays(&server::context()?, server::admin()?, &form.dates).await?)
}

#[server(endpoint = "hours/explain-at", protocol = crate::protocol::FormToJson)]
pub async fn explain_at(form: QuestionForm) -> Result<Answer, Error> {
    let (context, member) = (server::context()?, server::member()?);
    let explanation = hours::explain_at(&context, member, &form.at).await?;
    Ok(wording::answer(server::facts().language, &explanation))
}

#[cfg(feature = "ssr")]
fn shown(saved: hours::Saved) -> Hours {
    let language = server::facts().language;
    let (now, next) =
        (&saved.now, saved.now.next.map(|next| server::moment(language, saved.now.local, next.local)));
    let saved_at = saved.changed_at.map(|at| server::moment(language, now.local, at)).unwrap_or_default();
    Hours {
        zone: zones::label(saved.zone, language),
        now: wording::now(language, now, next),
        moment: now.local.format("%FT%H:%M").to_string(),
        today: wording::today(language, &saved.schedule, now.local),
        offers: saved.offers.iter().map(OverrideForm::from).collect(),
        saved_by: saved.changed_by.unwrap_or_else(|| texts::hours::conflict_somebody(language).to_owned()),
        saved_at,
        past: wording::past(language, &saved.schedule, now.local.date()),
        form: HoursForm::from_today(&saved.schedule, saved.version, now.local.date()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::hours::DayForm;

    fn received(body: &str) -> SaveHours {
        crate::protocol::parse(body).unwrap()
    }

    /// What a browser posts: brackets encoded, unticked boxes left out, the spare rows blank.
    const POSTED: &str = "form%5Bversion%5D=7\
        &form%5Bdays%5D%5B0%5D%5Bopen%5D=true\
        &form%5Bdays%5D%5B0%5D%5Bintervals%5D%5B0%5D%5Bstart%5D=09%3A00\
        &form%5Bdays%5D%5B0%5D%5Bintervals%5D%5B0%5D%5Bend%5D=12%3A30\
        &form%5Bdays%5D%5B0%5D%5Bintervals%5D%5B2%5D%5Bstart%5D=13%3A30\
        &form%5Bdays%5D%5B0%5D%5Bintervals%5D%5B2%5D%5Bend%5D=18%3A00\
        &form%5Bdays%5D%5B1%5D%5Bintervals%5D%5B0%5D%5Bstart%5D=\
        &form%5Bdays%5D%5B1%5D%5Bintervals%5D%5B0%5D%5Bend%5D=\
        &form%5Boverrides%5D%5B3%5D%5Bremove%5D=true\
        &form%5Boverrides%5D%5B3%5D%5Bfirst%5D=2027-10-28\
        &form%5Boverrides%5D%5B3%5D%5Blast%5D=\
        &form%5Boverrides%5D%5B3%5D%5Blabel%5D=Say%C4%B1m+%26+arife\
        &form%5Boverrides%5D%5B3%5D%5Bopen%5D=true\
        &form%5Boverrides%5D%5B3%5D%5Bintervals%5D%5B0%5D%5Bstart%5D=09%3A00\
        &form%5Boverrides%5D%5B3%5D%5Bintervals%5D%5B0%5D%5Bend%5D=13%3A00";

    #[test]
    fn the_deepest_field_of_a_browsers_post_is_read() {
        let form = received(POSTED).form;
        assert_eq!((form.version, form.days.len(), form.overrides.len()), (7, 2, 4));
        assert!(form.days[0].open && !form.days[1].open);
        assert_eq!(form.days[0].intervals.len(), 3, "the gap keeps its place");
        assert_eq!(form.days[0].intervals[2].end, "18:00");
        let special = &form.overrides[3];
        assert!(special.remove && special.open);
        assert_eq!((special.first.as_str(), special.label.as_str()), ("2027-10-28", "Sayım & arife"));
        assert_eq!(special.intervals[0].end, "13:00");
    }

    /// With JavaScript the form is read in the browser and sent on by the typed function.
    #[test]
    fn what_the_typed_function_sends_is_read_the_same() {
        let posted = received(POSTED);
        let sent = serde_qs::to_string(&posted).unwrap();
        assert_eq!(received(&sent).form.days, posted.form.days);
        assert_eq!(received(&sent).form.overrides[3], posted.form.overrides[3]);
    }

    #[test]
    fn as_many_special_days_as_there_may_be_travel_in_one_post() {
        let date = |day: u64| (chrono::NaiveDate::default() + chrono::Days::new(day)).to_string();
        let special =
            |day| OverrideForm { first: date(day), label: "ğ".repeat(80), ..OverrideForm::default() };
        let overrides: Vec<_> = (0..domain::hours::MAX_OVERRIDES as u64).map(special).collect();
        let form =
            HoursForm { version: 1, days: vec![DayForm::default(); 7], overrides, ..HoursForm::default() };
        let sent = serde_qs::to_string(&SaveHours { form: form.clone() }).unwrap();
        assert_eq!(received(&sent).form.overrides, form.overrides);
    }

    #[test]
    fn unknown_fields_are_refused() {
        for body in [
            "form[verison]=1",
            "form[days][0][opne]=true",
            "form[days][0][intervals][0][stop]=18:00",
            "form[days][x][open]=true",
        ] {
            assert!(crate::protocol::parse::<SaveHours>(body).is_err(), "{body}");
        }
    }

    #[test]
    fn ticked_holidays_are_read_with_gaps() {
        let body = "form%5Bdates%5D%5B1%5D=2027-01-01&form%5Bdates%5D%5B12%5D=2027-10-29";
        let read: AddHolidays = crate::protocol::parse(body).unwrap();
        assert_eq!(read.form.dates, ["2027-01-01", "2027-10-29"]);
    }
}
