//! A whole server on a fresh database, and browsers that keep their cookies.

use std::{collections::BTreeMap, sync::Arc};

use app::shell::document::Assets;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, Response, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Account, Actor, CallId, KeyId, Language, Machine, OrganisationId, PersonId, Recent, Role, Scopes,
    account::{ConfirmAppForm, StartAppForm, TypedCode},
    agents::AgentForm,
    billing::TaxIdentityForm,
    branding::LogoForm,
    calls::StartForm,
    campaigns::CampaignForm,
    customers::{CustomerForm, ListForm, ListedForm},
    entrance::{LoginForm, Password, ResetForm, SignupForm, VerifyForm},
    general::GeneralForm,
    keys::KeyForm,
    knowledge::{CategoryForm, UploadForm},
    plan::PlanForm,
    support::Mode,
};
use entity::{membership, organisation};
use leptos::config::LeptosOptions;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, Value, sea_query::Expr};
use server::{
    limits::Strangers,
    metrics::{self, Metrics},
    router::{Site, router},
};
use services::{
    Clock, Context, Database, Settings,
    account::{self, RelyingParty},
    billing,
    calls::{self, Started},
    campaigns::Campaign,
    entrance::{self, Entered},
    general, invoices,
    keys::Made,
    mail::{MailSettings, Mailer, TransportSettings},
    outbox::Outbox,
    passwords::{Cost, Passwords},
    plan, recordings,
    sealing::KeyRing,
    session,
    storage::Storage,
    support,
    token::PlainToken,
    upstream::{Listed, Platform},
};
use tower::ServiceExt;

use crate::databases;

pub const ORIGIN: &str = "https://ayar.example";
pub const SESSION: &str = "__Host-ayar-session";
pub const CHALLENGE: &str = "__Host-ayar-challenge";
pub const PASSWORD: &str = "mavi kaplumbağa 47 deniz";

pub struct World {
    pub context: Context,
    pub site: Site,
    router: Router,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Platform::new(Listed::default())).await
    }

    /// A server that goes to the platforms it is given.
    pub async fn with(platform: Platform) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::on(&databases::sqlite(folder.path()).await, folder, platform).await
    }

    /// The same on a PostgreSQL database of its own.
    pub async fn on_postgres(platform: Platform) -> Self {
        Self::on(&databases::postgres().await, tempfile::tempdir().unwrap(), platform).await
    }

    async fn on(url: &str, folder: tempfile::TempDir, platform: Platform) -> Self {
        let at: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().unwrap();
        let clock = Clock::fixed(at);
        let mail =
            MailSettings { from: "Ayar <ayar@ayar.example>".into(), transport: TransportSettings::Memory };
        let context = Context {
            database: Database::connect(url, 4).await.unwrap(),
            clock: clock.clone(),
            outbox: Outbox::new(Mailer::open(&mail).unwrap(), false),
            storage: Storage::memory(),
            passwords: Passwords::new(2, Cost::LEAST).unwrap(),
            keys: KeyRing::memory(),
            platform,
            relying_party: RelyingParty::of(ORIGIN),
            settings: Arc::new(Settings {
                origin: ORIGIN.into(),
                seller: domain::invoices::Seller::default(),
                deletion_days: 7,
            }),
        };
        let hashes = folder.path().join("hash.txt");
        std::fs::write(&hashes, "js: abc\nwasm: def\ncss: 123\nsheets: 123\n").unwrap();
        let site_root = folder.path().join("site");
        std::fs::create_dir_all(site_root.join("pkg")).unwrap();
        std::fs::write(site_root.join("pkg/ayar.123.css"), "body{}").unwrap();
        for (ending, bytes) in [("br", "brotli"), ("gz", "gzip")] {
            std::fs::write(site_root.join(format!("pkg/ayar.123.css.{ending}")), bytes).unwrap();
        }
        std::fs::write(site_root.join("favicon.svg"), "<svg/>").unwrap();
        let options = LeptosOptions::builder()
            .output_name("ayar")
            .site_root(site_root.to_string_lossy().as_ref())
            .hash_files(true)
            .build();
        let site = Site {
            context: context.clone(),
            assets: Arc::new(Assets::read(&hashes, &site_root, &options).unwrap()),
            package: "/pkg".into(),
            options,
            origin: ORIGIN.into(),
            host: "ayar.example".into(),
            secure: true,
            metrics: Arc::new(Metrics::new(at)),
            trusted_proxies: Arc::new([]),
            strangers: Strangers::default(),
            reload_port: None,
        };
        Self { context, router: router(site.clone()), site, _folder: folder }
    }

    pub async fn sign_up(&self, email: &str, organisation: &str) {
        let form = SignupForm {
            organisation: organisation.into(),
            name: "Ayşe Erdem".into(),
            email: email.into(),
            password: Password(PASSWORD.into()),
            time_zone: "Europe/Istanbul".into(),
        };
        entrance::sign_up(&self.context, form, Language::Tr).await.unwrap();
    }

    /// Signs a company up, proves the address, and signs in: a browser, and who it is.
    pub async fn owner(&self, email: &str, organisation: &str) -> (Browser<'_>, Actor) {
        self.sign_up(email, organisation).await;
        let token = self.token_mailed_to(email).await;
        entrance::verify_address(&self.context, VerifyForm { token }).await.unwrap();
        let form =
            LoginForm { email: email.into(), password: Password(PASSWORD.into()), next: String::new() };
        let entered =
            entrance::sign_in(&self.context, form, None, session::Browser::default()).await.unwrap();
        let Entered::In(signed_in) = entered else { panic!("{email} owes a code") };
        let mut browser = self.browser();
        browser.cookies.insert(SESSION.into(), signed_in.session.reveal().into());
        (browser, self.account(&signed_in.session).await.actor().unwrap())
    }

    /// The account behind a session.
    pub async fn account(&self, token: &PlainToken) -> Account {
        session::authenticate(&self.context, token).await.unwrap().account
    }

    /// Sets an authenticator app up, as the page does, and gives the browser its new session. The clock is then in the
    /// next step, so that a code of now is a new one.
    pub async fn set_up_app(&self, browser: &mut Browser<'_>) -> App {
        let account = self.account(&PlainToken::received(&browser.cookies[SESSION])).await;
        let account = Account { proved_at: self.context.now(), ..account };
        let recent = Recent::check(account, self.context.now()).unwrap();
        let form = StartAppForm { confirmed: true, ..Default::default() };
        account::start_app(&self.context, recent, form, None).await.unwrap();
        let app = App::scan(&account::load_enrolment(&self.context, recent).await.unwrap().unwrap().key);
        let form = ConfirmAppForm { code: TypedCode(app.code(self.context.now())), next: String::new() };
        let confirmed = account::confirm_app(&self.context, account, form, None).await.unwrap();
        browser.cookies.insert(SESSION.into(), confirmed.session.reveal().into());
        self.context.clock.advance(TimeDelta::seconds(30));
        app
    }

    /// Somebody of the vendor's support who has no second factor yet.
    pub async fn newcomer(&self, email: &str) -> Browser<'_> {
        support::staff::add(&self.context, email, "Deniz Kara").await.unwrap();
        let password = || Password(PASSWORD.into());
        let form = ResetForm {
            token: self.token_mailed_to(email).await,
            password: password(),
            password_again: password(),
        };
        entrance::reset_password(&self.context, form, Language::Tr).await.unwrap();
        let form = LoginForm { email: email.into(), password: password(), next: String::new() };
        let entered = entrance::sign_in(&self.context, form, None, session::Browser::default()).await;
        let Ok(Entered::In(signed_in)) = entered else { panic!("{email} can't sign in") };
        let mut browser = self.browser();
        browser.cookies.insert(SESSION.into(), signed_in.session.reveal().into());
        browser
    }

    /// Somebody of the vendor's support, ready to work.
    pub async fn staff(&self, email: &str) -> Browser<'_> {
        let mut browser = self.newcomer(email).await;
        self.set_up_app(&mut browser).await;
        browser
    }

    /// An administrator lets support in, or no longer.
    pub async fn consent(&self, actor: Actor, access: &str) {
        self.consent_to(actor, access, Mode::Write).await;
    }

    pub async fn consent_to(&self, actor: Actor, access: &str, mode: Mode) {
        let form = general::load_profile(&self.context, actor.member()).await.unwrap().form;
        let mode = mode.word().into();
        let form = GeneralForm { support_access: access.into(), support_mode: mode, ..form };
        general::save_profile(&self.context, actor.admin().unwrap(), form).await.unwrap();
    }

    /// How long a session in the organisation may go unused.
    pub async fn limit_idle(&self, organisation: OrganisationId, minutes: i32) {
        self.set_rule(organisation, organisation::Column::IdleLimit, minutes.into()).await;
    }

    /// Requires a second factor of everybody in the organisation, or no longer.
    pub async fn require_two_factor(&self, organisation: OrganisationId, required: bool) {
        self.set_rule(organisation, organisation::Column::TwoFactorRequired, required.into()).await;
    }

    async fn set_rule(&self, organisation: OrganisationId, rule: organisation::Column, value: Value) {
        let write = self.context.database.write(move |on| {
            Box::pin(async move {
                organisation::Entity::update_many()
                    .col_expr(rule, Expr::value(value))
                    .filter(organisation::Column::Id.eq(organisation.0))
                    .exec(on)
                    .await
                    .unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
    }

    pub async fn token_mailed_to(&self, email: &str) -> String {
        self.context.deliver().await.unwrap();
        let sent = self.context.outbox.mailer().sent();
        let mail =
            sent.iter().rev().find(|sent| sent.mail.to == email && sent.mail.kind.link().is_some()).unwrap();
        mail.mail.kind.link().unwrap().split_once("token=").unwrap().1.to_owned()
    }

    /// Changes the role of an actor in their organisation.
    pub async fn set_role(&self, actor: Actor, role: Role) {
        let write = self.context.database.write(move |on| {
            Box::pin(async move {
                membership::Entity::update_many()
                    .col_expr(membership::Column::Role, Expr::value(role.as_str()))
                    .filter(membership::Column::PersonId.eq(actor.person.0))
                    .filter(membership::Column::OrganisationId.eq(actor.organisation.0))
                    .exec(on)
                    .await
                    .unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
    }

    /// Makes somebody a member of another organisation as well.
    pub async fn enrol(&self, person: PersonId, organisation: OrganisationId, role: Role) {
        let row = membership::ActiveModel {
            organisation_id: Set(organisation.0),
            person_id: Set(person.0),
            role: Set(role.as_str().to_owned()),
            created_at: Set(self.context.now()),
            signed_out_at: Set(None),
            active_at: Set(None),
            hidden_from_support: Set(false),
        };
        let write = self.context.database.write(move |on| {
            Box::pin(async move {
                membership::Entity::insert(row).exec_without_returning(on).await.unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
    }

    /// The same, and their session goes over there.
    pub async fn join(&self, who: Actor, host: Actor, role: Role) {
        self.enrol(who.person, host.organisation, role).await;
        session::switch_organisation(&self.context, who.account(), host.organisation).await.unwrap();
    }

    /// Gives the actor's organisation a photo; answers with the random part of its address.
    pub async fn give_photo(&self, actor: Actor) -> String {
        let file = include_bytes!("../../../crates/services/src/demo/photo.png");
        let file = file.as_slice().into();
        let saved =
            services::general::save_photo(&self.context, actor.admin().unwrap(), file, None, "").await;
        saved.unwrap().name
    }

    /// Gives the actor's organisation a logo; answers with the random part of its address.
    pub async fn give_logo(&self, actor: Actor) -> String {
        let (admin, form) = (actor.admin().unwrap(), LogoForm::default());
        let file = include_bytes!("../../../crates/services/src/demo/photo.png");
        let file = file.as_slice().into();
        services::branding::save_logo(&self.context, admin, file, None, &form).await.unwrap();
        services::branding::load_branding(&self.context, admin).await.unwrap().logo.unwrap().name
    }

    /// Makes a key of the actor, or of their organisation. Its name is one that no other organisation has.
    pub async fn give_key(&self, actor: Actor, kind: &str) -> Made {
        let form = KeyForm {
            name: "Zümrüdüanka köprüsü".into(),
            kind: kind.into(),
            scopes: vec!["calls:read".into(), "slots:read".into()],
            lifetime: "90".into(),
        };
        let member = Actor { proved_at: self.context.now(), ..actor }.member();
        let member = Recent::check(member, self.context.now()).unwrap();
        services::keys::create_key(&self.context, member, form).await.unwrap()
    }

    /// A campaign in which their agent calls their customer.
    pub async fn give_campaign(&self, actor: Actor, people: &People) -> Campaign {
        let form = CampaignForm {
            name: "Zümrüdüanka".into(),
            agent: people.agent.clone(),
            list: people.list.clone(),
            attempts: "1".into(),
            retry_minutes: "15".into(),
            ..CampaignForm::default()
        };
        let admin = actor.admin().unwrap();
        services::campaigns::plan_campaign(&self.context, admin, form).await.unwrap().campaign
    }

    /// An invoice over a day: the organisation takes a plan and leaves it at once. Its number.
    pub async fn give_invoice(&self, actor: Actor) -> String {
        let (context, actor) = (&self.context, Actor { proved_at: self.context.now(), ..actor });
        let version =
            billing::load_identity(context, actor.admin().unwrap()).await.unwrap().saved.form.version;
        let identity = TaxIdentityForm {
            version,
            taxpayer: "company".into(),
            legal_title: "Zümrüdüanka Ticaret A.Ş.".into(),
            tax_number: "1234567890".into(),
            office_province: "34".into(),
            tax_office: "Şişli Vergi Dairesi Müdürlüğü".into(),
            province: "34".into(),
            district: "Şişli".into(),
            address: "Büyükdere Caddesi No: 128".into(),
            postcode: "34394".into(),
            ..TaxIdentityForm::default()
        };
        billing::save_identity(context, actor.admin().unwrap(), identity).await.unwrap();
        for plan in ["scale", "team"] {
            let owner = Recent::check(actor.owner().unwrap(), context.now()).unwrap();
            plan::change_plan(context, owner, PlanForm { plan: plan.into() }).await.unwrap();
        }
        let (listed, _) = invoices::list(context, actor.admin().unwrap()).await.unwrap();
        listed[0].row.number.clone()
    }

    /// Makes a call of the actor's organisation, with this recording; answers with its id.
    pub async fn give_recording(&self, actor: Actor, sound: &'static [u8]) -> CallId {
        let machine = Machine {
            key: KeyId(self.context.id()),
            organisation: actor.organisation,
            person: None,
            role: Role::Admin,
            language: Language::Tr,
            scopes: Scopes::CALLS_WRITE,
        };
        let machine = machine.write_calls().unwrap();
        let form = StartForm { direction: "inbound".into(), ..StartForm::default() };
        let Started::Running(call, _) = calls::start(&self.context, machine, form).await.unwrap() else {
            panic!("no slot is free")
        };
        let sound = futures::stream::iter([Ok::<_, ()>(sound.into())]);
        recordings::save_recording(&self.context, machine, call.id(), sound).await.unwrap();
        call.id()
    }

    /// Gives the organisation an agent, a customer on a list, and a table on its way; nobody else has their words.
    pub async fn people_of(&self, actor: Actor) -> People {
        let (context, member, admin) = (&self.context, actor.member(), actor.admin().unwrap());
        let agent = AgentForm {
            name: "Zümrüdüanka Elif".into(),
            language: "tr".into(),
            greeting: "Merhaba, ben Zümrüdüanka.".into(),
            ..AgentForm::default()
        };
        let agent = services::agents::create(context, admin, agent).await.unwrap().id().to_string();
        let customer = CustomerForm {
            name: "Zümrüdüanka Müşteri".into(),
            phone: "0532 123 45 67".into(),
            ..CustomerForm::default()
        };
        let customer = services::customers::create(context, member, customer).await.unwrap().id().to_string();
        let list = ListForm { name: "Zümrüdüanka listesi".into(), ..ListForm::default() };
        let list = services::customers::create_list(context, member, list).await.unwrap().to_string();
        let listed = ListedForm { customer: customer.clone(), list: list.clone() };
        services::customers::add_to_list(context, member, listed).await.unwrap();
        let table = "Ad;Telefon\nZümrüdüanka;0532 123 45 68\n";
        let import = services::customers::import::upload(context, admin, "anka.csv", table.into()).await;
        People { agent, customer, list, import: import.unwrap().to_string() }
    }

    /// Gives the organisation a category with one below it, one that was deleted, and a file; nobody else has their words.
    pub async fn give_knowledge(&self, actor: Actor) -> Knowledge {
        use services::knowledge;
        let (context, admin) = (&self.context, actor.admin().unwrap());
        let make = async |name: &str, parent: &str| {
            let form = CategoryForm { name: name.into(), parent: parent.into(), ..CategoryForm::default() };
            knowledge::create_category(context, admin, form).await.unwrap().id
        };
        let category = make("Zümrüdüanka belgeleri", "").await.to_string();
        let below = make("Zümrüdüanka alt", &category).await.to_string();
        let deleted = make("Zümrüdüanka eski", "").await;
        knowledge::delete_category(context, admin, deleted, None).await.unwrap();
        let form = UploadForm { name: "Zümrüdüanka.txt".into(), category: category.clone() };
        let content = futures::stream::iter([Ok::<_, ()>("Zümrüdüanka".into())]);
        let file = knowledge::upload(context, admin, form, content).await.unwrap().file.id.to_string();
        Knowledge { category, below, deleted: deleted.to_string(), file }
    }

    /// What monitoring reads.
    pub async fn metrics(&self) -> String {
        let request = Request::get(metrics::ROUTE).body(Body::empty()).unwrap();
        let answer = metrics::router(self.site.metrics.clone(), self.context.clone(), String::new().into());
        let answer = answer.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// A browser with no cookies that speaks Turkish.
    pub fn browser(&self) -> Browser<'_> {
        Browser { world: self, cookies: BTreeMap::new(), language: "tr-TR,tr;q=0.9" }
    }
}

/// The ids of [`World::people_of`].
pub struct People {
    pub agent: String,
    pub customer: String,
    pub list: String,
    pub import: String,
}

/// The ids of [`World::give_knowledge`].
pub struct Knowledge {
    pub category: String,
    pub below: String,
    pub deleted: String,
    pub file: String,
}

/// An authenticator app on somebody's phone.
pub struct App(Vec<u8>);

impl App {
    /// Reads the key as a person types it.
    pub fn scan(key: &str) -> Self {
        Self(totp_rs::Secret::try_from_base32(key.replace(' ', "")).unwrap().as_bytes().to_vec())
    }

    /// What it shows at an instant.
    pub fn code(&self, at: DateTime<Utc>) -> String {
        let totp = totp_rs::Builder::new().with_secret(self.0.clone()).build().unwrap();
        totp.generate(at.timestamp().unsigned_abs()).to_string()
    }
}

pub struct Browser<'w> {
    world: &'w World,
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    #[track_caller]
    pub fn assert_shows(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text:?} is not in:\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn assert_hides(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} is in:\n{}", self.body);
        self
    }
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(
            self.request(Method::GET, path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap(),
        )
        .await
    }

    /// A form posted without JavaScript to its page: `post("/login?do=entrance/sign-in", &[("form[email]", "…")])`.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(encode(fields).into())
            .unwrap();
        self.send(request).await
    }

    /// A server function called by the page's own script.
    pub async fn call(&mut self, function: &str, fields: &[(&str, &str)]) -> Answer {
        self.call_path(&format!("/api/{function}"), fields).await
    }

    /// The same, called from a page of an organisation.
    pub async fn call_at(&mut self, organisation: &str, function: &str, fields: &[(&str, &str)]) -> Answer {
        self.call_path(&format!("/at/{organisation}/api/{function}"), fields).await
    }

    async fn call_path(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(encode(fields).into())
            .unwrap();
        self.send(request).await
    }

    /// A file posted without JavaScript, with the other fields of its form.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Answer {
        const BOUNDARY: &str = "----ayar-test-boundary";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        let (name, file_name, bytes) = file;
        body.extend(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            )
            .bytes(),
        );
        body.extend(bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        let request = self
            .request(Method::POST, path)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .header(header::CONTENT_LENGTH, body.len())
            .header("sec-fetch-site", "same-origin")
            .body(body.into())
            .unwrap();
        self.send(request).await
    }

    /// For requests that a browser would not send by itself.
    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "ayar.example")
            .header(header::ACCEPT_LANGUAGE, self.language);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        request
    }

    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.world.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.into(), value.into()),
            };
        }
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
