//! Today, as the organisation's own clock has it.

use chrono::TimeDelta;
use domain::{Actor, calls::StartForm};
use entity::organisation;
use sea_orm::{ActiveValue::Set, EntityTrait};
use services::{
    calls::{self, Started},
    dashboard::{self, Hour, Sums},
};

use crate::{on_both_databases, slots::program, world::World};

const AYSE: &str = "ayse@yildiz.example";

/// A call that begins now and is talked in for so many seconds.
pub async fn call(world: &World, actor: Actor, direction: &str, seconds: i64) {
    let machine = program(actor).write_calls().unwrap();
    let form = StartForm { direction: direction.into(), to: "+905325550123".into(), ..StartForm::default() };
    let Started::Running(call, _) = calls::start(&world.context, machine, form).await.unwrap() else {
        panic!("no slot")
    };
    world.context.clock.advance(TimeDelta::seconds(seconds));
    let outcome = if seconds > 0 { "completed" } else { "no_answer" };
    calls::end(&world.context, machine, call.id(), outcome).await.unwrap();
}

pub async fn move_to(world: &World, actor: Actor, zone: &str) {
    let (id, zone) = (actor.organisation.0, zone.to_owned());
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            let row = organisation::ActiveModel { id: Set(id), time_zone: Set(zone), ..Default::default() };
            organisation::Entity::update(row).exec(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}

async fn today(world: &World, actor: Actor) -> dashboard::Today {
    dashboard::load_today(&world.context, actor.member()).await.unwrap()
}

on_both_databases! {
    async fn a_day_without_calls_is_a_day_of_zeros(world: World) {
        let ayse = world.owner(AYSE).await;
        let today = today(&world, ayse).await;
        assert_eq!((today.date.to_string().as_str(), today.sums, today.yesterday), ("2026-11-23", Sums::default(), Sums::default()));
        assert!(today.hours.iter().all(|hour| *hour == Hour::default()));
        assert_eq!((today.usage.limit, today.usage.in_use), (10, 0));
    }

    async fn calls_stand_in_the_hour_in_which_they_began_and_in_their_own_company(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner("deniz@deniz.example").await);
        call(&world, ayse, "inbound", 50).await;
        call(&world, ayse, "outbound", 0).await;
        call(&world, deniz, "inbound", 7).await;
        world.context.clock.advance(TimeDelta::hours(2));
        call(&world, ayse, "inbound", 10).await;
        let today = today(&world, ayse).await;
        assert_eq!(today.sums, Sums { calls: 3, answered: 2, seconds: 60 });
        assert_eq!(today.hours[12], Hour { inbound: 1, outbound: 1 });
        assert_eq!(today.hours[14], Hour { inbound: 1, outbound: 0 });
        assert_eq!(today.hours.iter().map(|hour| hour.inbound + hour.outbound).sum::<u32>(), 3);
    }

    async fn yesterday_is_told_until_the_same_time_of_day(world: World) {
        let ayse = world.owner(AYSE).await;
        call(&world, ayse, "inbound", 30).await;
        world.context.clock.advance(TimeDelta::hours(6));
        call(&world, ayse, "inbound", 30).await;
        // Tuesday, a quarter of an hour after the first one.
        world.context.clock.advance(TimeDelta::hours(18) + TimeDelta::minutes(15));
        let ayse = world.sign_in(AYSE).await;
        let today = today(&world, ayse).await;
        assert_eq!((today.sums, today.yesterday), (Sums::default(), Sums { calls: 1, answered: 1, seconds: 30 }));
    }

    async fn a_zone_of_three_quarters_of_an_hour_sums_exactly(world: World) {
        let ayse = world.owner(AYSE).await;
        move_to(&world, ayse, "Asia/Kathmandu").await;
        // 14:45 there; midnight is at 18:15 UTC.
        call(&world, ayse, "inbound", 1).await;
        world.context.clock.advance(TimeDelta::minutes(9 * 60 + 14));
        call(&world, ayse, "inbound", 1).await;
        let before = today(&world, ayse).await;
        assert_eq!((before.sums.calls, before.hours[14].inbound, before.hours[23].inbound), (2, 1, 1));
        world.context.clock.advance(TimeDelta::minutes(1));
        call(&world, ayse, "inbound", 1).await;
        let after = today(&world, ayse).await;
        assert_eq!((after.date.to_string().as_str(), after.sums.calls, after.hours[0].inbound), ("2026-11-24", 1, 1));
    }

    async fn another_zone_shows_the_same_calls_on_its_own_clock(world: World) {
        let ayse = world.owner(AYSE).await;
        call(&world, ayse, "inbound", 1).await;
        assert_eq!(today(&world, ayse).await.hours[12].inbound, 1);
        move_to(&world, ayse, "America/New_York").await;
        let there = today(&world, ayse).await;
        assert_eq!((there.hours[4].inbound, there.sums.calls), (1, 1));
    }
}
