//! What it takes to export an organisation with many calls: how fast, and the memory of the process meanwhile.
//!
//! `export <folder> [calls]`: a SQLite database and the files are made in the folder, which should be empty.

use std::{error::Error, path::Path, sync::Arc, time::Instant};

use domain::{
    Actor, Language, OrganisationId, PersonId, Recent, Role, SessionId,
    entrance::{Password, SignupForm},
    invoices::Seller,
};
use entity::{call, membership};
use sea_orm::{EntityTrait, IntoActiveModel};
use services::{
    Clock, Context, Database, Settings, entrance, export,
    jobs::{self, Kind},
    mail::{MailSettings, Mailer, TransportSettings},
    outbox::Outbox,
    passwords::{Cost, Passwords},
    sealing::KeyRing,
    storage::{Storage, StorageSettings},
    upstream::{Listed, Platform},
};

type Failure = Box<dyn Error + Send + Sync>;

/// Rows of one transaction.
const TOGETHER: usize = 500;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: export <folder> [calls]")?;
    let calls: usize = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let context = context(Path::new(&folder)).await?;
    let owner = owner(&context).await?;
    fill(&context, owner.organisation, calls).await?;
    let before = memory("VmRSS")?;
    export::start(&context, Recent::check(owner.owner()?, context.now())?).await?;
    let began = Instant::now();
    jobs::run_due(&context, Kind::Export).await?;
    let seconds = began.elapsed().as_secs_f64();
    let most = memory("VmHWM")?;
    let last = export::load_last(&context, owner.owner()?).await?.ok_or("there is no export")?.row;
    assert_eq!(last.state.as_str(), "ready");
    println!("    calls exported    {calls} in {seconds:.1} s, {:.0} /s", calls as f64 / seconds);
    let packed = last.bytes as f64 / 1024.0 / 1024.0;
    println!("    archive           {packed:.1} MB, {:.1} MB/s as it is packed", packed / seconds);
    println!("    memory before     {:.1} MB", before / 1024.0);
    println!("    most memory       {:.1} MB, {:.1} MB more", most / 1024.0, (most - before) / 1024.0);
    Ok(())
}

async fn context(folder: &Path) -> Result<Context, Failure> {
    let mail = MailSettings { from: "Ayar <ayar@ayar.example>".into(), transport: TransportSettings::Memory };
    let storage = StorageSettings::Folder { path: folder.join("files") };
    let context = Context {
        database: Database::connect(&format!("sqlite://{}?mode=rwc", folder.join("ayar.db").display()), 4)
            .await?,
        clock: Clock::Machine,
        outbox: Outbox::new(Mailer::open(&mail)?, false),
        storage: Storage::open(&storage)?,
        passwords: Passwords::new(2, Cost::LEAST),
        keys: KeyRing::memory(),
        platform: Platform::new(Listed::default()),
        relying_party: None,
        settings: Arc::new(Settings { origin: "http://127.0.0.1:3000".into(), seller: Seller::default() }),
    };
    context.database.migrate().await?;
    Ok(context)
}

/// The owner of a new company.
async fn owner(context: &Context) -> Result<Actor, Failure> {
    let form = SignupForm {
        organisation: "Yıldız".into(),
        name: "Ayşe Erdem".into(),
        email: "ayse@ornek.com".into(),
        password: Password("mavi kaplumbağa 47 deniz".into()),
        time_zone: "Europe/Istanbul".into(),
    };
    entrance::sign_up(context, form, Language::Tr).await?;
    context.outbox.settle().await;
    let row = membership::Entity::find().one(context.database.read()).await?.ok_or("nobody signed up")?;
    Ok(Actor {
        person: PersonId(row.person_id),
        session: SessionId(context.id()),
        organisation: OrganisationId(row.organisation_id),
        role: Role::Owner,
        language: Language::Tr,
        proved_at: context.now(),
        support: None,
    })
}

async fn fill(context: &Context, of: OrganisationId, calls: usize) -> Result<(), Failure> {
    for first in (0..calls).step_by(TOGETHER) {
        let rows: Vec<_> =
            (first..(first + TOGETHER).min(calls)).map(|number| row(context, of, number)).collect();
        let written = context.database.write(move |on| {
            Box::pin(async move {
                let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
                let insert = call::Entity::insert_many(rows).exec_without_returning(on).await;
                insert.map(drop).map_err(services::failure::internal)
            })
        });
        written.await?;
    }
    Ok(())
}

const TRANSCRIPT: &str = "Temsilci: Merhaba, Yıldız Çağrı Merkezi, size nasıl yardımcı olabilirim?\n\
    Müşteri: Siparişim hâlâ gelmedi, ne zaman gelir acaba?\nTemsilci: Hemen bakıyorum. Bugün dağıtıma çıkmış.";

fn row(context: &Context, of: OrganisationId, number: usize) -> call::Model {
    let now = context.now();
    call::Model {
        id: context.id(),
        organisation_id: of.0,
        direction: "inbound".into(),
        from_number: format!("+90532{number:07}"),
        to_number: "+902125550100".into(),
        outcome: "completed".into(),
        started_at: now,
        answered_at: Some(now),
        ended_at: Some(now),
        time_zone: "Europe/Istanbul".into(),
        day: now.date_naive(),
        transcript: Some(TRANSCRIPT.into()),
        version: 1,
        agent_id: None,
        customer_id: None,
        campaign_id: None,
        recording: None,
        recording_bytes: None,
        recording_type: None,
        recording_seconds: None,
    }
}

/// Kilobytes, as the kernel counts them.
fn memory(field: &str) -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()).ok_or("no such field")?;
    Ok(number.parse()?)
}
