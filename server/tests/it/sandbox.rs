//! The sandbox between our own two doors: asked by `place_call`, reporting to the REST API, over real sockets.

use domain::{
    Actor, CallId, Language, Recent, Scopes,
    calls::StartForm,
    upstream::{TryForm, UpstreamKey, UseForm},
};
use sea_orm::EntityTrait;
use server::{
    router::{Site, router},
    sandbox::{Fate, Sandbox, Settings},
};
use services::{
    calls::{self, Call, Started},
    keys,
    token::PlainToken,
    upstream::{self, Listed, NotPlaced, Order, Platform},
};
use tokio::net::TcpListener;

use crate::world::World;

const KEY: &str = "sandbox_key_of_a_test";

/// A server and a sandbox that know each other, on ports of their own.
struct Pair {
    world: World,
    owner: Actor,
    sandbox: Sandbox,
    access: PlainToken,
    address: String,
}

impl Pair {
    async fn new(pace: f64) -> Self {
        let platform = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = platform.local_addr().unwrap().to_string();
        let world = World::with(Platform::new(Listed::parse(std::slice::from_ref(&address)).unwrap())).await;
        let (_, owner) = world.owner("owner@ornek.com", "Yıldız").await;
        let form = domain::keys::KeyForm {
            name: "Sandbox".into(),
            kind: "organisation".into(),
            scopes: Scopes::CALLS_WRITE.words().map(str::to_owned).collect(),
            lifetime: "90".into(),
        };
        let member = Recent::check(owner.member(), world.context.now()).unwrap();
        let access = keys::create_key(&world.context, member, form).await.unwrap().token;
        let api = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = api.local_addr().unwrap().to_string();
        let site = Site { host: host.as_str().into(), ..world.site.clone() };
        tokio::spawn(axum::serve(api, router(site)).into_future());
        let settings = Settings {
            keys: vec![KEY.into()],
            access_key: access.reveal().to_owned(),
            api: format!("http://{host}"),
            pace,
            seed: 1,
        };
        let sandbox = Sandbox::new(settings).unwrap();
        tokio::spawn(axum::serve(platform, sandbox.router()).into_future());
        Self { world, owner, sandbox, access, address }
    }

    async fn connect(&self, key: &str) {
        let admin = Recent::check(self.owner.admin().unwrap(), self.world.context.now()).unwrap();
        let form = TryForm { address: format!("http://{}", self.address), secret: UpstreamKey(key.into()) };
        upstream::try_out(&self.world.context, admin, form).await.unwrap();
        let form = UseForm { fallback: "day".into(), anyway: false };
        upstream::use_trial(&self.world.context, admin, form).await.unwrap();
    }

    /// Begins a call as a campaign does.
    async fn begin(&self) -> Call {
        let machine = keys::authenticate(&self.world.context, &self.access).await.unwrap();
        let form =
            StartForm { direction: "outbound".into(), from: String::new(), to: "+905325550123".into() };
        match calls::start(&self.world.context, machine.write_calls().unwrap(), form).await.unwrap() {
            Started::Running(call, _) => *call,
            Started::Full(usage) => panic!("{usage:?}"),
        }
    }

    async fn place(&self, call: CallId) -> Result<(), NotPlaced> {
        let order = Order {
            call,
            from: String::new(),
            to: "+905325550123".into(),
            agent_name: "Deniz".into(),
            greeting: "Merhaba, Yıldız'dan arıyorum.".into(),
            language: Language::Tr,
            customer_name: "Işıl Güneş".into(),
        };
        upstream::place_call(&self.world.context, self.owner.organisation, &order).await
    }

    async fn row(&self, call: CallId) -> Call {
        let found = entity::call::Entity::find_by_id(call.0).one(self.world.context.database.read()).await;
        found.unwrap().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_placed_answered_written_down_recorded_and_ended() {
    let pair = Pair::new(200.0).await;
    pair.connect(KEY).await;
    let mut calls = Vec::new();
    for _ in 0..8 {
        let call = pair.begin().await.id();
        assert_eq!(pair.place(call).await, Ok(()));
        // Asked again it does nothing again.
        assert_eq!(pair.place(call).await, Ok(()));
        calls.push(call);
    }
    pair.sandbox.idle().await;
    let mut seen = Vec::new();
    for call in calls {
        let row = pair.row(call).await;
        assert!(row.ended_at.is_some(), "{row:?}");
        seen.push(row.outcome.clone());
        let is_answered = row.outcome == "completed";
        assert_eq!(row.transcript.as_ref().is_some_and(|said| said.contains("Işıl Güneş: ")), is_answered);
        assert_eq!(
            row.transcript.is_some_and(|said| said.starts_with("Deniz: Merhaba, Yıldız'dan")),
            is_answered
        );
        assert_eq!(row.recording_type.as_deref(), is_answered.then_some("audio/wav"));
        assert_eq!(row.recording_seconds.is_some_and(|seconds| seconds >= 3), is_answered);
        assert_eq!(row.answered_at.is_some(), is_answered);
    }
    let fates: Vec<&str> = (1..=8).map(|number| Fate::of(1, number).word()).collect();
    assert_eq!(seen, fates);
    assert!(fates.contains(&"completed") && fates.iter().any(|fate| *fate != "completed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_stops_leaves_no_call_running() {
    let pair = Pair::new(1.0).await;
    pair.connect(KEY).await;
    let call = pair.begin().await.id();
    pair.place(call).await.unwrap();
    pair.sandbox.stop().await;
    assert_eq!(pair.row(call).await.outcome, "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_nothing_from_it() {
    let pair = Pair::new(200.0).await;
    let admin = Recent::check(pair.owner.admin().unwrap(), pair.world.context.now()).unwrap();
    for (path, key, failure) in [
        ("", "another_key_than_its_own", domain::upstream::Failure::KeyRefused),
        ("/v2", KEY, domain::upstream::Failure::RequestRefused),
    ] {
        let address = format!("http://{}{path}", pair.address);
        let form = TryForm { address, secret: UpstreamKey(key.into()) };
        upstream::try_out(&pair.world.context, admin, form).await.unwrap();
        let shown = upstream::load_upstream(&pair.world.context, pair.owner.admin().unwrap()).await.unwrap();
        assert_eq!(shown.trial.unwrap().tested.failure, Some(failure), "{path}");
    }
}
