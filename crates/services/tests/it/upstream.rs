//! The connection to the platform: tried out, used, changed with a way back, and asked for calls.

mod calls;
pub mod fake;
mod guard;

use chrono::TimeDelta;
use domain::{
    Actor, Admin, AppError, CallId, Code, Language, Recent, Role,
    upstream::{ConfirmForm, Failure, TryForm, UpstreamKey, UseForm},
};
use entity::{audit, upstream, upstream_trial};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use services::upstream::{self as rooms, Connection, NotPlaced, Order, Trial, Upstream};

use crate::{on_both_databases, world::World};
use fake::{Fake, fine, status};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
pub const FIRST: &str = "sk_live_first_1111";
const SECOND: &str = "sk_live_second_2222";

/// The owner of a company whose server may call this platform.
pub async fn meet(mut world: World, fake: &Fake) -> (World, Actor) {
    world.context.platform = fake.platform();
    let ayse = world.owner(AYSE).await;
    (world, ayse)
}

fn recent(world: &World, actor: Actor) -> Recent<Admin> {
    let actor = Actor { proved_at: world.context.now(), ..actor };
    Recent::check(actor.admin().unwrap(), world.context.now()).unwrap()
}

async fn try_out(world: &World, actor: Actor, address: &str, key: &str) -> Result<(), AppError> {
    let form = TryForm { address: address.into(), secret: UpstreamKey(key.into()) };
    rooms::try_out(&world.context, recent(world, actor), form).await
}

async fn use_trial(world: &World, actor: Actor, fallback: &str, anyway: bool) -> Result<(), AppError> {
    let form = UseForm { fallback: fallback.into(), anyway };
    rooms::use_trial(&world.context, recent(world, actor), form).await
}

pub async fn connect(world: &World, actor: Actor, fake: &Fake, key: &str) {
    try_out(world, actor, &fake.url(), key).await.unwrap();
    use_trial(world, actor, "day", false).await.unwrap();
    fake.seen();
}

async fn load(world: &World, actor: Actor) -> Upstream {
    rooms::load_upstream(&world.context, actor.admin().unwrap()).await.unwrap()
}

async fn connection(world: &World, actor: Actor) -> Connection {
    load(world, actor).await.connection.unwrap()
}

async fn trial(world: &World, actor: Actor) -> Trial {
    load(world, actor).await.trial.unwrap()
}

fn confirmed() -> ConfirmForm {
    ConfirmForm { confirmed: true }
}

fn order() -> Order {
    Order {
        call: CallId(uuid::Uuid::now_v7()),
        from: "+902125550100".into(),
        to: "+905325550123".into(),
        agent_name: "Deniz".into(),
        greeting: "Merhaba, Yıldız Çağrı Merkezi'nden arıyorum.".into(),
        language: Language::Tr,
        customer_name: "Işıl Güneş".into(),
    }
}

/// Action, before and after of what was done to the connection, oldest first.
async fn trail(world: &World, actor: Actor) -> Vec<(String, Option<uuid::Uuid>, String)> {
    let rows = audit::Entity::find()
        .filter(audit::Column::OrganisationId.eq(actor.organisation.0))
        .filter(audit::Column::Room.eq("upstream"))
        .order_by_asc(audit::Column::Id)
        .all(world.context.database.read())
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.action, row.person_id, format!("{} {}", row.before, row.after))).collect()
}

on_both_databases! {
    async fn a_connection_is_tried_out_and_then_used(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (world, ayse) = meet(world, &fake).await;
        assert_eq!(load(&world, ayse).await, Upstream { connection: None, trial: None });
        assert_eq!(rooms::is_connected(&world.context, ayse.organisation).await, Ok(false));
        try_out(&world, ayse, &format!(" {}/ ", fake.url()), FIRST).await.unwrap();
        let tried = trial(&world, ayse).await;
        assert_eq!((tried.base, tried.key_end.as_str()), (fake.url(), "1111"));
        assert_eq!((tried.tested.failure, tried.tested.account.as_deref()), (None, Some("Yıldız Telekom")));
        assert_eq!(tried.tested.permissions, [("calls:place", true), ("recordings:send", true)]);
        assert!(tried.tested.latency.is_some());
        assert_eq!(load(&world, ayse).await.connection, None, "nothing is used before it is saved");
        let asked = fake.seen();
        assert_eq!((asked.len(), asked[0].line.as_str(), asked[0].key()), (1, "GET /v1/account", FIRST));

        use_trial(&world, ayse, "", false).await.unwrap();
        let used = connection(&world, ayse).await;
        assert_eq!((used.base, used.key_end.as_str(), used.old), (fake.url(), "1111", None));
        assert_eq!(load(&world, ayse).await.trial, None);
        assert!(rooms::is_connected(&world.context, ayse.organisation).await.unwrap());
        assert_eq!(fake.seen().len(), 0, "what was tested is not tested again");
        let rows = trail(&world, ayse).await;
        assert_eq!((rows.len(), rows[0].0.as_str()), (1, "upstream.connect"));
        assert!(rows[0].2.contains("…1111") && !rows[0].2.contains(FIRST), "{}", rows[0].2);
    }

    async fn what_was_not_good_is_not_used(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (world, ayse) = meet(world, &fake).await;
        let untested = Err(Code::UpstreamUntested.into());
        assert_eq!(use_trial(&world, ayse, "", true).await, untested, "nothing was tried out");
        try_out(&world, ayse, &fake.url(), SECOND).await.unwrap();
        assert_eq!(trial(&world, ayse).await.tested.failure, Some(Failure::KeyRefused));
        assert_eq!(use_trial(&world, ayse, "", true).await, untested, "a wrong key is not saved anyway");
        fake.answer(|_| Some(status(200, r#"{"name":"Yıldız","permissions":["recordings:send"]}"#)));
        try_out(&world, ayse, &fake.url(), FIRST).await.unwrap();
        let tested = trial(&world, ayse).await.tested;
        assert_eq!(tested.failure, Some(Failure::PermissionMissing));
        assert_eq!(tested.permissions, [("calls:place", false), ("recordings:send", true)]);
        assert_eq!(use_trial(&world, ayse, "", true).await, untested);
        fake.answer(|_| Some(status(503, "<secret of somebody>")));
        try_out(&world, ayse, &fake.url(), FIRST).await.unwrap();
        assert_eq!(trial(&world, ayse).await.tested.failure, Some(Failure::ServerError));
        assert_eq!(use_trial(&world, ayse, "", false).await, untested, "not without saying so");
        use_trial(&world, ayse, "", true).await.unwrap();
        assert_eq!(connection(&world, ayse).await.tested.unwrap().failure, Some(Failure::ServerError));
    }

    async fn a_form_with_mistakes_asks_nobody(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (world, ayse) = meet(world, &fake).await;
        for (address, key, field, code) in [
            ("", FIRST, "address", Code::Required),
            (fake.url().as_str(), "", "secret", Code::Required),
            (fake.url().as_str(), "short", "secret", Code::UpstreamKeyInvalid),
            ("not an address", FIRST, "address", Code::UpstreamAddressInvalid),
            ("http://platform.example", FIRST, "address", Code::UpstreamAddressRefused),
            ("https://10.0.0.1", FIRST, "address", Code::UpstreamAddressRefused),
        ] {
            let error = try_out(&world, ayse, address, key).await.unwrap_err();
            assert_eq!(error.of(field), Some(code), "{address} {key}");
        }
        assert_eq!((fake.seen().len(), load(&world, ayse).await.trial), (0, None));
    }

    async fn what_was_tried_out_is_of_one_session_and_of_a_quarter_of_an_hour(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (world, ayse) = meet(world, &fake).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        try_out(&world, ayse, &fake.url(), FIRST).await.unwrap();
        assert_eq!(load(&world, mert).await.trial, None);
        assert_eq!(use_trial(&world, mert, "", false).await, Err(Code::UpstreamUntested.into()));
        rooms::discard_trial(&world.context, ayse.admin().unwrap(), confirmed()).await.unwrap();
        assert_eq!(load(&world, ayse).await.trial, None);
        try_out(&world, ayse, &fake.url(), FIRST).await.unwrap();
        world.context.clock.advance(TimeDelta::minutes(15));
        assert_eq!(load(&world, ayse).await.trial, None);
        assert_eq!(use_trial(&world, ayse, "", false).await, Err(Code::UpstreamUntested.into()));
        assert_eq!(rooms::sweep(&world.context).await, Ok(1));
        let left = upstream_trial::Entity::find().all(world.context.database.read()).await.unwrap();
        assert_eq!(left, []);
    }

    async fn nothing_stored_opens_the_platform(world: World) {
        let fake = Fake::taking(&[FIRST, SECOND]);
        let (world, ayse) = meet(world, &fake).await;
        connect(&world, ayse, &fake, FIRST).await;
        connect(&world, ayse, &fake, SECOND).await;
        try_out(&world, ayse, &fake.url(), SECOND).await.unwrap();
        let read = world.context.database.read();
        let rows = format!(
            "{:?} {:?}",
            upstream::Entity::find().all(read).await.unwrap(),
            upstream_trial::Entity::find().all(read).await.unwrap()
        );
        assert!(!rows.contains("sk_live"), "{rows}");
        // Nor a key that was moved to another row.
        let row = upstream::Entity::find().one(read).await.unwrap().unwrap();
        let moved = upstream::ActiveModel {
            organisation_id: sea_orm::ActiveValue::Set(row.organisation_id),
            key: sea_orm::ActiveValue::Set(row.old_key.unwrap()),
            ..Default::default()
        };
        let write = world.context.database.write(move |on| Box::pin(async move {
            upstream::Entity::update(moved).exec(on).await.unwrap();
            Ok(())
        }));
        write.await.unwrap();
        fake.seen();
        let placed = rooms::place_call(&world.context, ayse.organisation, &order()).await;
        assert_eq!((placed, fake.seen().len()), (Err(NotPlaced::Refused(Failure::Internal)), 0));
    }

    async fn the_connection_that_is_used_is_tested(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (world, ayse) = meet(world, &fake).await;
        let test = async || rooms::test(&world.context, recent(&world, ayse), confirmed()).await;
        assert_eq!(test().await, Err(Code::NotFound.into()));
        connect(&world, ayse, &fake, FIRST).await;
        fake.take(&[]);
        world.context.clock.advance(TimeDelta::hours(1));
        test().await.unwrap();
        let tested = connection(&world, ayse).await.tested.unwrap();
        assert_eq!((tested.failure, tested.at), (Some(Failure::KeyRefused), world.context.now()));
        assert_eq!((tested.account, tested.permissions), (None, vec![]));
        fake.answer(|asked| Some(fine(asked)));
        test().await.unwrap();
        assert_eq!(connection(&world, ayse).await.tested.unwrap().failure, None);
    }

    async fn a_connection_that_was_removed_places_no_call(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (world, ayse) = meet(world, &fake).await;
        let deniz = world.owner("deniz@baska.example").await;
        connect(&world, ayse, &fake, FIRST).await;
        let remove = async |who| rooms::remove(&world.context, recent(&world, who), confirmed()).await;
        assert_eq!(remove(deniz).await, Err(Code::NotFound.into()));
        let unconfirmed = rooms::remove(&world.context, recent(&world, ayse), ConfirmForm::default()).await;
        assert_eq!(unconfirmed, Err(Code::BadRequest.into()));
        remove(ayse).await.unwrap();
        assert_eq!(load(&world, ayse).await.connection, None);
        let placed = rooms::place_call(&world.context, ayse.organisation, &order()).await;
        assert_eq!(placed, Err(NotPlaced::Refused(Failure::NotConnected)));
        let actions: Vec<String> = trail(&world, ayse).await.into_iter().map(|(action, ..)| action).collect();
        assert_eq!(actions, ["upstream.connect", "upstream.remove"]);
    }
}
