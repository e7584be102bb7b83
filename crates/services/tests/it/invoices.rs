//! Invoices: what is charged, in which numbers, and that nothing issued ever changes.

mod credit;
mod numbers;
mod paper;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    Actor, Admin, AppError, Language, Recent,
    billing::{OTHER_OFFICE, OpenNumber, TaxIdentityForm},
    invoices::OneInvoiceForm,
    money::Money,
    plan::{AgreeForm, Plan, PlanForm},
};
use entity::{charge, invoice, invoice_line};
use sea_orm::{EntityTrait, QueryOrder};
use services::{Context, billing, invoices, plan};

use crate::{
    on_both_databases,
    support::{at_the_desk, staff},
    world::World,
};

const AYSE: &str = "ayse@yildiz.example";
const MEHMET: &str = "mehmet@ay.example";
const DENIZ: &str = "deniz@ayar.example";

fn admin(actor: Actor) -> Admin {
    actor.admin().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn one(number: &str) -> OneInvoiceForm {
    OneInvoiceForm { number: number.into() }
}

/// Moves the clock, forward only.
fn until(world: &World, at: &str) {
    let at: DateTime<Utc> = at.parse().unwrap();
    let wait = at - world.context.now();
    assert!(wait >= TimeDelta::zero());
    world.context.clock.advance(wait);
}

fn identity(version: i64) -> TaxIdentityForm {
    TaxIdentityForm {
        version,
        taxpayer: "company".into(),
        legal_title: "Yıldız Çağrı Merkezi Anonim Şirketi".into(),
        tax_number: "1234567890".into(),
        office_province: "34".into(),
        tax_office: OTHER_OFFICE.into(),
        tax_office_name: "Şişli Vergi Dairesi".into(),
        province: "34".into(),
        district: "Şişli".into(),
        address: "Büyükdere Caddesi No: 128".into(),
        postcode: "34394".into(),
        ..TaxIdentityForm::default()
    }
}

async fn save_identity(world: &World, actor: Actor, form: TaxIdentityForm) {
    billing::save_identity(&world.context, admin(actor), form).await.unwrap();
}

async fn choose(world: &World, actor: Actor, plan: Plan) {
    let actor = Actor { proved_at: world.context.now(), ..actor };
    let owner = Recent::check(actor.owner().unwrap(), world.context.now()).unwrap();
    plan::change_plan(&world.context, owner, PlanForm { plan: plan.as_str().into() }).await.unwrap();
}

/// A company on the plan Team since 23 November, that says whom invoices are made out to.
async fn paying(world: &World, email: &str) -> Actor {
    let owner = world.owner(email).await;
    save_identity(world, owner, identity(0)).await;
    choose(world, owner, Plan::Team).await;
    owner
}

async fn sweep(context: &Context) -> usize {
    invoices::sweep(context).await.unwrap()
}

async fn issued(world: &World, actor: Actor) -> Vec<invoice::Model> {
    let mut rows: Vec<_> = invoices::list(&world.context, admin(actor))
        .await
        .unwrap()
        .0
        .into_iter()
        .map(|listed| listed.row)
        .collect();
    rows.reverse();
    rows
}

/// Plan, first and last day, and the sum without tax, of every line of an organisation.
async fn lines(world: &World, actor: Actor) -> Vec<(String, NaiveDate, NaiveDate, Money)> {
    let mut lines = Vec::new();
    for row in issued(world, actor).await {
        let of = invoice_line::Entity::of_invoice(row.id()).all(world.context.database.read()).await.unwrap();
        lines.extend(of.into_iter().map(|line| (line.plan, line.first_day, line.last_day, Money(line.net))));
    }
    lines
}

on_both_databases! {
    async fn a_month_that_is_over_is_invoiced_once_and_the_next_one_after_it(world: World) {
        let ayse = paying(&world, AYSE).await;
        until(&world, "2026-11-30T20:59:00Z");
        assert_eq!(sweep(&world.context).await, 0, "it is still November in Istanbul");
        until(&world, "2026-11-30T21:00:00Z");
        assert_eq!((sweep(&world.context).await, sweep(&world.context).await), (1, 0));
        let [first] = <[_; 1]>::try_from(issued(&world, ayse).await).unwrap();
        assert_eq!((first.number.as_str(), first.issued_on), ("AYR2026000000001", day("2026-12-01")));
        assert_eq!((first.first_day, first.last_day), (day("2026-11-23"), day("2026-11-30")));
        // Eight of thirty days: 530.67 and a fifth of it.
        assert_eq!((first.net, first.tax), (53_067, 10_613));
        until(&world, "2027-01-01T06:00:00Z");
        assert_eq!(sweep(&world.context).await, 1);
        let next = issued(&world, ayse).await.pop().unwrap();
        assert_eq!((next.number.as_str(), next.net), ("AYR2027000000001", 199_000), "every year begins anew");
        assert_eq!(world.kinds_mailed_to(AYSE).await.iter().filter(|kind| **kind == "invoice").count(), 2);
    }

    async fn a_server_that_was_away_makes_up_for_it_in_one_invoice(world: World) {
        let ayse = paying(&world, AYSE).await;
        until(&world, "2027-02-02T06:00:00Z");
        assert_eq!(sweep(&world.context).await, 1);
        let days: Vec<_> = lines(&world, ayse).await.into_iter().map(|(_, first, last, _)| (first, last)).collect();
        let expected = [("2026-11-23", "2026-11-30"), ("2026-12-01", "2026-12-31"), ("2027-01-01", "2027-01-31")];
        assert_eq!(days, expected.map(|(first, last)| (day(first), day(last))));
    }

    async fn a_change_of_plan_invoices_the_days_before_and_its_day_belongs_to_the_dearer_one(world: World) {
        let ayse = paying(&world, AYSE).await;
        until(&world, "2026-11-26T09:00:00Z");
        choose(&world, ayse, Plan::Scale).await;
        until(&world, "2026-11-28T09:00:00Z");
        choose(&world, ayse, Plan::Discovery).await;
        choose(&world, ayse, Plan::Scale).await;
        choose(&world, ayse, Plan::Team).await;
        until(&world, "2026-12-01T09:00:00Z");
        sweep(&world.context).await;
        let share = |month: i64, days: i64| Money((month * 100 * days * 2 + 30) / 60);
        assert_eq!(lines(&world, ayse).await, [
            ("team".into(), day("2026-11-23"), day("2026-11-25"), share(1_990, 3)),
            ("scale".into(), day("2026-11-26"), day("2026-11-28"), share(6_990, 3)),
            ("team".into(), day("2026-11-29"), day("2026-11-30"), share(1_990, 2)),
        ]);
        let numbers: Vec<_> = issued(&world, ayse).await.into_iter().map(|row| row.number).collect();
        assert_eq!(numbers, ["AYR2026000000001", "AYR2026000000002", "AYR2026000000003"]);
    }

    async fn what_staff_agree_on_is_charged_by_the_slot(world: World) {
        let ayse = paying(&world, AYSE).await;
        let deniz = at_the_desk(&world, &staff(&world, DENIZ).await).await;
        let agree = async |slots: &str| {
            let form = AgreeForm { organisation: ayse.organisation.to_string(), slots: slots.into() };
            plan::agree_slots(&world.context, deniz, form).await.unwrap();
        };
        agree("10").await;
        until(&world, "2026-11-25T09:00:00Z");
        agree("40").await;
        until(&world, "2026-12-01T09:00:00Z");
        sweep(&world.context).await;
        let nets: Vec<_> = lines(&world, ayse).await.into_iter().map(|(_, first, last, net)| (first, last, net)).collect();
        assert_eq!(nets, [
            (day("2026-11-23"), day("2026-11-24"), Money(52_667)),
            (day("2026-11-25"), day("2026-11-30"), Money(632_000)),
        ]);
        let last = issued(&world, ayse).await.pop().unwrap();
        let shown = invoices::load(&world.context, admin(ayse), &one(&last.number)).await.unwrap();
        assert_eq!((shown.lines[0].slots, shown.lines[0].unit), (Some(40), Money::lira(790)));
    }

    async fn a_trial_and_a_free_plan_cost_nothing(world: World) {
        let ayse = world.owner(AYSE).await;
        save_identity(&world, ayse, identity(0)).await;
        sweep(&world.context).await;
        until(&world, "2027-01-05T09:00:00Z");
        assert_eq!(sweep(&world.context).await, 0);
        plan::sweep_trials(&world.context).await.unwrap();
        choose(&world, ayse, Plan::Team).await;
        until(&world, "2027-02-01T09:00:00Z");
        assert_eq!(sweep(&world.context).await, 1);
        assert_eq!(lines(&world, ayse).await.iter().map(|line| line.1).collect::<Vec<_>>(), [day("2027-01-05")]);
    }

    async fn the_month_ends_on_the_organisations_own_calendar(world: World) {
        let ayse = paying(&world, AYSE).await;
        let mehmet = paying(&world, MEHMET).await;
        let mut form = services::general::load_profile(&world.context, mehmet.member()).await.unwrap().form;
        form.time_zone = "Pacific/Auckland".into();
        services::general::save_profile(&world.context, admin(mehmet), form).await.unwrap();
        until(&world, "2026-11-30T12:00:00Z");
        assert_eq!(sweep(&world.context).await, 1, "it is December in Auckland");
        assert_eq!((issued(&world, ayse).await.len(), issued(&world, mehmet).await.len()), (0, 1));
        assert_eq!(issued(&world, mehmet).await[0].time_zone, "Pacific/Auckland");
    }

    async fn nobody_is_invoiced_before_it_is_known_who_they_are(world: World) {
        let ayse = world.owner(AYSE).await;
        choose(&world, ayse, Plan::Team).await;
        until(&world, "2026-12-02T09:00:00Z");
        assert_eq!(sweep(&world.context).await, 0);
        let (listed, waiting) = invoices::list(&world.context, admin(ayse)).await.unwrap();
        let waiting = waiting.unwrap();
        assert!(listed.is_empty() && waiting.needs_identity && waiting.sums.total() == Money(63_680));
        save_identity(&world, ayse, identity(0)).await;
        assert_eq!(sweep(&world.context).await, 1);
        let (listed, waiting) = invoices::list(&world.context, admin(ayse)).await.unwrap();
        assert_eq!((listed.len(), waiting), (1, None));
        assert_eq!(listed[0].row.issued_on, day("2026-12-02"), "dated when it was issued, not when it was due");
    }

    async fn charges_know_their_invoice(world: World) {
        paying(&world, AYSE).await;
        until(&world, "2026-12-02T09:00:00Z");
        sweep(&world.context).await;
        let read = world.context.database.read();
        let charges = charge::Entity::find().order_by_asc(charge::Column::Id).all(read).await.unwrap();
        let invoice = invoice::Entity::find().one(read).await.unwrap().unwrap();
        assert_eq!(charges.iter().map(|charge| charge.invoice_id).collect::<Vec<_>>(), [Some(invoice.id)]);
    }
}

/// A PDF's text.
fn text_of(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let run = std::process::Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8"])
        .arg(file.path())
        .arg("-")
        .output();
    let text = String::from_utf8(run.unwrap().stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn print(context: &Context, actor: Actor, number: &str, l: Language) -> Result<Vec<u8>, AppError> {
    Ok(invoices::print(context, admin(actor), &one(number), Some(l)).await?.0)
}

fn picture(colour: [u8; 4]) -> Bytes {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(600, 200, image::Rgba(colour))
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    file.into_inner().into()
}

fn sole_trader() -> TaxIdentityForm {
    TaxIdentityForm {
        taxpayer: "sole_trader".into(),
        legal_title: "Işıl Gökçe Şağban".into(),
        national_number: OpenNumber("10000000146".into()),
        ..identity(0)
    }
}
