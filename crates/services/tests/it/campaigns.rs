//! Campaigns: everybody on a list is called, in business hours, as many at once as there are slots, nobody twice.

use chrono::TimeDelta;
use domain::{
    Actor, AppError, CampaignId, Code, ListId,
    calls::Outcome,
    campaigns::{CampaignForm, State, Step},
    plan::Plan,
};
use entity::{agent, call, call_quarter, campaign_target, customer, customer_list, listed_customer};
use futures::future::join_all;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use services::{
    Context, calls,
    campaigns::{self, Progress},
};
use uuid::Uuid;

use crate::{
    on_both_databases,
    slots::program,
    upstream::{
        FIRST, connect,
        fake::{Fake, fine, status},
        meet,
    },
    world::World,
};

const DENIZ: &str = "deniz@deniz.example";

/// The owner of a company whose platform takes every call.
async fn connected(world: World) -> (World, Actor, Fake) {
    let fake = Fake::taking(&[FIRST]);
    let (world, ayse) = meet(world, &fake).await;
    connect(&world, ayse, &fake, FIRST).await;
    (world, ayse, fake)
}

/// An agent, and a list of so many customers.
struct Cast {
    agent: Uuid,
    list: ListId,
}

async fn cast(world: &World, actor: Actor, customers: usize) -> Cast {
    let (of, now) = (actor.organisation.0, world.context.now());
    let id = || world.context.id();
    let (agent, list) = (id(), id());
    let agent_row = agent::Model {
        id: agent,
        organisation_id: of,
        name: format!("Elif {agent}"),
        name_key: format!("elif {agent}"),
        language: "tr".into(),
        greeting: "Merhaba!".into(),
        number: "+902125550100".into(),
        created_at: now,
        version: 1,
    };
    let name = format!("Liste {list}");
    let list_row =
        customer_list::Model { id: list, organisation_id: of, name_key: name.clone(), name, created_at: now };
    let people: Vec<customer::Model> = (0..customers)
        .map(|number| customer::Model {
            id: id(),
            organisation_id: of,
            name: format!("Müşteri {number}"),
            name_key: format!("musteri {number}"),
            phone: format!("+9053{:08}", number + 10_000_000),
            email: String::new(),
            note: String::new(),
            do_not_call: false,
            created_at: now,
            version: 1,
        })
        .collect();
    let listed: Vec<listed_customer::ActiveModel> = people
        .iter()
        .map(|person| listed_customer::Model { list_id: list, customer_id: person.id, organisation_id: of })
        .map(|row| row.into_active_model().reset_all())
        .collect();
    let people: Vec<customer::ActiveModel> =
        people.into_iter().map(|row| row.into_active_model().reset_all()).collect();
    let written = world.context.database.write(move |on| {
        Box::pin(async move {
            let agent = agent_row.into_active_model().reset_all();
            agent::Entity::insert(agent).exec_without_returning(on).await.unwrap();
            let list = list_row.into_active_model().reset_all();
            customer_list::Entity::insert(list).exec_without_returning(on).await.unwrap();
            if !people.is_empty() {
                customer::Entity::insert_many(people).exec_without_returning(on).await.unwrap();
                listed_customer::Entity::insert_many(listed).exec_without_returning(on).await.unwrap();
            }
            Ok(())
        })
    });
    written.await.unwrap();
    Cast { agent, list: ListId(list) }
}

fn form(cast: &Cast) -> CampaignForm {
    CampaignForm {
        name: "Kasım araması".into(),
        agent: cast.agent.to_string(),
        list: cast.list.to_string(),
        attempts: "2".into(),
        retry_minutes: "60".into(),
        ..CampaignForm::default()
    }
}

async fn plan(world: &World, actor: Actor, form: CampaignForm) -> Result<CampaignId, AppError> {
    let planned = campaigns::plan_campaign(&world.context, actor.admin().unwrap(), form).await;
    planned.map(|shown| shown.campaign.id())
}

async fn take(world: &World, actor: Actor, id: CampaignId, step: Step) -> Result<State, AppError> {
    let stepped = campaigns::step(&world.context, actor.admin().unwrap(), id, step).await;
    stepped.map(|shown| shown.campaign.state())
}

async fn dispatch(world: &World) -> usize {
    let begun = campaigns::dispatch(&world.context).await.unwrap();
    world.context.deliver().await.unwrap();
    begun
}

async fn progress(world: &World, actor: Actor, id: CampaignId) -> (State, Progress) {
    let shown = campaigns::load(&world.context, actor.member(), id).await.unwrap();
    (shown.campaign.state(), shown.progress)
}

async fn trouble(world: &World, actor: Actor, id: CampaignId) -> Option<String> {
    campaigns::load(&world.context, actor.member(), id).await.unwrap().campaign.trouble
}

/// Oldest first.
async fn running(context: &Context, actor: Actor) -> Vec<call::Model> {
    let running = call::Entity::find()
        .filter(call::Column::OrganisationId.eq(actor.organisation.0))
        .filter(call::Column::EndedAt.is_null())
        .order_by_asc(call::Column::Id);
    running.all(context.database.read()).await.unwrap()
}

async fn end_all(world: &World, actor: Actor, outcome: &str) -> usize {
    let calls = running(&world.context, actor).await;
    let machine = program(actor).write_calls().unwrap();
    for call in &calls {
        calls::end(&world.context, machine, call.id(), outcome).await.unwrap();
    }
    calls.len()
}

on_both_databases! {
    async fn the_dashboard_names_the_next_three_that_have_not_ended(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        let cast = cast(&world, ayse, 1).await;
        let mut planned = Vec::new();
        for number in 0..4 {
            planned.push(plan(&world, ayse, CampaignForm { name: format!("K{number}"), ..form(&cast) }).await.unwrap());
            world.context.clock.advance(TimeDelta::seconds(1));
        }
        take(&world, ayse, planned[0], Step::Stop).await.unwrap();
        let names = async || {
            let today = services::dashboard::load_today(&world.context, ayse.member()).await.unwrap();
            today.campaigns.into_iter().map(|campaign| campaign.name).collect::<Vec<_>>()
        };
        assert_eq!(names().await, ["K1", "K2", "K3"]);
        take(&world, ayse, planned[1], Step::Pause).await.unwrap();
        assert_eq!(names().await.len(), 3);
    }

    async fn everybody_is_called_once_and_never_more_at_once_than_the_plan_allows(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        world.set_plan(ayse.organisation, Plan::Discovery).await;
        let cast = cast(&world, ayse, 5).await;
        let id = plan(&world, ayse, form(&cast)).await.unwrap();
        let mut called = Vec::new();
        for expected in [2, 2, 1] {
            assert_eq!(dispatch(&world).await, expected);
            assert_eq!(dispatch(&world).await, 0, "no slot is free, or nobody is left");
            called.extend(running(&world.context, ayse).await.into_iter().map(|call| call.to_number));
            end_all(&world, ayse, "completed").await;
        }
        called.sort_unstable();
        called.dedup();
        assert_eq!(called.len(), 5);
        let done = Progress { reached: 5, ..Progress::default() };
        assert_eq!(progress(&world, ayse, id).await, (State::Finished, done));
        assert_eq!(dispatch(&world).await, 0);
    }

    async fn a_greater_plan_counts_at_the_next_call(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        world.set_plan(ayse.organisation, Plan::Discovery).await;
        let cast = cast(&world, ayse, 20).await;
        plan(&world, ayse, form(&cast)).await.unwrap();
        assert_eq!(dispatch(&world).await, 2);
        world.set_plan(ayse.organisation, Plan::Team).await;
        assert_eq!(dispatch(&world).await, 8);
    }

    async fn whoever_is_not_reached_is_called_again_later_as_often_as_planned(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        let cast = cast(&world, ayse, 1).await;
        let id = plan(&world, ayse, form(&cast)).await.unwrap();
        assert_eq!(dispatch(&world).await, 1);
        end_all(&world, ayse, "no_answer").await;
        let waits = Progress { waiting: 1, ..Progress::default() };
        assert_eq!(progress(&world, ayse, id).await, (State::Active, waits));
        assert_eq!(dispatch(&world).await, 0, "not yet");
        world.context.clock.advance(TimeDelta::minutes(60));
        assert_eq!(dispatch(&world).await, 1);
        end_all(&world, ayse, "busy").await;
        let given_up = Progress { unreached: 1, ..Progress::default() };
        assert_eq!(progress(&world, ayse, id).await, (State::Finished, given_up));
    }

    async fn a_call_that_is_lost_is_not_made_again(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        let cast = cast(&world, ayse, 1).await;
        let id = plan(&world, ayse, form(&cast)).await.unwrap();
        assert_eq!(dispatch(&world).await, 1);
        world.context.clock.advance(TimeDelta::seconds(61));
        assert_eq!(calls::sweep(&world.context).await.unwrap(), 1);
        world.context.clock.advance(TimeDelta::hours(1));
        let lost = Progress { unreached: 1, ..Progress::default() };
        assert_eq!((dispatch(&world).await, progress(&world, ayse, id).await), (0, (State::Finished, lost)));
    }

    async fn nobody_is_called_outside_business_hours_or_before_the_start(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        let cast = cast(&world, ayse, 3).await;
        // It is Monday noon; office hours end at six.
        let form = CampaignForm { starts_at: "2026-11-23T17:30".into(), ..form(&cast) };
        plan(&world, ayse, form).await.unwrap();
        assert_eq!(dispatch(&world).await, 0, "before the start");
        world.context.clock.advance(TimeDelta::minutes(330));
        assert_eq!(dispatch(&world).await, 3, "half past five");
        end_all(&world, ayse, "no_answer").await;
        world.context.clock.advance(TimeDelta::minutes(61));
        assert_eq!(dispatch(&world).await, 0, "closed");
        world.context.clock.advance(TimeDelta::hours(16));
        assert_eq!(dispatch(&world).await, 3, "the next morning");
    }

    async fn a_campaign_is_paused_resumed_and_stopped_while_its_calls_go_on(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        world.set_plan(ayse.organisation, Plan::Discovery).await;
        let cast = cast(&world, ayse, 6).await;
        let id = plan(&world, ayse, form(&cast)).await.unwrap();
        assert_eq!(dispatch(&world).await, 2);
        for _ in 0..2 {
            assert_eq!(take(&world, ayse, id, Step::Pause).await, Ok(State::Paused), "twice is no error");
        }
        assert_eq!(end_all(&world, ayse, "completed").await, 2);
        assert_eq!(dispatch(&world).await, 0);
        assert_eq!(take(&world, ayse, id, Step::Resume).await, Ok(State::Active));
        assert_eq!(dispatch(&world).await, 2);
        assert_eq!(take(&world, ayse, id, Step::Stop).await, Ok(State::Stopped));
        assert_eq!(take(&world, ayse, id, Step::Resume).await, Err(Code::CampaignState.into()));
        assert_eq!(end_all(&world, ayse, "completed").await, 2);
        assert_eq!(dispatch(&world).await, 0);
        let stopped = Progress { reached: 4, waiting: 2, ..Progress::default() };
        assert_eq!(progress(&world, ayse, id).await, (State::Stopped, stopped));
    }

    async fn a_campaign_makes_no_more_calls_at_once_than_it_was_told(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        let (few, many) = (cast(&world, ayse, 5).await, cast(&world, ayse, 0).await);
        let of = ayse.organisation.0;
        // The same people on another list: of two campaigns each calls them.
        let listed = listed_customer::Entity::find().all(world.context.database.read()).await.unwrap();
        let also: Vec<_> = listed
            .into_iter()
            .map(|row| listed_customer::Model { list_id: many.list.0, organisation_id: of, ..row })
            .map(|row| row.into_active_model().reset_all())
            .collect();
        let write = world.context.database.write(move |on| Box::pin(async move {
            listed_customer::Entity::insert_many(also).exec_without_returning(on).await.unwrap();
            Ok(())
        }));
        write.await.unwrap();
        let first = plan(&world, ayse, CampaignForm { at_once: "1".into(), ..form(&few) }).await.unwrap();
        let second = plan(&world, ayse, CampaignForm { at_once: "3".into(), ..form(&many) }).await.unwrap();
        assert_eq!(dispatch(&world).await, 4);
        assert_eq!(progress(&world, ayse, first).await.1.calling, 1);
        assert_eq!(progress(&world, ayse, second).await.1.calling, 3);
    }

    async fn whoever_wants_no_calls_is_passed_over(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        let cast = cast(&world, ayse, 3).await;
        let wants_none = async |which: usize| {
            let people = customer::Entity::find().order_by_asc(customer::Column::Id);
            let mut rows = people.all(world.context.database.read()).await.unwrap();
            let row = rows.swap_remove(which);
            let write = world.context.database.write(move |on| Box::pin(async move {
                let update = customer::Entity::update_many()
                    .col_expr(customer::Column::DoNotCall, sea_orm::sea_query::Expr::value(true))
                    .filter(customer::Column::Id.eq(row.id));
                update.exec(on).await.unwrap();
                Ok(())
            }));
            write.await.unwrap();
        };
        wants_none(0).await;
        let id = plan(&world, ayse, form(&cast)).await.unwrap();
        wants_none(1).await;
        assert_eq!(dispatch(&world).await, 1);
        end_all(&world, ayse, "completed").await;
        let done = Progress { reached: 1, skipped: 2, ..Progress::default() };
        assert_eq!(progress(&world, ayse, id).await, (State::Finished, done));
    }

    async fn two_nodes_never_call_one_customer_twice(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        let cast = cast(&world, ayse, 30).await;
        let id = plan(&world, ayse, form(&cast)).await.unwrap();
        let other = world.another_node().await;
        while progress(&world, ayse, id).await.0 == State::Active {
            let nodes = [&world.context, &other, &world.context, &other].map(campaigns::dispatch);
            for begun in join_all(nodes).await {
                begun.unwrap();
            }
            futures::join!(world.context.outbox.settle(), other.outbox.settle());
            let at_once = end_all(&world, ayse, "completed").await;
            assert!((1..=10).contains(&at_once), "{at_once}");
        }
        let calls = call::Entity::find().all(world.context.database.read()).await.unwrap();
        let mut numbers: Vec<_> = calls.iter().map(|call| &call.to_number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!((calls.len(), numbers.len()), (30, 30));
        assert!(calls.iter().all(|call| call.campaign_id == Some(id.0) && call.agent_id == Some(cast.agent)));
    }

    async fn a_platform_that_refuses_leaves_no_call_and_is_asked_again_after_a_while(world: World) {
        let (world, ayse, fake) = connected(world).await;
        let cast = cast(&world, ayse, 3).await;
        let id = plan(&world, ayse, form(&cast)).await.unwrap();
        fake.answer(|_| Some(status(429, "")));
        // As many as it had asked for when the first refusal arrived.
        assert!((1..=3).contains(&dispatch(&world).await));
        let waits = Progress { waiting: 3, ..Progress::default() };
        assert_eq!(progress(&world, ayse, id).await, (State::Active, waits));
        assert_eq!(trouble(&world, ayse, id).await, Some("rate_limited".into()));
        let read = world.context.database.read();
        assert_eq!(call::Entity::find().all(read).await.unwrap(), [], "nobody was called");
        let sums = call_quarter::Entity::find().all(read).await.unwrap();
        assert!(sums.iter().all(|row| row.started == 0), "{sums:?}");
        let tries = campaign_target::Entity::find().all(read).await.unwrap();
        assert!(tries.iter().all(|target| target.attempts == 0 && target.call_id.is_none()));
        assert_eq!(dispatch(&world).await, 0, "not at once");
        fake.answer(|asked| Some(fine(asked)));
        world.context.clock.advance(TimeDelta::seconds(30));
        assert_eq!(dispatch(&world).await, 3);
        assert_eq!(trouble(&world, ayse, id).await, None);
    }

    async fn whoever_may_have_been_called_is_not_called_again(world: World) {
        let (world, ayse, fake) = connected(world).await;
        let cast = cast(&world, ayse, 1).await;
        let id = plan(&world, ayse, form(&cast)).await.unwrap();
        // Taken, and then no answer that can be read.
        fake.answer(|_| Some("HTTP/1.1 2".into()));
        assert_eq!(dispatch(&world).await, 1);
        let lost = Progress { unreached: 1, ..Progress::default() };
        assert_eq!(progress(&world, ayse, id).await, (State::Finished, lost));
        let calls = call::Entity::find().all(world.context.database.read()).await.unwrap();
        assert_eq!(calls.iter().map(call::Model::outcome).collect::<Vec<_>>(), [Outcome::Lost]);
    }

    async fn without_a_platform_nobody_is_called(world: World) {
        let ayse = world.owner(DENIZ).await;
        let cast = cast(&world, ayse, 1).await;
        let id = plan(&world, ayse, form(&cast)).await.unwrap();
        assert_eq!(dispatch(&world).await, 1);
        assert_eq!(trouble(&world, ayse, id).await, Some("not_connected".into()));
        assert_eq!(progress(&world, ayse, id).await.1.waiting, 1);
    }

    async fn what_is_wrong_is_said_at_the_field_and_nothing_is_planned(world: World) {
        let (world, ayse, _fake) = connected(world).await;
        let deniz = world.owner(DENIZ).await;
        world.set_plan(ayse.organisation, Plan::Discovery).await;
        let (mine, theirs) = (cast(&world, ayse, 1).await, cast(&world, deniz, 1).await);
        let empty = cast(&world, ayse, 0).await;
        let wrong = [
            ("name", Code::Required, CampaignForm { name: " ".into(), ..form(&mine) }),
            ("agent", Code::ChoiceUnknown, CampaignForm { agent: theirs.agent.to_string(), ..form(&mine) }),
            ("list", Code::ChoiceUnknown, CampaignForm { list: theirs.list.to_string(), ..form(&mine) }),
            ("list", Code::Required, CampaignForm { list: String::new(), ..form(&mine) }),
            ("list", Code::ListEmpty, form(&empty)),
            ("attempts", Code::ChoiceUnknown, CampaignForm { attempts: "99".into(), ..form(&mine) }),
            ("at_once", Code::CountInvalid, CampaignForm { at_once: "0".into(), ..form(&mine) }),
            ("at_once", Code::SlotsFew, CampaignForm { at_once: "3".into(), ..form(&mine) }),
            ("starts_at", Code::DateInvalid, CampaignForm { starts_at: "yarın".into(), ..form(&mine) }),
            ("starts_at", Code::DatePast, CampaignForm { starts_at: "2026-11-23T10:30".into(), ..form(&mine) }),
        ];
        for (field, code, form) in wrong {
            let error = plan(&world, ayse, form.clone()).await.unwrap_err();
            assert_eq!(error.of(field), Some(code), "{form:?}");
        }
        assert_eq!(campaigns::list(&world.context, ayse.member(), None, 50).await.unwrap(), (vec![], false));
        let targets = campaign_target::Entity::find().all(world.context.database.read()).await.unwrap();
        assert_eq!(targets, []);
        let sure = CampaignForm { at_once: "3".into(), sure: true, ..form(&mine) };
        let id = plan(&world, ayse, sure).await.unwrap();
        let foreign = campaigns::load(&world.context, deniz.member(), id).await.unwrap_err();
        assert_eq!(foreign, Code::NotFound.into());
        assert_eq!(take(&world, deniz, id, Step::Stop).await, Err(Code::NotFound.into()));
    }
}
