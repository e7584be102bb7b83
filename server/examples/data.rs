//! What it takes to export an organisation with many calls, to back everything up beside writers and to restore it, and
//! to delete the organisation while pages of another one are read: how fast, and what that costs the others.
//!
//! `data <folder> [calls]`: SQLite databases and files are made in the folder, which should be empty.

use std::{
    error::Error,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{
    Actor, Language, Member, OrganisationId, PersonId, Recent, Role, SessionId,
    customers::CustomerForm,
    deletion::Stage,
    entrance::{Password, SignupForm},
    invoices::Seller,
};
use entity::{call, customer, deletion_step, membership, organisation, person};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use services::{
    Clock, Context, Database, Settings, backup, customers, dashboard, deletion, entrance, export,
    jobs::{self, Kind},
    mail::{MailSettings, Mailer, TransportSettings},
    outbox::Outbox,
    passwords::{Cost, Passwords},
    sealing::KeyRing,
    storage::{Storage, StorageSettings},
    upstream::{Listed, Platform},
};
use tokio_util::sync::CancellationToken;

type Failure = Box<dyn Error + Send + Sync>;

/// Rows of one transaction.
const TOGETHER: usize = 500;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: data <folder> [calls]")?;
    let calls: usize = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let folder = Path::new(&folder);
    let context = context(folder, KeyRing::memory()).await?;
    context.database.migrate().await?;
    let (owner, neighbour) =
        (owner(&context, "ayse@ornek.com").await?, owner(&context, "can@ornek.com").await?);
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
    back_up(&context, folder, owner.member()).await?;
    delete(&context, owner.organisation, neighbour.member()).await
}

/// Beside fifty writes a second, and then back into another place.
async fn back_up(context: &Context, folder: &Path, member: Member) -> Result<(), Failure> {
    let over = CancellationToken::new();
    let writing = tokio::spawn(write(context.clone(), member, over.clone()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let all = customer::Entity::in_organisation(member.organisation).count(context.database.read()).await?;
    let (file, began) = (folder.join("backup"), Instant::now());
    let manifest = backup::take(context, &file, false).await?;
    let seconds = began.elapsed().as_secs_f64();
    over.cancel();
    let wrote = writing.await??;
    let (rows, kept) = (manifest.row_count(), manifest.rows["customer"].count);
    assert!(
        all <= kept && kept <= wrote,
        "{all} acknowledged before, {kept} in the backup, {wrote} in the end"
    );
    println!(
        "    backup            {rows} rows in {seconds:.1} s, {:.0} /s, beside {wrote} writes",
        rows as f64 / seconds
    );
    println!("    acknowledged      {all} writes before it began, none of them missing in it");
    let place = folder.join("restored");
    std::fs::create_dir(&place)?;
    let (empty, began) = (self::context(&place, context.keys.clone()).await?, Instant::now());
    backup::restore(&empty, &file).await?;
    let seconds = began.elapsed().as_secs_f64();
    println!("    restored          in {seconds:.1} s, {:.0} rows/s, compared", rows as f64 / seconds);
    Ok(())
}

/// Adds customers, fifty a second, until it is over: how many.
async fn write(context: Context, member: Member, over: CancellationToken) -> Result<u64, Failure> {
    let (mut beat, mut wrote) = (tokio::time::interval(Duration::from_millis(20)), 0);
    while !over.is_cancelled() {
        beat.tick().await;
        let form = CustomerForm {
            name: format!("Müşteri {wrote}"),
            phone: format!("+90533{wrote:07}"),
            ..CustomerForm::default()
        };
        customers::create(&context, member, form).await?;
        wrote += 1;
    }
    Ok(wrote)
}

/// As it comes after seven days; a neighbour looks at their dashboard meanwhile.
async fn delete(context: &Context, of: OrganisationId, neighbour: Member) -> Result<(), Failure> {
    let over = CancellationToken::new();
    let idle = tokio::spawn(look(context.clone(), neighbour, over.clone()));
    tokio::time::sleep(Duration::from_secs(3)).await;
    over.cancel();
    let idle = idle.await??;
    let row = organisation::ActiveModel {
        id: Set(of.0),
        deletion: Set(Stage::Pending.word().to_owned()),
        delete_at: Set(Some(context.now())),
        deletion_requested_at: Set(Some(context.now())),
        ..Default::default()
    };
    let asked = context.database.write(move |on| {
        Box::pin(async move {
            let asked = organisation::Entity::update(row).exec(on).await;
            asked.map(drop).map_err(services::failure::internal)
        })
    });
    asked.await?;
    let over = CancellationToken::new();
    let looking = tokio::spawn(look(context.clone(), neighbour, over.clone()));
    let began = Instant::now();
    deletion::sweep(context).await?;
    jobs::run_due(context, Kind::Deletion).await?;
    let seconds = began.elapsed().as_secs_f64();
    over.cancel();
    let busy = looking.await??;
    let steps = deletion_step::Entity::find().filter(deletion_step::Column::OrganisationId.eq(of.0));
    let rows: i64 = steps.all(context.database.read()).await?.iter().map(|step| step.rows).sum();
    println!("    deleted           {rows} rows in {seconds:.1} s, {:.0} /s", rows as f64 / seconds);
    println!(
        "    a neighbour's page p99 {:.2} ms before, {:.2} ms meanwhile, ratio {:.2}",
        idle,
        busy,
        busy / idle
    );
    Ok(())
}

/// Reads a dashboard every few milliseconds until it is over: the 99th percentile in milliseconds.
async fn look(context: Context, member: Member, over: CancellationToken) -> Result<f64, Failure> {
    let (mut beat, mut took) = (tokio::time::interval(Duration::from_millis(3)), Vec::new());
    while !over.is_cancelled() {
        beat.tick().await;
        let began = Instant::now();
        dashboard::load_today(&context, member).await?;
        took.push(began.elapsed());
    }
    took.sort();
    Ok(took[took.len() * 99 / 100].as_secs_f64() * 1000.0)
}

async fn context(folder: &Path, keys: KeyRing) -> Result<Context, Failure> {
    let mail = MailSettings { from: "Ayar <ayar@ayar.example>".into(), transport: TransportSettings::Memory };
    let storage = StorageSettings::Folder { path: folder.join("files") };
    Ok(Context {
        database: Database::connect(&format!("sqlite://{}?mode=rwc", folder.join("ayar.db").display()), 4)
            .await?,
        clock: Clock::Machine,
        outbox: Outbox::new(Mailer::open(&mail)?, false),
        storage: Storage::open(&storage)?,
        passwords: Passwords::new(2, Cost::LEAST).unwrap(),
        keys,
        platform: Platform::new(Listed::default()),
        relying_party: None,
        settings: Arc::new(Settings {
            origin: "http://127.0.0.1:3000".into(),
            seller: Seller::default(),
            deletion_days: 7,
        }),
    })
}

/// The owner of a new company.
async fn owner(context: &Context, email: &str) -> Result<Actor, Failure> {
    let form = SignupForm {
        organisation: format!("Yıldız {email}"),
        name: "Ayşe Erdem".into(),
        email: email.into(),
        password: Password("mavi kaplumbağa 47 deniz".into()),
        time_zone: "Europe/Istanbul".into(),
    };
    entrance::sign_up(context, form, Language::Tr).await?;
    context.outbox.settle().await;
    let person =
        person::Entity::by_email_key(email).one(context.database.read()).await?.ok_or("nobody signed up")?;
    let row = membership::Entity::of_person(PersonId(person.id)).one(context.database.read()).await?;
    let row = row.ok_or("no member of anything")?;
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
