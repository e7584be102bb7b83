//! Calls: one takes a slot while it runs, and is summed where its day is made of.

use chrono::{NaiveDate, TimeDelta};
use domain::{
    Actor, AppError, CallId, Code,
    actor::{ReadCalls, WriteCalls},
    calls::{CallsForm, Outcome, StartForm},
    plan::Plan,
    slots::LEASE,
};
use entity::{call, call_quarter};
use futures::{TryStreamExt, future::join_all};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use services::{
    Context,
    calls::{self, Started},
    slots,
};

use crate::{on_both_databases, slots::program, world::World};

const AYSE: &str = "ayse@yildiz.example";
const DENIZ: &str = "deniz@deniz.example";

fn writes(actor: Actor) -> WriteCalls {
    program(actor).write_calls().unwrap()
}

fn reads(actor: Actor) -> ReadCalls {
    program(actor).read_calls().unwrap()
}

fn out() -> StartForm {
    StartForm { direction: "outbound".into(), from: "+902125550100".into(), to: "+905325550123".into() }
}

async fn begin(context: &Context, actor: Actor) -> call::Model {
    match calls::start(context, writes(actor), out()).await.unwrap() {
        Started::Running(call, _) => *call,
        Started::Full(usage) => panic!("full: {usage:?}"),
    }
}

async fn end(world: &World, actor: Actor, id: CallId, outcome: &str) -> Result<call::Model, AppError> {
    calls::end(&world.context, writes(actor), id, outcome).await
}

async fn go_on(world: &World, actor: Actor, id: CallId, answered: bool) -> Result<(), AppError> {
    calls::continue_call(&world.context, writes(actor), id, answered).await.map(|_| ())
}

async fn in_use(world: &World, actor: Actor) -> u32 {
    let machine = program(actor).read_slots().unwrap();
    slots::load_usage(&world.context, machine).await.unwrap().in_use
}

/// Started, answered, seconds of each quarter, oldest first.
async fn sums(world: &World, actor: Actor) -> Vec<(i32, i32, i64)> {
    let rows = call_quarter::Entity::in_organisation(actor.organisation)
        .order_by_asc(call_quarter::Column::Quarter)
        .all(world.context.database.read());
    rows.await.unwrap().into_iter().map(|row| (row.started, row.answered, row.seconds)).collect()
}

async fn listed(world: &World, actor: Actor, form: CallsForm, limit: u64) -> (Vec<CallId>, bool) {
    let (rows, more) = calls::list(&world.context, reads(actor), form, limit).await.unwrap();
    (rows.iter().map(call::Model::id).collect(), more)
}

on_both_databases! {
    async fn administrators_take_calls_away_as_a_file_and_the_trail_says_so(world: World) {
        let ayse = world.owner(AYSE).await;
        let first = begin(&world.context, ayse).await;
        world.context.clock.advance(TimeDelta::seconds(5));
        go_on(&world, ayse, first.id(), true).await.unwrap();
        world.context.clock.advance(TimeDelta::seconds(35));
        end(&world, ayse, first.id(), "completed").await.unwrap();
        let second = begin(&world.context, ayse).await;
        end(&world, ayse, second.id(), "busy").await.unwrap();
        let file = |form: CallsForm| {
            let (context, admin) = (world.context.clone(), ayse.admin().unwrap());
            async move {
                let parts: Vec<bytes::Bytes> =
                    calls::export(&context, admin, &form).await?.try_collect().await?;
                Ok::<_, AppError>(String::from_utf8(parts.concat()).unwrap())
            }
        };
        let all = file(CallsForm::default()).await.unwrap();
        let lines: Vec<&str> = all.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("\u{feff}"), "{}", lines[0]);
        assert_eq!(
            lines[2],
            "\"2026-11-23 12:00:00\",\"2026-11-23 12:00:05\",\"2026-11-23 12:00:40\",\"Europe/Istanbul\",\"Giden\",\
             \"'+902125550100\",\"'+905325550123\",\"Tamamlandı\",\"35\""
        );
        let busy = CallsForm { outcome: "busy".into(), ..CallsForm::default() };
        assert_eq!(file(busy).await.unwrap().lines().count(), 2);
        let wrong = CallsForm { outcome: "nonsense".into(), ..CallsForm::default() };
        assert_eq!(file(wrong).await.unwrap_err().code, Code::Invalid);
        let rows = entity::audit::Entity::find().filter(entity::audit::Column::Action.eq("calls.export"));
        assert_eq!(rows.count(world.context.database.read()).await.unwrap(), 2);
        // Another company's calls are not in it.
        let deniz = world.owner(DENIZ).await;
        let parts = calls::export(&world.context, deniz.admin().unwrap(), &CallsForm::default()).await.unwrap();
        let parts: Vec<bytes::Bytes> = parts.try_collect().await.unwrap();
        assert_eq!(String::from_utf8(parts.concat()).unwrap().lines().count(), 1);
    }

    async fn without_a_free_slot_there_is_no_call(world: World) {
        let ayse = world.owner(AYSE).await;
        world.set_plan(ayse.organisation, Plan::Discovery).await;
        for _ in 0..2 {
            begin(&world.context, ayse).await;
        }
        let full = calls::start(&world.context, writes(ayse), out()).await.unwrap();
        assert!(matches!(full, Started::Full(usage) if usage.in_use == 2));
        assert_eq!(sums(&world, ayse).await, [(2, 0, 0)]);
        let wrong = StartForm { to: "5".into(), ..out() };
        let wrong = calls::start(&world.context, writes(ayse), wrong).await.unwrap_err();
        assert_eq!(wrong.of("to"), Some(Code::PhoneInvalid));
    }

    async fn a_call_is_answered_once_and_ended_once(world: World) {
        let ayse = world.owner(AYSE).await;
        let call = begin(&world.context, ayse).await;
        assert_eq!((call.outcome(), call.version), (Outcome::Running, 1));
        world.context.clock.advance(TimeDelta::seconds(10));
        for _ in 0..2 {
            go_on(&world, ayse, call.id(), true).await.unwrap();
            world.context.clock.advance(TimeDelta::seconds(45));
        }
        for (outcome, code) in [("", Code::Required), ("running", Code::ChoiceUnknown), ("lost", Code::ChoiceUnknown)] {
            assert_eq!(end(&world, ayse, call.id(), outcome).await.unwrap_err().of("outcome"), Some(code), "{outcome}");
        }
        let ended = end(&world, ayse, call.id(), "completed").await.unwrap();
        assert_eq!((ended.outcome(), ended.talk_seconds(), ended.version), (Outcome::Completed, 90, 3));
        world.context.clock.advance(TimeDelta::seconds(5));
        assert_eq!(end(&world, ayse, call.id(), "failed").await.unwrap(), ended, "it has ended");
        assert_eq!(go_on(&world, ayse, call.id(), true).await, Err(Code::LeaseEnded.into()));
        assert_eq!((in_use(&world, ayse).await, sums(&world, ayse).await), (0, vec![(1, 1, 90)]));
    }

    async fn nobody_answers_and_nothing_is_talked(world: World) {
        let ayse = world.owner(AYSE).await;
        for outcome in ["no_answer", "busy", "failed"] {
            let call = begin(&world.context, ayse).await;
            world.context.clock.advance(TimeDelta::seconds(20));
            assert_eq!(end(&world, ayse, call.id(), outcome).await.unwrap().answered_at, None);
        }
        let call = begin(&world.context, ayse).await;
        world.context.clock.advance(TimeDelta::seconds(20));
        let call = end(&world, ayse, call.id(), "completed").await.unwrap();
        assert_eq!(call.talk_seconds(), 20, "whoever completes it has been answered");
        assert_eq!(sums(&world, ayse).await, [(4, 1, 20)]);
    }

    async fn a_call_that_falls_silent_is_lost_and_its_slot_is_free(world: World) {
        let ayse = world.owner(AYSE).await;
        let (silent, lively) = (begin(&world.context, ayse).await, begin(&world.context, ayse).await);
        go_on(&world, ayse, silent.id(), true).await.unwrap();
        world.context.clock.advance(TimeDelta::seconds(30));
        go_on(&world, ayse, lively.id(), true).await.unwrap();
        assert_eq!(calls::sweep(&world.context).await.unwrap(), 0);
        world.context.clock.advance(LEASE - TimeDelta::seconds(1));
        let node = world.another_node().await;
        let (one, two) = tokio::join!(calls::sweep(&world.context), calls::sweep(&node));
        assert!(one.unwrap() + two.unwrap() >= 1);
        let lost = calls::load(&world.context, reads(ayse), silent.id()).await.unwrap();
        assert_eq!((lost.outcome(), lost.talk_seconds()), (Outcome::Lost, 60), "until its slot ran out");
        assert_eq!(end(&world, ayse, silent.id(), "completed").await.unwrap().outcome(), Outcome::Lost);
        assert_eq!(calls::load(&world.context, reads(ayse), lively.id()).await.unwrap().outcome(), Outcome::Running);
        assert_eq!((in_use(&world, ayse).await, sums(&world, ayse).await), (1, vec![(2, 1, 60)]));
        assert_eq!(calls::sweep(&world.context).await.unwrap(), 0);
    }

    async fn what_has_ended_stays_ended_long_after_its_slot_is_forgotten(world: World) {
        let ayse = world.owner(AYSE).await;
        let (ended, silent) = (begin(&world.context, ayse).await, begin(&world.context, ayse).await);
        let first = end(&world, ayse, ended.id(), "completed").await.unwrap();
        // Nobody has looked for two hours: the server was down.
        world.context.clock.advance(TimeDelta::hours(2));
        assert_eq!(slots::sweep(&world.context).await.unwrap(), 1, "the slot of a call that is not written down stays");
        assert_eq!(end(&world, ayse, ended.id(), "busy").await.unwrap(), first);
        for call in [&ended, &silent] {
            assert_eq!(go_on(&world, ayse, call.id(), true).await, Err(Code::LeaseEnded.into()));
        }
        calls::sweep(&world.context).await.unwrap();
        let lost = calls::load(&world.context, reads(ayse), silent.id()).await.unwrap();
        assert_eq!((lost.outcome(), lost.ended_at.unwrap() - lost.started_at), (Outcome::Lost, LEASE));
    }

    async fn the_slot_of_a_call_is_the_calls(world: World) {
        let ayse = world.owner(AYSE).await;
        let call = begin(&world.context, ayse).await;
        let program = program(ayse).write_slots().unwrap();
        assert_eq!(slots::release(&world.context, program, call.lease()).await, Err(Code::NotFound.into()));
        assert_eq!(slots::prolong(&world.context, program, call.lease()).await, Err(Code::NotFound.into()));
        let slots::Acquired::Held(held) =
            slots::acquire(&world.context, program, domain::slots::Direction::Inbound).await.unwrap()
        else {
            panic!("full")
        };
        assert_eq!(go_on(&world, ayse, CallId(held.id.0), false).await, Err(Code::NotFound.into()));
        assert_eq!(in_use(&world, ayse).await, 2);
    }

    async fn calls_of_others_do_not_exist(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner(DENIZ).await);
        let call = begin(&world.context, ayse).await;
        let missing = Err::<(), _>(AppError::from(Code::NotFound));
        for id in [call.id(), CallId(world.context.id())] {
            assert_eq!(go_on(&world, deniz, id, true).await, missing);
            assert_eq!(end(&world, deniz, id, "completed").await.map(drop), missing);
            assert_eq!(calls::load(&world.context, reads(deniz), id).await.map(drop), missing);
            let saved = calls::save_transcript(&world.context, writes(deniz), id, "Alo", None).await;
            assert_eq!(saved.map(drop), missing);
        }
        assert_eq!(listed(&world, deniz, CallsForm::default(), 10).await, (vec![], false));
        assert_eq!(calls::load(&world.context, reads(ayse), call.id()).await.unwrap().answered_at, None);
    }

    async fn the_list_goes_on_where_a_page_ended_and_shows_what_was_asked_for(world: World) {
        let ayse = world.owner(AYSE).await;
        let mut begun = Vec::new();
        for number in 0..5 {
            let call = begin(&world.context, ayse).await;
            if number == 2 {
                end(&world, ayse, call.id(), "busy").await.unwrap();
            }
            begun.insert(0, call.id());
        }
        let (first, more) = listed(&world, ayse, CallsForm::default(), 3).await;
        assert_eq!((first.as_slice(), more), (&begun[..3], true));
        let before = first[2].to_string();
        let rest = listed(&world, ayse, CallsForm { before, ..CallsForm::default() }, 3).await;
        assert_eq!(rest, (begun[3..].to_vec(), false));
        let busy = CallsForm { outcome: "busy".into(), direction: "outbound".into(), ..CallsForm::default() };
        assert_eq!(listed(&world, ayse, busy.clone(), 1).await, (vec![begun[2]], false));
        let inbound = CallsForm { direction: "inbound".into(), ..busy };
        assert_eq!(listed(&world, ayse, inbound, 0).await, (vec![], false));
    }

    async fn a_transcript_replaces_the_one_that_is_known(world: World) {
        let ayse = world.owner(AYSE).await;
        let call = begin(&world.context, ayse).await;
        let save = |text: &'static str, version| {
            calls::save_transcript(&world.context, writes(ayse), call.id(), text, version)
        };
        let saved = save("Alo?", Some(1)).await.unwrap();
        assert_eq!((saved.transcript.as_deref(), saved.version), (Some("Alo?"), 2));
        assert_eq!(save("Buyurun.", Some(1)).await.unwrap_err().code, Code::Conflict);
        assert_eq!(save("Buyurun.", None).await.unwrap().version, 3);
        assert_eq!(save(" ", None).await.unwrap_err().of("text"), Some(Code::Required));
    }

    async fn a_call_keeps_the_day_of_the_zone_it_began_in(world: World) {
        let ayse = world.owner(AYSE).await;
        // Monday 23:30 in Istanbul.
        world.context.clock.advance(TimeDelta::minutes(11 * 60 + 30));
        let call = begin(&world.context, ayse).await;
        assert_eq!((call.day, call.time_zone.as_str()), (NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), "Europe/Istanbul"));
        world.context.clock.advance(TimeDelta::minutes(45));
        let next = begin(&world.context, ayse).await;
        assert_eq!(next.day, NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
        assert_eq!(sums(&world, ayse).await.len(), 2);
    }

    async fn many_at_once_on_two_nodes_are_all_counted(world: World) {
        let ayse = world.owner(AYSE).await;
        let node = world.another_node().await;
        let work = (0..30).map(|number| {
            let context = [&world.context, &node][number % 2];
            async move {
                let Started::Running(call, _) = calls::start(context, writes(ayse), out()).await.unwrap() else {
                    return 0;
                };
                calls::continue_call(context, writes(ayse), call.id(), true).await.unwrap();
                calls::end(context, writes(ayse), call.id(), "completed").await.unwrap();
                1
            }
        });
        let done: i32 = join_all(work).await.into_iter().sum();
        assert!(done >= 10, "ten slots");
        assert_eq!(sums(&world, ayse).await, [(done, done, 0)]);
        assert_eq!(in_use(&world, ayse).await, 0);
    }
}
