//! The file: as things were at issue, in both languages, for nobody else, and a national number that tells the trail.

use domain::{Code, branding::LogoForm};
use entity::{audit, invoice_secret};
use sea_orm::{ColumnTrait, QueryFilter};
use services::{
    branding, general,
    sealing::{self, KeyRing, KeySource},
};

use super::*;

on_both_databases! {
    async fn it_stays_as_it_was_whatever_changes_later(world: World) {
        let ayse = paying(&world, AYSE).await;
        let form = LogoForm::default();
        branding::save_logo(&world.context, admin(ayse), picture([200, 0, 0, 255]), None, &form).await.unwrap();
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        let number = issued(&world, ayse).await[0].number.clone();
        let before = print(&world.context, ayse, &number, Language::Tr).await.unwrap();
        let logo = invoices::read_logo(&world.context, admin(ayse), &number).await.unwrap();

        branding::remove_logo(&world.context, admin(ayse)).await.unwrap();
        let renamed = TaxIdentityForm { legal_title: "Başka Unvan Ltd. Şti.".into(), ..identity(1) };
        save_identity(&world, ayse, renamed).await;
        let mut profile = general::load_profile(&world.context, ayse.member()).await.unwrap().form;
        (profile.name, profile.language, profile.time_zone) = ("Başka Ad".into(), "en".into(), "Europe/London".into());
        general::save_profile(&world.context, admin(ayse), profile).await.unwrap();
        let mut node = world.another_node().await;
        let other = domain::invoices::Seller { title: "Başka Satıcı".into(), ..Default::default() };
        let origin = world.context.settings.origin.clone();
        node.settings = std::sync::Arc::new(services::Settings { origin, seller: other, deletion_days: 7 });

        assert!(print(&node, ayse, &number, Language::Tr).await.unwrap() == before, "the same bytes");
        assert_eq!(invoices::read_logo(&node, admin(ayse), &number).await, Ok(logo));
        until(&world, "2027-01-01T06:00:00Z");
        sweep(&node).await;
        let next = issued(&world, ayse).await.pop().unwrap();
        let text = text_of(&print(&node, ayse, &next.number, Language::Tr).await.unwrap());
        assert!(text.contains("Başka Unvan Ltd. Şti.") && text.contains("Başka Satıcı") && text.contains("Başka Ad"), "{text}");
    }

    async fn it_is_there_in_both_languages_with_the_total_in_turkish_words(world: World) {
        let ayse = paying(&world, AYSE).await;
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        let number = issued(&world, ayse).await[0].number.clone();
        let turkish = text_of(&print(&world.context, ayse, &number, Language::Tr).await.unwrap());
        for said in ["FATURA", "01.12.2026", "23.11.2026 – 30.11.2026", "Team planı", "8 / 30 gün", "1.990,00 ₺", "%20",
            "106,13 ₺", "530,67 ₺", "636,80 ₺", "Yıldız Çağrı Merkezi Anonim Şirketi", "34394 Şişli / İstanbul",
            "Şişli Vergi Dairesi · VKN 1234567890", "Ayar Yazılım A.Ş.", "Beşiktaş Vergi Dairesi · VKN 9876543217",
            "yalnız altı yüz otuz altı Türk lirası seksen kuruş", "Avrupa / İstanbul"] {
            assert!(turkish.contains(said), "{said:?} is missing: {turkish}");
        }
        let english = text_of(&print(&world.context, ayse, &number, Language::En).await.unwrap());
        for said in ["INVOICE", "1 Dec 2026", "Team plan", "8 / 30 days", "₺636.80", "20%", "yalnız altı yüz otuz altı Türk lirası seksen kuruş"] {
            assert!(english.contains(said), "{said:?} is missing: {english}");
        }
    }

    async fn without_a_sellers_number_it_says_that_it_is_none(world: World) {
        let mut world = world;
        let origin = world.context.settings.origin.clone();
        let seller = domain::invoices::Seller { title: "Ayar".into(), ..Default::default() };
        world.context.settings = std::sync::Arc::new(services::Settings { origin, seller, deletion_days: 7 });
        let ayse = paying(&world, AYSE).await;
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        let number = issued(&world, ayse).await[0].number.clone();
        let text = text_of(&print(&world.context, ayse, &number, Language::Tr).await.unwrap());
        assert!(text.contains("vergi hukuku anlamında fatura değildir"), "{text}");
    }

    async fn a_national_number_is_on_paper_only_and_each_look_is_told(world: World) {
        let (mut world, folder) = (world, tempfile::tempdir().unwrap());
        world.context.keys = KeyRing::open(KeySource::File(folder.path().join("keys"))).unwrap();
        world.context.keys.ready(&world.context.database, &world.context.clock).await.unwrap();
        let isil = world.owner(AYSE).await;
        save_identity(&world, isil, sole_trader()).await;
        choose(&world, isil, Plan::Team).await;
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        let row = issued(&world, isil).await.remove(0);
        let shown = invoices::load(&world.context, admin(isil), &one(&row.number)).await.unwrap();
        assert_eq!(shown.masked.as_deref(), Some("100******46"));
        assert!(!format!("{shown:?}{row:?}").contains("10000000146"));
        // The identity of now has none any more; keys are rotated.
        save_identity(&world, isil, identity(1)).await;
        let secret = |read| invoice_secret::Entity::of_invoice(row.id()).one(read);
        let before = secret(world.context.database.read()).await.unwrap().unwrap();
        sealing::rotate(&world.context).await.unwrap();
        let after = secret(world.context.database.read()).await.unwrap().unwrap();
        assert_ne!(before.national_number, after.national_number);
        let text = text_of(&print(&world.context, isil, &row.number, Language::Tr).await.unwrap());
        assert!(text.contains("TCKN 10000000146") && text.contains("Işıl Gökçe Şağban"), "{text}");
        let looks = audit::Entity::in_organisation(isil.organisation).filter(audit::Column::Action.eq("invoices.download"));
        let looks = looks.all(world.context.database.read()).await.unwrap();
        assert_eq!(looks.len(), 1);
        assert!(looks[0].after.contains("100******46") && looks[0].person_id == Some(isil.person.0));
    }

    async fn of_another_company_it_does_not_exist(world: World) {
        let ayse = paying(&world, AYSE).await;
        let mehmet = world.owner(MEHMET).await;
        until(&world, "2026-12-01T00:05:00Z");
        sweep(&world.context).await;
        let number = issued(&world, ayse).await[0].number.clone();
        for number in [number.as_str(), "AYR2026000000099", "x"] {
            assert_eq!(print(&world.context, mehmet, number, Language::Tr).await, Err(Code::NotFound.into()));
            let loaded = invoices::load(&world.context, admin(mehmet), &one(number)).await;
            assert_eq!(loaded.err(), Some(Code::NotFound.into()));
            let logo = invoices::read_logo(&world.context, admin(mehmet), number).await;
            assert_eq!(logo, Err(Code::NotFound.into()));
        }
        assert!(invoices::list(&world.context, admin(mehmet)).await.unwrap().0.is_empty());
    }
}
