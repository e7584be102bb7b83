//! The tax identity: nobody overwritten, nothing of another organisation, and a national number that shows itself only to
//! whoever asks for it, on the record.

use chrono::TimeDelta;
use domain::{
    Actor, Admin, AppError, Code, Recent, Role,
    audit::TrailForm,
    billing::{OTHER_OFFICE, OpenNumber, TaxIdentityForm},
};
use entity::{audit, tax_identity};
use futures::TryStreamExt;
use sea_orm::EntityTrait;
use services::{
    Context,
    audit::{Format, export, last_changes},
    billing::{self, Saved},
    sealing,
};

use crate::{on_both_databases, world::World};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
const MEHMET: &str = "mehmet@ay.example";
const NUMBER: &str = "10000000146";
const MASKED: &str = "100******46";

fn admin(actor: Actor) -> Admin {
    actor.admin().unwrap()
}

fn recent(world: &World, actor: Actor) -> Recent<Admin> {
    let actor = Actor { proved_at: world.context.now(), ..actor };
    Recent::check(actor.admin().unwrap(), world.context.now()).unwrap()
}

async fn saved(context: &Context, actor: Actor) -> Saved {
    billing::load_identity(context, admin(actor)).await.unwrap().saved
}

async fn save(context: &Context, actor: Actor, form: TaxIdentityForm) -> Result<Saved, AppError> {
    billing::save_identity(context, admin(actor), form).await
}

async fn row(context: &Context, actor: Actor) -> Option<tax_identity::Model> {
    tax_identity::Entity::in_organisation(actor.organisation).one(context.database.read()).await.unwrap()
}

/// Actions with what changed, oldest first.
async fn trail(context: &Context, actor: Actor) -> Vec<(String, String, String)> {
    let rows = audit::Entity::in_organisation(actor.organisation).all(context.database.read()).await.unwrap();
    let ours = rows.into_iter().rev().filter(|row| row.room == "billing");
    ours.map(|row| (row.action, row.before, row.after)).collect()
}

async fn exported(context: &Context, actor: Actor, format: Format) -> String {
    let form = TrailForm { room: "billing".into(), ..TrailForm::default() };
    let stream = export(context, admin(actor), &form, format).await.unwrap();
    let chunks: Vec<_> = stream.try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap()
}

fn company(version: i64) -> TaxIdentityForm {
    TaxIdentityForm {
        version,
        taxpayer: "company".into(),
        legal_title: "  Yıldız   Çağrı Merkezi A.Ş. ".into(),
        tax_number: "123 456 78 90".into(),
        office_province: "34".into(),
        tax_office: "Şişli Vergi Dairesi Müdürlüğü".into(),
        province: "34".into(),
        district: "Şişli".into(),
        address: "Büyükdere Caddesi No: 128\r\n".into(),
        postcode: "34 394".into(),
        ..TaxIdentityForm::default()
    }
}

fn sole_trader(version: i64, number: &str) -> TaxIdentityForm {
    TaxIdentityForm {
        taxpayer: "sole_trader".into(),
        legal_title: "Ayşe Erdem".into(),
        tax_number: String::new(),
        national_number: OpenNumber(number.into()),
        ..company(version)
    }
}

on_both_databases! {
    async fn nothing_is_saved_yet_and_a_company_is_assumed(world: World) {
        let ayse = world.owner(AYSE).await;
        let identity = billing::load_identity(&world.context, admin(ayse)).await.unwrap();
        assert_eq!((identity.saved.form.version, identity.saved.form.taxpayer.as_str()), (0, "company"));
        assert_eq!((identity.saved.masked, identity.changed_by, identity.changed_at), (None, None, None));
        let refused = billing::reveal_national_number(&world.context, recent(&world, ayse)).await;
        assert_eq!(refused.unwrap_err(), Code::NotFound.into());
        assert_eq!(billing::load_revealed(&world.context, recent(&world, ayse)).await, Ok(None));
    }

    async fn every_mistake_is_told_at_once_and_nothing_is_saved(world: World) {
        let ayse = world.owner(AYSE).await;
        let form = TaxIdentityForm {
            tax_number: "1234567891".into(),
            tax_office: "Çankaya Vergi Dairesi Müdürlüğü".into(),
            district: "Çankaya".into(),
            postcode: "06420".into(),
            ..company(0)
        };
        let error = save(&world.context, ayse, form).await.unwrap_err();
        let told: Vec<(&str, Code)> = error.fields.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(
            told,
            [
                ("tax_number", Code::TaxNumberInvalid),
                ("tax_office", Code::TaxOfficeElsewhere),
                ("district", Code::DistrictElsewhere),
                ("postcode", Code::PostcodeInvalid),
            ]
        );
        let error = save(&world.context, ayse, sole_trader(0, "")).await.unwrap_err();
        assert_eq!(error.of("national_number"), Some(Code::Required), "nothing is saved that could stay");
        assert_eq!((row(&world.context, ayse).await, trail(&world.context, ayse).await), (None, Vec::new()));
    }

    async fn a_company_is_saved_in_its_usual_form(world: World) {
        let ayse = world.owner(AYSE).await;
        let answer = save(&world.context, ayse, company(0)).await.unwrap();
        let form = TaxIdentityForm {
            version: 1,
            legal_title: "Yıldız Çağrı Merkezi A.Ş.".into(),
            tax_number: "1234567890".into(),
            address: "Büyükdere Caddesi No: 128".into(),
            postcode: "34394".into(),
            ..company(0)
        };
        assert_eq!(answer, Saved { form: form.clone(), masked: None });
        let identity = billing::load_identity(&world.context, admin(ayse)).await.unwrap();
        assert_eq!((identity.saved.form, identity.changed_by.as_deref()), (form.clone(), Some("Ayşe Erdem")));
        assert_eq!(identity.changed_at.unwrap().to_string(), "2026-11-23 12:00:00");

        // The same again leaves no trace, whatever its version.
        assert_eq!(save(&world.context, ayse, company(0)).await.unwrap().form, form);
        let trail = trail(&world.context, ayse).await;
        assert_eq!(trail.len(), 1);
        assert_eq!((trail[0].0.as_str(), trail[0].1.as_str()), ("billing.save_identity", "{}"));
        assert!(trail[0].2.contains("\"province\":\"İstanbul\""), "{}", trail[0].2);
    }

    async fn an_office_that_is_missing_stays_written(world: World) {
        let ayse = world.owner(AYSE).await;
        let form = TaxIdentityForm {
            tax_office: OTHER_OFFICE.into(),
            tax_office_name: "Yeni Vergi Dairesi Müdürlüğü".into(),
            ..company(0)
        };
        let saved = save(&world.context, ayse, form).await.unwrap().form;
        assert_eq!(
            (saved.tax_office.as_str(), saved.tax_office_name.as_str()),
            (OTHER_OFFICE, "Yeni Vergi Dairesi Müdürlüğü")
        );
        let form = TaxIdentityForm { version: 1, tax_office_name: "ŞİŞLİ VERGİ DAİRESİ MÜDÜRLÜĞÜ".into(), ..saved };
        let saved = save(&world.context, ayse, form).await.unwrap().form;
        assert_eq!((saved.tax_office.as_str(), saved.tax_office_name.as_str()), ("Şişli Vergi Dairesi Müdürlüğü", ""));
    }

    async fn a_national_number_is_sealed_masked_and_kept(world: World) {
        let ayse = world.owner(AYSE).await;
        let answer = save(&world.context, ayse, sole_trader(0, "100 000 001 46")).await.unwrap();
        assert_eq!(answer.masked.as_deref(), Some(MASKED));
        assert_eq!((answer.form.national_number.0.as_str(), answer.form.tax_number.as_str()), ("", ""));
        let row_before = row(&world.context, ayse).await.unwrap();
        let sealed = row_before.national_number.clone().unwrap();
        assert!(sealed.starts_with("v1.") && !sealed.contains(NUMBER));

        // Another field, the number not typed again; then the same number typed again.
        let form = TaxIdentityForm { address: "Halaskârgazi Caddesi 1".into(), ..sole_trader(1, "") };
        let answer = save(&world.context, ayse, form).await.unwrap();
        assert_eq!((answer.form.version, answer.masked.as_deref()), (2, Some(MASKED)));
        assert_eq!(row(&world.context, ayse).await.unwrap().national_number.as_deref(), Some(sealed.as_str()));
        let form = TaxIdentityForm { address: "Halaskârgazi Caddesi 1".into(), ..sole_trader(2, NUMBER) };
        assert_eq!(save(&world.context, ayse, form).await.unwrap().form.version, 2, "nothing was changed");

        // A company has none: it is forgotten, and what is kept elsewhere can't come back.
        save(&world.context, ayse, company(2)).await.unwrap();
        assert_eq!(row(&world.context, ayse).await.unwrap().national_number, None);
        let error = save(&world.context, ayse, sole_trader(3, "")).await.unwrap_err();
        assert_eq!(error.of("national_number"), Some(Code::Required));
        for (_, before, after) in trail(&world.context, ayse).await {
            assert!(!before.contains(NUMBER) && !after.contains(NUMBER));
        }
    }

    async fn a_number_that_looks_the_same_behind_its_mask_is_a_change(world: World) {
        let ayse = world.owner(AYSE).await;
        save(&world.context, ayse, sole_trader(0, NUMBER)).await.unwrap();
        // Another number of the same first three and last two digits.
        let other = (100_000_002_u64..100_999_999)
            .map(|first| format!("{first}46"))
            .find(|number| domain::billing::Tckn::parse(number).is_ok())
            .unwrap();
        let answer = save(&world.context, ayse, sole_trader(1, &other)).await.unwrap();
        assert_eq!((answer.form.version, answer.masked.as_deref()), (2, Some(MASKED)));
        let told = trail(&world.context, ayse).await.pop().unwrap();
        assert_eq!((told.1.as_str(), told.2.as_str()), ("{}", r#"{"national_number_replaced":true}"#));
        let shown = billing::reveal_national_number(&world.context, recent(&world, ayse)).await.unwrap();
        assert_eq!(shown.as_str(), other);
    }

    async fn revealing_is_on_the_record_and_lasts_a_minute_for_whoever_asked(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        save(&world.context, ayse, sole_trader(0, NUMBER)).await.unwrap();
        world.context.clock.advance(TimeDelta::minutes(5));
        assert_eq!(billing::load_revealed(&world.context, recent(&world, mert)).await, Ok(None));
        let shown = billing::reveal_national_number(&world.context, recent(&world, mert)).await.unwrap();
        assert_eq!(shown.as_str(), NUMBER);
        let told = trail(&world.context, ayse).await.pop().unwrap();
        let after = format!("{{\"national_number\":\"{MASKED}\"}}");
        assert_eq!(told, ("billing.reveal_national_number".into(), "{}".into(), after));

        world.context.clock.advance(TimeDelta::seconds(59));
        let again = billing::load_revealed(&world.context, recent(&world, mert)).await.unwrap();
        assert_eq!(again.map(|number| number.as_str().to_owned()).as_deref(), Some(NUMBER));
        assert_eq!(billing::load_revealed(&world.context, recent(&world, ayse)).await, Ok(None), "did not ask");
        world.context.clock.advance(TimeDelta::seconds(2));
        assert_eq!(billing::load_revealed(&world.context, recent(&world, mert)).await, Ok(None), "too late");

        // Who asked for the old number has not asked for the new one.
        billing::reveal_national_number(&world.context, recent(&world, mert)).await.unwrap();
        world.context.clock.advance(TimeDelta::seconds(1));
        save(&world.context, ayse, sole_trader(1, "17291716060")).await.unwrap();
        assert_eq!(billing::load_revealed(&world.context, recent(&world, mert)).await, Ok(None));

        let last = last_changes(&world.context, mert.member(), "billing").await.unwrap().remove(0);
        assert_eq!(last.row.action, "billing.save_identity");
        billing::reveal_national_number(&world.context, recent(&world, mert)).await.unwrap();
        let last = last_changes(&world.context, mert.member(), "billing").await.unwrap().remove(0);
        assert_eq!(last.row.action, "billing.save_identity", "looking changes nothing");
    }

    async fn the_export_of_the_trail_has_no_number(world: World) {
        let ayse = world.owner(AYSE).await;
        save(&world.context, ayse, sole_trader(0, NUMBER)).await.unwrap();
        save(&world.context, ayse, sole_trader(1, "17291716060")).await.unwrap();
        billing::reveal_national_number(&world.context, recent(&world, ayse)).await.unwrap();
        for format in [Format::Csv, Format::JsonLines] {
            let text = exported(&world.context, ayse, format).await;
            assert!(text.contains(MASKED) && text.contains("172******60"), "{text}");
            assert!(!text.contains(NUMBER) && !text.contains("17291716060"), "{text}");
        }
    }

    async fn the_second_to_save_is_told_and_overwrites_nothing(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        save(&world.context, mert, sole_trader(0, NUMBER)).await.unwrap();
        let first = save(&world.context, ayse, company(0)).await;
        assert_eq!(first, Err(Code::Conflict.into()), "both began with nothing");
        assert_eq!(saved(&world.context, ayse).await.form.taxpayer, "sole_trader");
        save(&world.context, ayse, company(1)).await.unwrap();
        // What was to be kept is gone meanwhile.
        let refused = save(&world.context, mert, sole_trader(1, "")).await.unwrap_err();
        assert_eq!(refused.of("national_number"), Some(Code::Required));
        let refused = save(&world.context, mert, sole_trader(1, NUMBER)).await;
        assert_eq!(refused, Err(Code::Conflict.into()));
    }

    async fn two_first_saves_at_once_are_one(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let (one, two) =
            tokio::join!(save(&world.context, ayse, company(0)), save(&world.context, mert, sole_trader(0, NUMBER)));
        assert_eq!([&one, &two].iter().filter(|done| done.is_ok()).count(), 1, "{one:?} {two:?}");
        assert_eq!(trail(&world.context, ayse).await.len(), 1);
    }

    async fn another_organisation_has_its_own(world: World) {
        let (ayse, mehmet) = (world.owner(AYSE).await, world.owner(MEHMET).await);
        save(&world.context, ayse, sole_trader(0, NUMBER)).await.unwrap();
        assert_eq!(saved(&world.context, mehmet).await.masked, None);
        let refused = billing::reveal_national_number(&world.context, recent(&world, mehmet)).await;
        assert_eq!(refused.unwrap_err(), Code::NotFound.into());
        // Not even the sealed text is worth anything elsewhere.
        let sealed = row(&world.context, ayse).await.unwrap().national_number.unwrap();
        let elsewhere = sealing::Place::NationalNumber(mehmet.organisation);
        assert!(world.context.keys.unseal(&elsewhere, &sealed).is_err());
    }

    async fn the_demo_is_made_out_to_a_company(world: World) {
        let demo = services::demo::fill(&world.context).await.unwrap();
        let rows = tax_identity::Entity::find().all(world.context.database.read()).await.unwrap();
        assert_eq!((rows.len(), rows[0].tax_number.as_str(), rows[0].version), (1, "1234567890", 1));
        assert!(rows[0].legal_title.starts_with(demo.organisation.trim_end_matches(" A.Ş.")));
    }

    async fn a_rotation_seals_the_number_anew_and_nobody_notices(world: World) {
        let folder = tempfile::tempdir().unwrap();
        let mut world = world;
        let source = sealing::KeySource::File(folder.path().join("keys"));
        world.context.keys = sealing::KeyRing::open(source).unwrap();
        world.context.keys.ready(&world.context.database, &world.context.clock).await.unwrap();
        let (ayse, mehmet) = (world.owner(AYSE).await, world.owner(MEHMET).await);
        save(&world.context, ayse, sole_trader(0, NUMBER)).await.unwrap();
        save(&world.context, mehmet, company(0)).await.unwrap();
        let before = row(&world.context, ayse).await.unwrap();
        let done = sealing::rotate(&world.context).await.unwrap();
        assert_eq!(done.resealed, 1, "{done:?}");
        let after = row(&world.context, ayse).await.unwrap();
        let sealed = after.national_number.clone().unwrap();
        assert!(sealed.starts_with(&format!("v1.{}.", done.key)));
        assert_eq!(tax_identity::Model { national_number: before.national_number.clone(), ..after }, before);
        let uses = sealing::list(&world.context).await.unwrap();
        assert_eq!(uses.iter().map(|used| used.secrets).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(sealing::retire(&world.context).await.unwrap().len(), 1);
        let shown = billing::reveal_national_number(&world.context, recent(&world, ayse)).await.unwrap();
        assert_eq!(shown.as_str(), NUMBER);
    }
}
