//! Days of calls, which keep the zone that they were made in.

use chrono::TimeDelta;
use domain::Actor;
use services::reports::{self, Day};

use crate::{
    dashboard::{call, move_to},
    on_both_databases,
    world::World,
};

const AYSE: &str = "ayse@yildiz.example";

async fn days(world: &World, actor: Actor) -> Vec<(String, String, u32)> {
    let days = reports::load_days(&world.context, actor.member(), reports::PAGE).await.unwrap();
    days.into_iter().map(|day| (day.date.to_string(), day.time_zone, day.inbound + day.outbound)).collect()
}

fn day(date: &str, zone: &str, calls: u32) -> (String, String, u32) {
    (date.to_owned(), zone.to_owned(), calls)
}

on_both_databases! {
    async fn a_day_is_summed_and_the_newest_is_first(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner("deniz@deniz.example").await);
        assert_eq!(days(&world, ayse).await, []);
        call(&world, ayse, "inbound", 50).await;
        call(&world, ayse, "outbound", 0).await;
        call(&world, deniz, "inbound", 7).await;
        world.context.clock.advance(TimeDelta::days(1));
        let ayse = world.sign_in(AYSE).await;
        call(&world, ayse, "inbound", 70).await;
        let found = reports::load_days(&world.context, ayse.member(), reports::PAGE).await.unwrap();
        let first = Day {
            date: "2026-11-23".parse().unwrap(),
            time_zone: "Europe/Istanbul".into(),
            inbound: 1,
            outbound: 1,
            answered: 1,
            seconds: 50,
        };
        let second = Day { date: "2026-11-24".parse().unwrap(), outbound: 0, seconds: 70, ..first.clone() };
        assert_eq!(found, [second, first]);
    }

    async fn after_a_move_the_days_before_keep_their_zone(world: World) {
        let ayse = world.owner(AYSE).await;
        call(&world, ayse, "inbound", 1).await;
        move_to(&world, ayse, "America/New_York").await;
        call(&world, ayse, "inbound", 1).await;
        let both = [day("2026-11-23", "Europe/Istanbul", 1), day("2026-11-23", "America/New_York", 1)];
        assert_eq!(days(&world, ayse).await, both);
        // 23:30 in New York, and the next day in Istanbul.
        world.context.clock.advance(TimeDelta::minutes(19 * 60 + 28));
        let ayse = world.sign_in(AYSE).await;
        call(&world, ayse, "inbound", 1).await;
        assert_eq!(days(&world, ayse).await[1], day("2026-11-23", "America/New_York", 2));
    }

    async fn a_month_is_shown_and_a_year_is_in_the_file(world: World) {
        let ayse = world.owner(AYSE).await;
        call(&world, ayse, "inbound", 61).await;
        world.context.clock.advance(TimeDelta::days(30));
        let ayse = world.sign_in(AYSE).await;
        assert_eq!(days(&world, ayse).await.len(), 1);
        world.context.clock.advance(TimeDelta::days(1));
        let ayse = world.sign_in(AYSE).await;
        assert_eq!(days(&world, ayse).await.len(), 0);
        let file = reports::export_days(&world.context, ayse.member()).await.unwrap();
        let lines: Vec<&str> = file.split("\r\n").collect();
        assert!(lines[0].starts_with('\u{feff}') && lines[0].split(',').count() == 6, "{}", lines[0]);
        assert_eq!(lines[1..], ["2026-11-23,Europe/Istanbul,1,0,1,61", ""]);
    }
}
