//! Hours: saved whole or not at all, never over somebody else's save, and read back the same.

use chrono::TimeDelta;
use domain::{
    Actor, Code,
    hours::{DayForm, HoursForm, IntervalForm, OverrideForm},
};
use entity::{audit, organisation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use services::{Context, hours};

use crate::on_both_databases;

const AYSE: &str = "ayse@yildiz.example";

fn day(rows: &[(&str, &str)]) -> DayForm {
    let row = |(start, end): &(&str, &str)| IntervalForm { start: (*start).into(), end: (*end).into() };
    DayForm { open: !rows.is_empty(), intervals: rows.iter().map(row).collect() }
}

/// Lunch break on Monday, a night on Saturday, closed on Sunday, a short day before a holiday.
fn form(version: i64) -> HoursForm {
    let (lunch, office) = (day(&[("09:00", "12:30"), ("13:30", "18:00")]), day(&[("09:00", "18:00")]));
    let days = vec![
        lunch,
        office.clone(),
        office.clone(),
        office.clone(),
        office,
        day(&[("21:00", "02:00")]),
        day(&[]),
    ];
    let DayForm { open, intervals } = day(&[("09:00", "13:00")]);
    let first = "2026-12-31".into();
    let eve =
        OverrideForm {
            first, label: "Yılbaşı arifesi".into(), open, intervals, ..OverrideForm::default()
        };
    HoursForm { version, days, overrides: vec![eve], ..HoursForm::default() }
}

async fn save(context: &Context, actor: Actor, form: HoursForm) -> Result<i64, Code> {
    hours::save_hours(context, actor.admin().unwrap(), form).await.map_err(|error| error.code)
}

async fn saved(context: &Context, actor: Actor) -> (HoursForm, hours::Saved) {
    let saved = hours::load_hours(context, actor.member()).await.unwrap();
    (HoursForm::from_schedule(&saved.schedule, saved.version), saved)
}

async fn actions(context: &Context, actor: Actor) -> Vec<audit::Model> {
    let rows = audit::Entity::in_organisation(actor.organisation)
        .filter(audit::Column::Action.starts_with("hours."));
    rows.all(context.database.read()).await.unwrap()
}

on_both_databases! {
    async fn before_the_first_save_office_hours_are_proposed(world: World) {
        let ayse = world.owner(AYSE).await;
        let (form, saved) = saved(&world.context, ayse).await;
        assert_eq!((form.version, saved.changed_by, saved.changed_at), (0, None, None));
        assert_eq!(form.days[0], day(&[("09:00", "18:00")]));
        assert!(saved.now.is_open(), "Monday noon");
        assert_eq!(saved.offers.first().map(|offer| offer.first().to_string()).as_deref(), Some("2027-01-01"));
        assert_eq!(actions(&world.context, ayse).await, [], "looking is no change");
    }

    async fn lunch_break_night_and_special_day_come_back_the_same(world: World) {
        let ayse = world.owner(AYSE).await;
        assert_eq!(save(&world.context, ayse, form(0)).await, Ok(1));
        let (shown, saved) = saved(&world.another_node().await, ayse).await;
        assert_eq!(shown, form(1));
        assert_eq!(saved.changed_by.as_deref(), Some("Ayşe Erdem"));
        assert_eq!(saved.changed_at.map(|at| at.to_string()).as_deref(), Some("2026-11-23 12:00:00"));
        assert_eq!(save(&world.context, ayse, form(1)).await, Ok(2));
    }

    async fn the_first_of_two_saves_wins_and_the_second_is_told(world: World) {
        let ayse = world.owner(AYSE).await;
        save(&world.context, ayse, form(0)).await.unwrap();
        let mut later = form(1);
        later.days[6] = day(&[("10:00", "14:00")]);
        assert_eq!(save(&world.context, ayse, later.clone()).await, Ok(2));
        assert_eq!(save(&world.context, ayse, form(1)).await, Err(Code::Conflict));
        assert_eq!(save(&world.context, ayse, form(0)).await, Err(Code::Conflict));
        assert_eq!(saved(&world.context, ayse).await.0.days, later.days);
        assert_eq!(actions(&world.context, ayse).await.len(), 2, "a refused save leaves no trace");
    }

    async fn special_days_that_are_over_stay_without_being_sent(world: World) {
        let ayse = world.owner(AYSE).await;
        let today = || {
            let now = world.context.now().with_timezone(&chrono_tz::Europe::Istanbul);
            now.date_naive()
        };
        save(&world.context, ayse, form(0)).await.unwrap();
        let (_, before) = saved(&world.context, ayse).await;
        let before_midnight = HoursForm::from_today(&before.schedule, 1, today());
        assert_eq!(before_midnight.overrides.len(), 1);
        // Half past midnight in Istanbul, but not in UTC.
        world.context.clock.advance(TimeDelta::days(38) + TimeDelta::minutes(12 * 60 + 30));
        assert_eq!(world.context.now().to_rfc3339(), "2026-12-31T21:30:00+00:00");
        let after_midnight = HoursForm::from_today(&before.schedule, 1, today());
        assert_eq!(after_midnight.overrides, []);
        save(&world.context, ayse, after_midnight).await.unwrap();
        assert_eq!(saved(&world.context, ayse).await.0.overrides, form(0).overrides);
        // Whoever opened the page before and takes the day out has seen it.
        let removed = HoursForm { version: 2, overrides: Vec::new(), ..before_midnight };
        save(&world.context, ayse, removed).await.unwrap();
        assert_eq!(saved(&world.context, ayse).await.0.overrides, []);
    }

    async fn holidays_find_room_where_old_ones_fill_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let day = |day: u64| (chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + chrono::Days::new(day)).to_string();
        let full = (0..domain::hours::MAX_OVERRIDES as u64).map(|at| OverrideForm { first: day(at), ..OverrideForm::default() });
        save(&world.context, ayse, HoursForm { overrides: full.collect(), ..form(0) }).await.unwrap();
        let added = hours::add_holidays(&world.context, ayse.admin().unwrap(), &["2027-01-01".to_owned()]).await;
        assert_eq!(added, Ok(1));
        let (form, _) = saved(&world.context, ayse).await;
        assert_eq!((form.overrides.len(), form.overrides[0].first.as_str()), (domain::hours::MAX_OVERRIDES, "2025-01-02"));
    }

    async fn of_many_first_saves_at_once_one_wins(world: World) {
        let ayse = world.owner(AYSE).await;
        let nodes = [world.context.clone(), world.another_node().await];
        let tries = (0..8).map(|number| {
            let context = nodes[number % 2].clone();
            tokio::spawn(async move { save(&context, ayse, form(0)).await })
        });
        let mut results = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            results.push(one.await.unwrap());
        }
        assert_eq!(results.iter().filter(|result| **result == Ok(1)).count(), 1, "{results:?}");
        assert_eq!(results.iter().filter(|result| **result == Err(Code::Conflict)).count(), 7, "{results:?}");
        assert_eq!(actions(&world.context, ayse).await.len(), 1);
    }

    async fn of_many_later_saves_at_once_one_wins(world: World) {
        let ayse = world.owner(AYSE).await;
        save(&world.context, ayse, form(0)).await.unwrap();
        let other = world.another_node().await;
        let (one, two) = tokio::join!(save(&world.context, ayse, form(1)), save(&other, ayse, form(1)));
        assert_eq!([one, two].iter().filter(|result| **result == Ok(2)).count(), 1, "{one:?} {two:?}");
        assert_eq!([one, two].iter().filter(|result| **result == Err(Code::Conflict)).count(), 1, "{one:?} {two:?}");
    }

    async fn every_wrong_row_is_named_and_nothing_is_saved(world: World) {
        let ayse = world.owner(AYSE).await;
        let mut wrong = form(0);
        wrong.days[0] = day(&[("09:00", "12:30"), ("12:00", "18:00")]);
        wrong.days[6] = day(&[("01:00", "25:00")]);
        let error = hours::save_hours(&world.context, ayse.admin().unwrap(), wrong).await.unwrap_err();
        let found: Vec<_> = error.fields.iter().map(|field| (field.field.as_str(), field.code)).collect();
        assert_eq!(
            found,
            [
                ("days[0][intervals][1][start]", Code::IntervalsOverlap),
                ("days[6][intervals][0][end]", Code::TimeInvalid),
            ]
        );
        assert_eq!(saved(&world.context, ayse).await.0.version, 0);
    }

    async fn a_save_leaves_who_and_what_changed(world: World) {
        let ayse = world.owner(AYSE).await;
        save(&world.context, ayse, form(0)).await.unwrap();
        world.context.clock.advance(TimeDelta::seconds(1));
        let mut later = form(1);
        later.overrides.clear();
        save(&world.context, ayse, later).await.unwrap();
        let rows = actions(&world.context, ayse).await;
        assert!(rows.iter().all(|row| row.person_id == Some(ayse.person.0) && row.action == "hours.save_hours"));
        assert!(rows[1].after.contains("\"week\""), "the first save has all of it");
        assert!(rows[0].before.contains("Yılbaşı arifesi"), "{}", rows[0].before);
        assert_eq!(rows[0].after, "{\"overrides\":[]}", "only what changed");
    }

    async fn another_company_has_hours_of_its_own(world: World) {
        let (ayse, mehmet) = (world.owner(AYSE).await, world.owner("mehmet@deniz.example").await);
        save(&world.context, ayse, form(0)).await.unwrap();
        assert_eq!(saved(&world.context, mehmet).await.0.version, 0);
        assert_eq!(save(&world.context, mehmet, form(1)).await, Err(Code::Conflict), "not their version");
        assert_eq!(save(&world.context, mehmet, form(0)).await, Ok(1));
        let gone = Actor { organisation: domain::OrganisationId(uuid::Uuid::now_v7()), ..ayse };
        let error = hours::load_hours(&world.context, gone.member()).await.unwrap_err();
        assert_eq!(error.code, Code::NotFound);
    }

    async fn the_shell_says_open_or_closed_by_the_clock_of_the_company(world: World) {
        let ayse = world.owner(AYSE).await;
        save(&world.context, ayse, form(0)).await.unwrap();
        let token = world.session(AYSE).await;
        let now = async || {
            let visit = world.visit(&token).await.unwrap();
            let (_, now) = hours::explain_now(&world.context, &visit).unwrap();
            (now.is_open(), now.next.unwrap().local.format("%a %H:%M").to_string())
        };
        assert_eq!(now().await, (true, "Mon 12:30".into()));
        world.context.clock.advance(TimeDelta::minutes(30));
        assert_eq!(now().await, (false, "Mon 13:30".into()), "closed to the second");
        set_zone(&world.context, ayse, "America/New_York").await;
        assert_eq!(now().await, (false, "Mon 09:00".into()), "04:30 there");
    }

    async fn a_moment_is_answered_by_the_saved_hours(world: World) {
        let ayse = world.owner(AYSE).await;
        save(&world.context, ayse, form(0)).await.unwrap();
        let asked = async |at: &str| hours::explain_at(&world.context, ayse.member(), at).await;
        let night = asked("2026-11-29T01:30").await.unwrap();
        assert!(night.is_open(), "Saturday's night");
        assert_eq!(night.next.unwrap().local.to_string(), "2026-11-29 02:00:00");
        assert!(!asked("2026-12-31T13:00").await.unwrap().is_open(), "the special day");
        let error = asked("31.12.2026").await.unwrap_err();
        assert_eq!((error.code, error.of("at")), (Code::Invalid, Some(Code::DateInvalid)));
    }

    async fn chosen_holidays_are_added_to_what_is_saved(world: World) {
        let ayse = world.owner(AYSE).await;
        save(&world.context, ayse, form(0)).await.unwrap();
        world.context.clock.advance(TimeDelta::seconds(1));
        let dates = ["2027-01-01".to_owned(), "2027-10-28".to_owned(), "2027-01-01".to_owned(), "2027-02-03".to_owned()];
        let add = async || hours::add_holidays(&world.context, ayse.admin().unwrap(), &dates).await;
        assert_eq!(add().await, Ok(2), "3 February is no holiday");
        let (form, after) = saved(&world.context, ayse).await;
        let firsts: Vec<_> = form.overrides.iter().map(|one| one.first.as_str()).collect();
        assert_eq!((form.version, firsts), (2, vec!["2026-12-31", "2027-01-01", "2027-10-28"]));
        assert_eq!(form.overrides[2].intervals, day(&[("09:00", "13:00")]).intervals, "half a day");
        assert!(!after.offers.iter().any(|offer| dates.contains(&offer.first().to_string())), "not offered again");
        assert_eq!(add().await, Ok(0));
        assert_eq!(saved(&world.context, ayse).await.0.version, 2, "nothing to add is no change");
        assert_eq!(actions(&world.context, ayse).await[0].action, "hours.add_holidays");
        for dates in [vec![], vec!["yarın".to_owned()]] {
            let error = hours::add_holidays(&world.context, ayse.admin().unwrap(), &dates).await.unwrap_err();
            assert_eq!(error.of("dates"), Some(Code::ChoiceUnknown));
        }
    }
}

async fn set_zone(context: &Context, actor: Actor, zone: &'static str) {
    let write = context.database.write(move |on| {
        Box::pin(async move {
            organisation::Entity::update_many()
                .col_expr(organisation::Column::TimeZone, Expr::value(zone))
                .filter(organisation::Column::Id.eq(actor.organisation.0))
                .exec(on)
                .await
                .unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}
