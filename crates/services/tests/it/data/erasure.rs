//! A customer goes with what was said in their calls; a recording and a transcript go alone; files go after the rows.

use domain::{
    Actor, AppError, CallId, Code, CustomerId, Recent, Role, customers::CustomerForm, data::CallsOf,
};
use entity::{call, job};
use sea_orm::EntityTrait;
use services::{
    calls::{self, Started},
    customers::{self, CallsWith},
    jobs::{self, Kind},
    recordings, reports,
};

use crate::{
    agents::trail,
    on_both_databases,
    recordings::{read, save, wav},
    slots::program,
    world::World,
};

const AYSE: &str = "ayse@yildiz.example";
const THEIRS: &str = "+905321234567";
const OURS: &str = "+902125550100";

async fn begin(world: &World, by: Actor, direction: &str, from: &str, to: &str) -> CallId {
    let form = domain::calls::StartForm { direction: direction.into(), from: from.into(), to: to.into() };
    match calls::start(&world.context, program(by).write_calls().unwrap(), form).await.unwrap() {
        Started::Running(call, _) => call.id(),
        Started::Full(usage) => panic!("full: {usage:?}"),
    }
}

/// A call that somebody with this number begins.
pub async fn call_with(world: &World, by: Actor, number: &str) -> CallId {
    begin(world, by, "inbound", number, OURS).await
}

async fn end(world: &World, by: Actor, id: CallId) {
    calls::end(&world.context, program(by).write_calls().unwrap(), id, "completed").await.unwrap();
}

/// A customer with two calls, both recorded and written down, and one call from before they were a customer.
async fn can(world: &World, ayse: Actor) -> (CustomerId, [CallId; 3]) {
    let before = begin(world, ayse, "inbound", THEIRS, OURS).await;
    end(world, ayse, before).await;
    let form = CustomerForm { name: "Can".into(), phone: THEIRS.into(), ..CustomerForm::default() };
    let can = customers::create(&world.context, ayse.member(), form).await.unwrap();
    let mut ids = [before; 3];
    for (place, (direction, from, to)) in
        [("inbound", THEIRS, OURS), ("outbound", OURS, THEIRS)].into_iter().enumerate()
    {
        let id = begin(world, ayse, direction, from, to).await;
        save(world, ayse, id, wav(1)).await.unwrap();
        let machine = program(ayse).write_calls().unwrap();
        calls::save_transcript(&world.context, machine, id, "Merhaba Can", None).await.unwrap();
        end(world, ayse, id).await;
        ids[place + 1] = id;
    }
    (can.id(), ids)
}

async fn delete(world: &World, by: Actor, id: CustomerId, calls: CallsOf) -> Result<(), AppError> {
    let by = Recent::check(by.admin()?, world.context.now())?;
    customers::delete(&world.context, by, id, calls, None).await
}

async fn rows(world: &World) -> Vec<call::Model> {
    call::Entity::find().all(world.context.database.read()).await.unwrap()
}

/// Whether the content of a recording is still stored.
async fn is_stored(world: &World, recording: &recordings::Recording) -> bool {
    recordings::read_recording(&world.context, recording, 0..1).await.is_ok()
}

on_both_databases! {
    async fn a_customer_is_taken_out_of_their_calls(world: World) {
        let ayse = world.owner(AYSE).await;
        let other = begin(&world, ayse, "inbound", "+905559998877", OURS).await;
        let (can, ids) = can(&world, ayse).await;
        let has = customers::count_calls(&world.context, ayse.member(), can).await.unwrap();
        assert_eq!(has, CallsWith { calls: 3, transcripts: 2, recordings: 2 });
        let kept = recordings::load_recording(&world.context, ayse.member(), ids[1]).await.unwrap();
        let sums = reports::load_days(&world.context, ayse.member(), 10).await.unwrap();

        delete(&world, ayse, can, CallsOf::Anonymise).await.unwrap();
        let calls = rows(&world).await;
        assert_eq!(calls.len(), 4);
        for call in calls.iter().filter(|call| ids.contains(&call.id())) {
            assert!(call.ended_at.is_some() && call.talk_seconds() >= 0);
            assert_eq!((call.customer_id, &call.transcript, &call.recording), (None, &None, &None));
            assert_eq!((call.recording_bytes, &call.recording_type, call.recording_seconds), (None, &None, None));
            let numbers = [call.from_number.as_str(), call.to_number.as_str()];
            assert!(!numbers.contains(&THEIRS) && numbers.contains(&OURS), "{numbers:?}");
        }
        let untouched = calls.iter().find(|call| call.id() == other).unwrap();
        assert_eq!((untouched.from_number.as_str(), untouched.version), ("+905559998877", 1));
        assert_eq!(reports::load_days(&world.context, ayse.member(), 10).await.unwrap(), sums);

        // The file goes by a job that stands there since the commit: nothing is lost by a crash.
        assert!(is_stored(&world, &kept).await);
        let open = job::Entity::open().all(world.context.database.read()).await.unwrap();
        assert_eq!(open.iter().filter(|job| job.name == Kind::Erase.word()).count(), 1);
        jobs::run_due(&world.another_node().await, Kind::Erase).await.unwrap();
        assert!(!is_stored(&world, &kept).await);

        let told = trail(&world, ayse, "customers").await.pop().unwrap();
        assert_eq!(told.0, "customers.delete_customer");
        assert_eq!(told.1, r#"{"name":"Can","phone":"+905321234567"}"#);
        assert_eq!(told.2, r#"{"calls":3,"calls_of":"anonymise","recordings":2}"#);
        assert_eq!(delete(&world, ayse, can, CallsOf::Remove).await, Err(Code::NotFound.into()));
    }

    async fn a_customer_goes_with_their_calls(world: World) {
        let ayse = world.owner(AYSE).await;
        let other = begin(&world, ayse, "inbound", "+905559998877", OURS).await;
        let (can, ids) = can(&world, ayse).await;
        let kept = recordings::load_recording(&world.context, ayse.member(), ids[2]).await.unwrap();
        let sums = reports::load_days(&world.context, ayse.member(), 10).await.unwrap();
        delete(&world, ayse, can, CallsOf::Remove).await.unwrap();
        jobs::run_due(&world.context, Kind::Erase).await.unwrap();
        let left: Vec<CallId> = rows(&world).await.iter().map(call::Model::id).collect();
        assert_eq!((left, is_stored(&world, &kept).await), (vec![other], false));
        assert_eq!(reports::load_days(&world.context, ayse.member(), 10).await.unwrap(), sums, "sums stay");
    }

    async fn nobody_is_deleted_in_the_middle_of_a_call(world: World) {
        let ayse = world.owner(AYSE).await;
        let (can, _) = can(&world, ayse).await;
        let running = begin(&world, ayse, "inbound", THEIRS, OURS).await;
        for calls in CallsOf::ALL {
            assert_eq!(delete(&world, ayse, can, calls).await, Err(Code::CallRunning.into()));
        }
        assert_eq!(rows(&world).await.iter().filter(|call| call.transcript.is_some()).count(), 2);
        end(&world, ayse, running).await;
        delete(&world, ayse, can, CallsOf::Remove).await.unwrap();
        assert_eq!(rows(&world).await, []);
    }

    async fn a_recording_and_a_transcript_go_alone(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner("deniz@deniz.example").await);
        let mert = world.colleague(ayse, "mert@yildiz.example", Role::Member).await;
        let (_, [bare, id, _]) = can(&world, ayse).await;
        let kept = recordings::load_recording(&world.context, ayse.member(), id).await.unwrap();
        let strange = recordings::delete_recording(&world.context, deniz.admin().unwrap(), id).await;
        assert_eq!(strange, Err(Code::NotFound.into()));
        assert_eq!(calls::delete_transcript(&world.context, deniz.admin().unwrap(), id).await, strange);
        assert!(mert.admin().is_err());

        let admin = ayse.admin().unwrap();
        recordings::delete_recording(&world.context, admin, id).await.unwrap();
        jobs::run_due(&world.context, Kind::Erase).await.unwrap();
        assert!(!is_stored(&world, &kept).await);
        assert_eq!(read(&world, ayse, id).await, Err(Code::NotFound.into()));
        assert!(calls::load(&world.context, ayse.member(), id).await.unwrap().transcript.is_some());
        calls::delete_transcript(&world.context, admin, id).await.unwrap();
        assert_eq!(calls::load(&world.context, ayse.member(), id).await.unwrap().transcript, None);
        let again = recordings::delete_recording(&world.context, admin, id).await;
        assert_eq!(again, Err(Code::NotFound.into()));
        assert_eq!(calls::delete_transcript(&world.context, admin, bare).await, Err(Code::NotFound.into()));

        let running = begin(&world, ayse, "inbound", "", OURS).await;
        save(&world, ayse, running, wav(1)).await.unwrap();
        let early = recordings::delete_recording(&world.context, admin, running).await;
        assert_eq!(early, Err(Code::CallRunning.into()));
        let told: Vec<String> = trail(&world, ayse, "calls").await.into_iter().map(|row| row.0).collect();
        assert_eq!(told, ["calls.delete_recording", "calls.delete_transcript"]);
    }
}
