//! A fresh database, a clock that stands still, mail and files in memory: one per test.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use domain::{
    Account, Actor, Language, OrganisationId, Recent, Role,
    account::{ConfirmAppForm, StartAppForm, TypedCode},
    entrance::{LoginForm, Password, SignupForm, VerifyForm},
    invoices::Seller,
    plan::Plan,
};
use entity::{membership, organisation, person};
use sea_orm::{ActiveValue::Set, EntityTrait};
use services::{
    Clock, Context, Database, Settings,
    account::{self, RelyingParty},
    entrance::{self, Entered},
    mail::{MailSettings, Mailer, TransportSettings},
    outbox::Outbox,
    passwords::{Cost, Passwords},
    sealing::KeyRing,
    session::{self, Browser},
    storage::Storage,
    token::{PlainToken, random_text},
    upstream::{Listed, Platform},
};

use crate::databases;

pub const PASSWORD: &str = "mavi kaplumbağa 47 deniz";

pub struct World {
    pub context: Context,
    url: String,
    _folder: tempfile::TempDir,
}

/// Makes one test per database from `async fn a_sentence(world: World) { … }`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            async fn check($world: $crate::world::World) $body

            #[tokio::test]
            async fn on_sqlite() {
                check($crate::world::World::on_sqlite().await).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                check($crate::world::World::on_postgres().await).await;
            }
        }
    )+};
}

impl World {
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::new(databases::sqlite(folder.path()).await, folder).await
    }

    pub async fn on_postgres() -> Self {
        Self::new(databases::postgres().await, tempfile::tempdir().unwrap()).await
    }

    /// No tables yet.
    pub async fn empty_on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::new(databases::empty_sqlite(folder.path()), folder).await
    }

    /// No tables yet.
    pub async fn empty_on_postgres() -> Self {
        Self::new(databases::create("").await, tempfile::tempdir().unwrap()).await
    }

    async fn new(url: String, folder: tempfile::TempDir) -> Self {
        Self { context: context(&url, Clock::fixed(monday_noon())).await, url, _folder: folder }
    }

    /// Another node, or the same one after a restart: the same database and clock, nothing else kept.
    pub async fn another_node(&self) -> Context {
        let mut node = context(&self.url, self.context.clock.clone()).await;
        node.storage = self.context.storage.clone();
        node.keys = self.context.keys.clone();
        node.platform = self.context.platform.clone();
        node
    }

    /// Signs a company up, proves the address and signs its owner in.
    pub async fn owner(&self, email: &str) -> Actor {
        self.sign_up(email).await;
        let token = self.token_mailed_to(email).await;
        entrance::verify_address(&self.context, VerifyForm { token }).await.unwrap();
        self.sign_in(email).await
    }

    pub async fn sign_up(&self, email: &str) {
        entrance::sign_up(&self.context, signup(email), Language::Tr).await.unwrap();
    }

    pub async fn sign_in(&self, email: &str) -> Actor {
        self.visit(&self.session(email).await).await.unwrap().account.actor().unwrap()
    }

    /// The session token of a fresh sign-in.
    pub async fn session(&self, email: &str) -> PlainToken {
        let form =
            LoginForm { email: email.into(), password: Password(PASSWORD.into()), next: String::new() };
        match entrance::sign_in(&self.context, form, None, Browser::default()).await.unwrap() {
            Entered::In(signed_in) => {
                // Its mail, if there is one, is older than whatever follows.
                self.context.deliver().await.unwrap();
                signed_in.session
            }
            Entered::CodeOwed(_) => panic!("{email} owes a code"),
        }
    }

    /// The visit of a session that is live.
    pub async fn visit(&self, token: &PlainToken) -> Option<session::Visit> {
        let visit = session::authenticate(&self.context, token).await.ok()?;
        session::note_activity(&self.context, &visit).await.unwrap();
        Some(visit)
    }

    /// The account behind a session.
    pub async fn account(&self, token: &PlainToken) -> Account {
        self.visit(token).await.unwrap().account
    }

    /// Sets an authenticator app up. The clock is then in the next step, so that a code of now is a new one.
    pub async fn set_up_app(&self, account: Account) -> App {
        let app = self.scan_app(account, "").await;
        let form = ConfirmAppForm { code: TypedCode(app.code(self.context.now())), ..Default::default() };
        account::confirm_app(&self.context, account, form, None).await.unwrap();
        self.context.clock.advance(TimeDelta::seconds(30));
        app
    }

    /// Begins to set an app up and scans its code; `shown` is a code of the second factor there is, if there is one.
    pub async fn scan_app(&self, account: Account, shown: &str) -> App {
        let recent = self.recent(account);
        let form = StartAppForm { confirmed: true, code: TypedCode(shown.into()), ..Default::default() };
        account::start_app(&self.context, recent, form, None).await.unwrap();
        App::scan(&account::load_enrolment(&self.context, recent).await.unwrap().unwrap().key)
    }

    /// The same person with their password given just now.
    pub fn recent(&self, account: Account) -> Recent<Account> {
        Recent::check(Account { proved_at: self.context.now(), ..account }, self.context.now()).unwrap()
    }

    /// Adds another person to the organisation of `host`, as invitations will.
    pub async fn colleague(&self, host: Actor, email: &str, role: Role) -> Actor {
        let other = self.owner(email).await;
        let row = membership::ActiveModel {
            organisation_id: Set(host.organisation.0),
            person_id: Set(other.person.0),
            role: Set(role.as_str().into()),
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
        session::switch_organisation(&self.context, other.account(), host.organisation).await.unwrap();
        Actor { organisation: host.organisation, role, ..other }
    }

    /// As if staff had agreed on it.
    pub async fn set_plan(&self, organisation: OrganisationId, plan: Plan) {
        let write = self.context.database.write(move |on| {
            Box::pin(async move {
                let row = organisation::ActiveModel {
                    id: Set(organisation.0),
                    plan: Set(plan.as_str().to_owned()),
                    on_trial: Set(false),
                    ..Default::default()
                };
                organisation::Entity::update(row).exec(on).await.unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
    }

    /// The subjects of all mails to an address, oldest first.
    pub async fn kinds_mailed_to(&self, email: &str) -> Vec<&'static str> {
        self.context.deliver().await.unwrap();
        let sent = self.context.outbox.mailer().sent();
        sent.iter().filter(|sent| sent.mail.to == email).map(|sent| sent.mail.kind.name()).collect()
    }

    /// The token in the newest mailed link.
    pub async fn token_mailed_to(&self, email: &str) -> String {
        self.context.deliver().await.unwrap();
        let sent = self.context.outbox.mailer().sent();
        let mail = sent.iter().rev().find(|sent| sent.mail.to == email && sent.mail.kind.link().is_some());
        let link = mail.unwrap_or_else(|| panic!("no link was mailed to {email}")).mail.kind.link().unwrap();
        link.split_once("token=").unwrap_or_else(|| panic!("{link} has no token")).1.to_owned()
    }

    pub async fn person(&self, email: &str) -> person::Model {
        let key = domain::general::Email::parse(email).unwrap().normalised();
        person::Entity::by_email_key(&key).one(self.context.database.read()).await.unwrap().unwrap()
    }
}

/// An authenticator app on somebody's phone.
#[derive(Clone)]
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

pub fn signup(email: &str) -> SignupForm {
    SignupForm {
        organisation: format!("Yıldız {}", random_text::<4>()),
        name: "Ayşe Erdem".into(),
        email: email.into(),
        password: Password(PASSWORD.into()),
        time_zone: "Europe/Istanbul".into(),
    }
}

/// Monday, 23 November 2026, 12:00 in Istanbul.
pub fn monday_noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap()
}

/// Whom the invoices of the tests are from.
pub fn seller() -> Seller {
    Seller {
        title: "Ayar Yazılım A.Ş.".into(),
        tax_number: "9876543217".into(),
        tax_office: "Beşiktaş Vergi Dairesi".into(),
        address: "Ihlamur Yolu No: 8\n34349 Beşiktaş / İstanbul".into(),
        email: "fatura@ayar.example".into(),
    }
}

async fn context(url: &str, clock: Clock) -> Context {
    let settings =
        MailSettings { from: "Ayar <ayar@ayar.example>".into(), transport: TransportSettings::Memory };
    Context {
        database: Database::connect(url, 4).await.unwrap(),
        clock: clock.clone(),
        outbox: Outbox::new(Mailer::open(&settings).unwrap(), false),
        storage: Storage::memory(),
        passwords: Passwords::new(2, Cost::LEAST).unwrap(),
        keys: KeyRing::memory(),
        platform: Platform::new(Listed::default()),
        relying_party: RelyingParty::of("https://ayar.example"),
        settings: Arc::new(Settings {
            origin: "https://ayar.example".into(),
            seller: seller(),
            deletion_days: 7,
        }),
    }
}
