//! Slots: never more than the plan allows, whoever asks from wherever, and none is lost to a holder that crashed.

use chrono::TimeDelta;
use domain::{
    Actor, AppError, Code, KeyId, LeaseId, Machine, Role, Scopes,
    actor::{ReadSlots, WriteSlots},
    plan::Plan,
    slots::{Cell, Direction, LEASE, ReserveForm},
};
use entity::{lease, slot_pool};
use futures::future::join_all;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use services::{
    Context,
    slots::{self, Acquired, Held, Usage},
};

use crate::{on_both_databases, world::World};

const AYSE: &str = "ayse@yildiz.example";
use Direction::{Inbound, Outbound};

/// A program with a key of the actor's organisation that may do everything.
pub fn program(actor: Actor) -> Machine {
    let (organisation, language) = (actor.organisation, actor.language);
    Machine {
        key: KeyId(uuid::Uuid::nil()),
        organisation,
        person: None,
        role: Role::Admin,
        language,
        scopes: Scopes::all(),
    }
}

fn writes(actor: Actor) -> WriteSlots {
    program(actor).write_slots().unwrap()
}

fn reads(actor: Actor) -> ReadSlots {
    program(actor).read_slots().unwrap()
}

async fn acquire(context: &Context, actor: Actor, direction: Direction) -> Acquired {
    slots::acquire(context, writes(actor), direction).await.unwrap()
}

async fn take(context: &Context, actor: Actor) -> Held {
    match acquire(context, actor, Outbound).await {
        Acquired::Held(held) => held,
        Acquired::Full(usage) => panic!("full: {usage:?}"),
    }
}

async fn is_full(context: &Context, actor: Actor, direction: Direction) -> bool {
    matches!(acquire(context, actor, direction).await, Acquired::Full(_))
}

async fn in_use(world: &World, actor: Actor) -> u32 {
    slots::load_usage(&world.context, reads(actor)).await.unwrap().in_use
}

async fn panel(world: &World, actor: Actor) -> slots::Panel {
    slots::load_panel(&world.context, actor.admin().unwrap()).await.unwrap()
}

async fn reserve(world: &World, actor: Actor, reserved: &str) -> Result<u32, AppError> {
    let form = ReserveForm { reserved: reserved.into() };
    slots::reserve(&world.context, actor.admin().unwrap(), form).await
}

/// The pool's counts are those of the rows they stand for.
async fn assert_counted(world: &World, actor: Actor) {
    let read = world.context.database.read();
    let pool = slot_pool::Entity::in_organisation(actor.organisation).one(read).await.unwrap().unwrap();
    let held = lease::Entity::in_organisation(actor.organisation).filter(lease::Column::Held.eq(true));
    let outbound = held.clone().filter(lease::Column::Direction.eq("outbound"));
    let rows = (held.count(read).await.unwrap(), outbound.count(read).await.unwrap());
    assert_eq!((i64::from(pool.in_use), i64::from(pool.outbound)), (rows.0 as i64, rows.1 as i64));
}

/// The company on Discovery: two calls at once.
async fn discovery(world: &World) -> Actor {
    let ayse = world.owner(AYSE).await;
    world.set_plan(ayse.organisation, Plan::Discovery).await;
    ayse
}

on_both_databases! {
    async fn a_full_plan_refuses_and_says_how_full_it_is(world: World) {
        let ayse = discovery(&world).await;
        let first = take(&world.context, ayse).await;
        assert_eq!(first.usage, Usage { limit: 2, reserved: 0, in_use: 1 });
        assert_eq!(first.expires_at, world.context.now() + LEASE);
        take(&world.context, ayse).await;
        let full = acquire(&world.context, ayse, Inbound).await;
        assert_eq!(full, Acquired::Full(Usage { limit: 2, reserved: 0, in_use: 2 }));
        let other = world.owner("deniz@deniz.example").await;
        take(&world.context, other).await;
        assert_eq!((in_use(&world, ayse).await, in_use(&world, other).await), (2, 1), "each has its own");
        assert_counted(&world, ayse).await;
    }

    async fn what_is_given_back_is_free_once(world: World) {
        let ayse = discovery(&world).await;
        let (one, _two) = (take(&world.context, ayse).await, take(&world.context, ayse).await);
        for _ in 0..2 {
            slots::release(&world.context, writes(ayse), one.id).await.unwrap();
        }
        assert_eq!(in_use(&world, ayse).await, 1);
        take(&world.context, ayse).await;
        assert!(is_full(&world.context, ayse, Outbound).await, "giving back twice frees one");
        assert_eq!(slots::prolong(&world.context, writes(ayse), one.id).await, Err(Code::LeaseEnded.into()));
        assert_counted(&world, ayse).await;
    }

    async fn a_crashed_holder_loses_its_slot_when_its_time_is_over(world: World) {
        let ayse = discovery(&world).await;
        let (one, two) = (take(&world.context, ayse).await, take(&world.context, ayse).await);
        world.context.clock.advance(LEASE - TimeDelta::seconds(1));
        assert!(is_full(&world.context, ayse, Outbound).await);
        let until = slots::prolong(&world.context, writes(ayse), two.id).await.unwrap();
        assert_eq!(until, world.context.now() + LEASE);
        world.context.clock.advance(TimeDelta::seconds(1));
        assert_eq!(in_use(&world, ayse).await, 1, "whether or not anybody has looked");
        assert_eq!(slots::prolong(&world.context, writes(ayse), one.id).await, Err(Code::LeaseEnded.into()));
        take(&world.context, ayse).await;
        assert!(is_full(&world.context, ayse, Outbound).await);
        slots::release(&world.context, writes(ayse), one.id).await.unwrap();
        assert!(is_full(&world.context, ayse, Outbound).await, "the slot is somebody else's now");
        assert_counted(&world, ayse).await;
    }

    async fn slots_of_others_and_unknown_ones_do_not_exist(world: World) {
        let ayse = discovery(&world).await;
        let other = world.owner("deniz@deniz.example").await;
        let held = take(&world.context, ayse).await;
        for (actor, id) in [(other, held.id), (ayse, LeaseId(world.context.id()))] {
            assert_eq!(slots::prolong(&world.context, writes(actor), id).await, Err(Code::NotFound.into()));
            assert_eq!(slots::release(&world.context, writes(actor), id).await, Err(Code::NotFound.into()));
        }
        assert_eq!(in_use(&world, ayse).await, 1);
    }

    async fn fifty_racers_for_two_slots_on_two_nodes_and_two_win(world: World) {
        let ayse = discovery(&world).await;
        let other = world.another_node().await;
        let racers = (0..50).map(|number| {
            let context = if number % 2 == 0 { &world.context } else { &other };
            acquire(context, ayse, if number % 3 == 0 { Inbound } else { Outbound })
        });
        let (won, lost): (Vec<_>, Vec<_>) =
            join_all(racers).await.into_iter().partition(|one| matches!(one, Acquired::Held(_)));
        assert_eq!((won.len(), lost.len()), (2, 48));
        assert_eq!(panel(&world, ayse).await.refused, 48);
        assert_counted(&world, ayse).await;
    }

    async fn of_racers_for_what_crashed_holders_left_as_many_win_as_there_are_slots(world: World) {
        let ayse = discovery(&world).await;
        let other = world.another_node().await;
        for _ in 0..2 {
            take(&world.context, ayse).await;
        }
        world.context.clock.advance(LEASE);
        let racers = (0..20).map(|number| acquire([&world.context, &other][number % 2], ayse, Outbound));
        let won = join_all(racers).await.into_iter().filter(|one| matches!(one, Acquired::Held(_))).count();
        assert_eq!(won, 2);
        assert_counted(&world, ayse).await;
    }

    async fn takers_and_givers_at_once_lose_no_slot(world: World) {
        let ayse = world.owner(AYSE).await;
        let other = world.another_node().await;
        let work = (0..40).map(|number| {
            let context = [&world.context, &other][number % 2];
            async move {
                if let Acquired::Held(held) = acquire(context, ayse, Outbound).await {
                    slots::prolong(context, writes(ayse), held.id).await.unwrap();
                    slots::release(context, writes(ayse), held.id).await.unwrap();
                }
            }
        });
        join_all(work).await;
        assert_eq!(in_use(&world, ayse).await, 0);
        assert_counted(&world, ayse).await;
    }

    async fn a_smaller_plan_ends_no_call_and_starts_none(world: World) {
        let ayse = world.owner(AYSE).await;
        let mut held = Vec::new();
        for _ in 0..9 {
            held.push(take(&world.context, ayse).await);
        }
        world.set_plan(ayse.organisation, Plan::Discovery).await;
        assert_eq!(slots::load_usage(&world.context, reads(ayse)).await.unwrap().in_use, 9);
        for held in &held[..8] {
            slots::prolong(&world.context, writes(ayse), held.id).await.unwrap();
            assert!(is_full(&world.context, ayse, Inbound).await);
            slots::release(&world.context, writes(ayse), held.id).await.unwrap();
        }
        take(&world.context, ayse).await;
        assert!(is_full(&world.context, ayse, Inbound).await);
        world.set_plan(ayse.organisation, Plan::Scale).await;
        take(&world.context, ayse).await;
    }

    async fn the_end_of_the_trial_ends_no_call(world: World) {
        let ayse = world.owner(AYSE).await;
        world.context.clock.advance(domain::plan::TRIAL - TimeDelta::seconds(10));
        let ayse_again = world.sign_in(AYSE).await;
        for _ in 0..3 {
            take(&world.context, ayse).await;
        }
        world.context.clock.advance(TimeDelta::seconds(10));
        let full = acquire(&world.context, ayse, Outbound).await;
        assert_eq!(full, Acquired::Full(Usage { limit: 2, reserved: 0, in_use: 3 }));
        assert_eq!(panel(&world, ayse_again).await.usage.in_use, 3);
    }

    async fn what_is_reserved_is_kept_for_calls_that_come_in_while_it_is_open(world: World) {
        let ayse = world.owner(AYSE).await;
        world.set_plan(ayse.organisation, Plan::Team).await;
        for (unfit, code) in [("10", Code::ReserveUnfit), ("", Code::Required)] {
            assert_eq!(reserve(&world, ayse, unfit).await.unwrap_err().of("reserved"), Some(code));
        }
        assert_eq!(reserve(&world, ayse, "8").await, Ok(8));
        let (one, _two) = (take(&world.context, ayse).await, take(&world.context, ayse).await);
        let full = acquire(&world.context, ayse, Outbound).await;
        assert_eq!(full, Acquired::Full(Usage { limit: 10, reserved: 8, in_use: 2 }));
        for _ in 0..8 {
            assert!(!is_full(&world.context, ayse, Inbound).await);
        }
        assert!(is_full(&world.context, ayse, Inbound).await);
        slots::release(&world.context, writes(ayse), one.id).await.unwrap();
        assert!(!is_full(&world.context, ayse, Outbound).await, "the free one is not a reserved one");
        // Six hours later it is 18:00 on a Monday, and closed.
        world.context.clock.advance(TimeDelta::hours(6));
        let ayse = world.sign_in(AYSE).await;
        for _ in 0..10 {
            take(&world.context, ayse).await;
        }
        assert_eq!(panel(&world, ayse).await.usage, Usage { limit: 10, reserved: 0, in_use: 10 });
        world.set_plan(ayse.organisation, Plan::Discovery).await;
        assert_eq!(panel(&world, ayse).await.reserved, 8, "kept for when the plan grows again");
    }

    async fn the_weather_remembers_peaks_and_refusals_by_the_hour_of_the_organisation(world: World) {
        let ayse = discovery(&world).await;
        assert!(panel(&world, ayse).await.weather.is_calm());
        let (one, two) = (take(&world.context, ayse).await, take(&world.context, ayse).await);
        assert!(is_full(&world.context, ayse, Outbound).await);
        slots::release(&world.context, writes(ayse), one.id).await.unwrap();
        // Monday 12:00 in Istanbul; a call goes on past 13:00, prolonged twice a minute.
        for _ in 0..130 {
            world.context.clock.advance(TimeDelta::seconds(30));
            slots::prolong(&world.context, writes(ayse), two.id).await.unwrap();
        }
        let seen = panel(&world, ayse).await;
        assert_eq!((seen.peak, seen.refused, seen.usage.in_use), (2, 1, 1));
        let (_, monday) = seen.weather.week().next().unwrap();
        assert_eq!((monday[12], monday[13]), (Cell { peak: 2, refused: 1 }, Cell { peak: 1, refused: 0 }));
        assert_eq!(monday[14], Cell::default());
        world.context.clock.advance(TimeDelta::days(2));
        let ayse = world.sign_in(AYSE).await;
        let later = panel(&world, ayse).await;
        assert_eq!((later.peak, later.refused, later.usage.in_use), (0, 0, 0));
        assert_eq!(later.weather, seen.weather, "four weeks are remembered");
    }

    async fn what_was_given_back_is_forgotten_after_an_hour(world: World) {
        let ayse = discovery(&world).await;
        let (one, two) = (take(&world.context, ayse).await, take(&world.context, ayse).await);
        slots::release(&world.context, writes(ayse), one.id).await.unwrap();
        world.context.clock.advance(TimeDelta::minutes(59));
        assert_eq!(slots::sweep(&world.context).await.unwrap(), 0);
        world.context.clock.advance(TimeDelta::minutes(2));
        assert_eq!(slots::sweep(&world.context).await.unwrap(), 1);
        assert_eq!(slots::release(&world.context, writes(ayse), one.id).await, Err(Code::NotFound.into()));
        slots::release(&world.context, writes(ayse), two.id).await.unwrap();
        assert_counted(&world, ayse).await;
    }

    async fn reserving_is_written_down_once(world: World) {
        let ayse = world.owner(AYSE).await;
        for _ in 0..2 {
            reserve(&world, ayse, "3").await.unwrap();
        }
        let rows = entity::audit::Entity::in_organisation(ayse.organisation)
            .filter(entity::audit::Column::Action.eq("billing.reserve_slots"))
            .all(world.context.database.read())
            .await
            .unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].before.as_str(), rows[0].after.as_str()), (r#"{"reserved":0}"#, r#"{"reserved":3}"#));
    }
}
