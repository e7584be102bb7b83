//! Credit: what changes it, when it is low, and taking an invoice back.

use domain::{
    Code, Role, Staff,
    invoices::{Booking, CreditForm, CreditNoteForm, Kind, ThresholdForm},
};
use entity::audit;
use sea_orm::{ColumnTrait, QueryFilter};

use super::*;

async fn add(world: &World, deniz: Staff, actor: Actor, amount: &str) {
    let (organisation, reason) = (actor.organisation.to_string(), "Havale 4711".to_owned());
    let form = CreditForm { organisation, amount: amount.into(), reason };
    invoices::add_credit(&world.context, deniz, form).await.unwrap();
}

async fn warn_below(world: &World, actor: Actor, threshold: &str) -> Result<Option<Money>, AppError> {
    let form = ThresholdForm { threshold: threshold.into() };
    invoices::save_threshold(&world.context, admin(actor), form).await
}

async fn credit(world: &World, actor: Actor) -> invoices::Credit {
    invoices::load_credit(&world.context, admin(actor)).await.unwrap()
}

async fn take_back(world: &World, deniz: Staff, actor: Actor, number: &str) -> Result<String, AppError> {
    let (organisation, reason) = (actor.organisation.to_string(), "Yanlış plan".to_owned());
    let form = CreditNoteForm { organisation, number: number.into(), reason };
    invoices::issue_credit_note(&world.context, deniz, form).await
}

async fn low_mails(world: &World) -> usize {
    world.kinds_mailed_to(AYSE).await.into_iter().filter(|kind| *kind == "low_credit").count()
}

on_both_databases! {
    async fn payments_come_and_invoices_go(world: World) {
        let ayse = paying(&world, AYSE).await;
        let deniz = at_the_desk(&world, &staff(&world, DENIZ).await).await;
        assert_eq!(credit(&world, ayse).await.balance, Money::ZERO);
        add(&world, deniz, ayse, "1.000,50").await;
        add(&world, deniz, ayse, "-0,50").await;
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        let now = credit(&world, ayse).await;
        assert_eq!(now.balance, Money::lira(1_000) - Money(63_680));
        let entries = invoices::list_entries(&world.context, admin(ayse)).await.unwrap();
        let told: Vec<_> = entries.iter().map(|entry| (entry.booking(), entry.amount(), entry.balance())).collect();
        assert_eq!(told, [
            (Booking::Invoice, Money(-63_680), now.balance),
            (Booking::Added, Money(-50), Money::lira(1_000)),
            (Booking::Added, Money(100_050), Money(100_050)),
        ]);
        assert_eq!(entries[0].number.as_deref(), Some("AYR2026000000001"));
        let rows = audit::Entity::in_organisation(ayse.organisation).filter(audit::Column::Action.eq("invoices.add_credit"));
        let rows = rows.all(world.context.database.read()).await.unwrap();
        assert!(rows.len() == 2 && rows.iter().all(|row| row.person_id == Some(deniz.person.0)));
        until(&world, "2027-01-01T00:05:00Z");
        sweep(&world.context).await;
        assert!(credit(&world, ayse).await.balance.is_negative(), "what is owed is below zero");
    }

    async fn low_credit_is_told_once_until_it_has_risen_again(world: World) {
        let ayse = paying(&world, AYSE).await;
        let deniz = at_the_desk(&world, &staff(&world, DENIZ).await).await;
        add(&world, deniz, ayse, "500").await;
        assert_eq!(warn_below(&world, ayse, "100").await, Ok(Some(Money::lira(100))));
        assert!(!credit(&world, ayse).await.is_low && low_mails(&world).await == 0);
        add(&world, deniz, ayse, "-400").await;
        assert!(!credit(&world, ayse).await.is_low, "exactly the threshold is enough");
        add(&world, deniz, ayse, "-0,01").await;
        assert!(credit(&world, ayse).await.is_low && low_mails(&world).await == 1);
        add(&world, deniz, ayse, "-50").await;
        assert_eq!(low_mails(&world).await, 1, "it was low before");
        add(&world, deniz, ayse, "200").await;
        assert!(!credit(&world, ayse).await.is_low);
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        assert!(credit(&world, ayse).await.is_low && low_mails(&world).await == 2, "an invoice took it");
        warn_below(&world, ayse, "").await.unwrap();
        assert!(!credit(&world, ayse).await.is_low);
        warn_below(&world, ayse, "1").await.unwrap();
        assert_eq!(low_mails(&world).await, 3, "it is below what was just chosen");
        assert_eq!(warn_below(&world, ayse, "az").await.err().unwrap().of("threshold"), Some(Code::AmountInvalid));
    }

    async fn an_invoice_is_taken_back_once_as_a_whole_and_stays(world: World) {
        let ayse = paying(&world, AYSE).await;
        let mehmet = world.owner(MEHMET).await;
        let deniz = at_the_desk(&world, &staff(&world, DENIZ).await).await;
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        let [taken] = <[_; 1]>::try_from(issued(&world, ayse).await).unwrap();
        let unknown = take_back(&world, deniz, mehmet, &taken.number).await.err().unwrap();
        assert_eq!(unknown.of("number"), Some(Code::InvoiceUnknown), "of another company it does not exist");
        until(&world, "2027-01-03T09:00:00Z");
        let note = take_back(&world, deniz, ayse, &taken.number).await.unwrap();
        assert_eq!(note, "AYR2027000000001");
        assert_eq!(credit(&world, ayse).await.balance, Money::ZERO);
        for number in [&taken.number, &note] {
            let again = take_back(&world, deniz, ayse, number).await.err().unwrap();
            assert_eq!(again.of("number"), Some(Code::InvoiceCredited));
        }
        let rows = issued(&world, ayse).await;
        assert_eq!(rows[0], taken);
        let note = &rows[1];
        assert_eq!((note.kind(), note.sums(), note.refers_to), (Kind::CreditNote, taken.sums(), Some(taken.id)));
        assert_eq!((&note.buyer, &note.seller, note.first_day), (&taken.buyer, &taken.seller, taken.first_day));
        let listed = invoices::list(&world.context, admin(ayse)).await.unwrap().0;
        let pairs: Vec<_> = listed.iter().map(|listed| listed.other.clone().unwrap()).collect();
        assert_eq!(pairs, [taken.number.clone(), note.number.clone()]);
        let kinds = world.kinds_mailed_to(AYSE).await;
        assert!(kinds.contains(&"invoice"));
        let paper = text_of(&print(&world.context, ayse, &note.number, Language::Tr).await.unwrap());
        assert!(paper.contains("İADE FATURASI") && paper.contains(&taken.number) && paper.contains("Yanlış plan"), "{paper}");
    }

    async fn whoever_asks_gets_an_invoice_mailed(world: World) {
        let ayse = paying(&world, AYSE).await;
        let mert = world.colleague(ayse, "mert@yildiz.example", Role::Admin).await;
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        let number = issued(&world, ayse).await[0].number.clone();
        let before = world.kinds_mailed_to("mert@yildiz.example").await.len();
        let sent = invoices::mail_again(&world.context, admin(mert), &one(&number)).await;
        assert_eq!(sent, Ok("mert@yildiz.example".into()));
        world.context.deliver().await.unwrap();
        assert_eq!(world.kinds_mailed_to("mert@yildiz.example").await.len(), before + 1);
        let mails = world.context.outbox.mailer().sent();
        let mail = mails.iter().rev().find(|sent| sent.mail.to == "mert@yildiz.example").unwrap();
        assert_eq!(mail.mail.kind.link(), Some(format!("https://ayar.example/settings/billing/invoices/{number}").as_str()));
        let mehmet = world.owner(MEHMET).await;
        let other = invoices::mail_again(&world.context, admin(mehmet), &one(&number)).await;
        assert_eq!(other, Err(Code::NotFound.into()));
    }
}
