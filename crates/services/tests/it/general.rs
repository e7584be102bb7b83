//! The company's profile: every mistake at once, nobody overwritten, nothing of another organisation.

use bytes::Bytes;
use domain::{Actor, Admin, AppError, Code, Language, Role, error::FieldError, general::GeneralForm};
use entity::{audit, organisation};
use image::{ImageFormat, Rgb, RgbImage};
use services::{
    Context, entrance,
    general::{self, Profile, SavedPhoto},
    images::SIZES,
};

use crate::on_both_databases;

const AYSE: &str = "ayse@yildiz.example";
const MEHMET: &str = "mehmet@ay.example";

fn admin(actor: Actor) -> Admin {
    actor.admin().unwrap()
}

async fn load(context: &Context, actor: Actor) -> Profile {
    general::load_profile(context, actor.member()).await.unwrap()
}

async fn row(context: &Context, actor: Actor) -> organisation::Model {
    organisation::Entity::by_id(actor.organisation).one(context.database.read()).await.unwrap().unwrap()
}

/// Actions with what changed, newest first; signing up and in left out.
async fn trail(context: &Context, actor: Actor) -> Vec<(String, String, String)> {
    let rows = audit::Entity::in_organisation(actor.organisation).all(context.database.read()).await.unwrap();
    let ours = rows.into_iter().filter(|row| row.action.starts_with("general."));
    ours.map(|row| (row.action, row.before, row.after)).collect()
}

/// Every field changed, as somebody types it.
fn all_changed(version: i64) -> GeneralForm {
    GeneralForm {
        version,
        name: "  Yıldız   Çağrı Merkezi A.Ş. ".into(),
        email: " iletisim@yildiz.example ".into(),
        phone: "0212 555 0123".into(),
        website: "Yildiz.Example/hakkimizda".into(),
        address: "Büyükdere Cad. 1\r\nŞişli / İstanbul\r\n".into(),
        language: "en".into(),
        time_zone: "Asia/Istanbul".into(),
        support_access: "allow".into(),
        support_until: "2026-12-31".into(),
        support_mode: "write".into(),
    }
}

fn photo(colour: [u8; 3]) -> Bytes {
    let mut file = std::io::Cursor::new(Vec::new());
    RgbImage::from_pixel(300, 200, Rgb(colour)).write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner().into()
}

async fn save_photo(context: &Context, actor: Actor, colour: [u8; 3], seen: &str) -> SavedPhoto {
    general::save_photo(context, admin(actor), photo(colour), None, seen).await.unwrap()
}

async fn read(context: &Context, actor: Actor, name: &str, size: u32) -> Result<(Bytes, String), AppError> {
    general::read_photo(context, actor.member(), name, size).await
}

on_both_databases! {
    async fn every_field_is_saved_in_its_usual_form(world: World) {
        let ayse = world.owner(AYSE).await;
        let before = load(&world.context, ayse).await;
        assert_eq!((before.form.version, before.changed_by), (1, None));
        world.context.clock.advance(chrono::TimeDelta::minutes(5));
        let saved = general::save_profile(&world.context, admin(ayse), all_changed(1)).await.unwrap();
        let wanted = GeneralForm {
            version: 2,
            name: "Yıldız Çağrı Merkezi A.Ş.".into(),
            email: "iletisim@yildiz.example".into(),
            phone: "+90 212 555 01 23".into(),
            website: "https://yildiz.example/hakkimizda".into(),
            address: "Büyükdere Cad. 1\nŞişli / İstanbul".into(),
            language: "en".into(),
            time_zone: "Europe/Istanbul".into(),
            support_access: "allow".into(),
            support_until: "2026-12-31".into(),
            support_mode: "write".into(),
        };
        assert_eq!(saved.form, wanted);
        let profile = load(&world.context, ayse).await;
        assert_eq!(profile.form, wanted);
        assert_eq!(profile.changed_by.as_deref(), Some("Ayşe Erdem"));
        assert_eq!(profile.changed_at.to_string(), "2026-11-23 12:05:00");
        assert_eq!(row(&world.context, ayse).await.phone, "+902125550123");
    }

    async fn all_mistakes_are_told_at_once_and_nothing_is_saved(world: World) {
        let ayse = world.owner(AYSE).await;
        let before = row(&world.context, ayse).await;
        let form = GeneralForm {
            version: 1,
            name: " ".into(),
            email: "yildiz".into(),
            phone: "0212 555 01".into(),
            website: "ftp://yildiz.example".into(),
            address: "a".repeat(501),
            language: "de".into(),
            time_zone: "Europe/Atlantis".into(),
            support_access: "maybe".into(),
            support_until: String::new(),
            support_mode: "all".into(),
        };
        let error = general::save_profile(&world.context, admin(ayse), form).await.unwrap_err();
        let told: Vec<(&str, Code)> =
            error.fields.iter().map(|FieldError { field, code }| (field.as_str(), *code)).collect();
        assert_eq!(
            told,
            [
                ("name", Code::Required),
                ("email", Code::EmailInvalid),
                ("phone", Code::PhoneIncomplete),
                ("website", Code::WebsiteInvalid),
                ("address", Code::TooLong),
                ("language", Code::ChoiceUnknown),
                ("time_zone", Code::TimeZoneUnknown),
                ("support_access", Code::ChoiceUnknown),
                ("support_mode", Code::ChoiceUnknown),
            ]
        );
        assert_eq!(row(&world.context, ayse).await, before);
        assert_eq!(trail(&world.context, ayse).await, []);
    }

    async fn a_number_without_a_country_code_is_of_the_country_of_the_zone(world: World) {
        let ayse = world.owner(AYSE).await;
        let form = load(&world.context, ayse).await.form;
        let in_zone = |zone: &str, phone: &str| {
            let form = GeneralForm { time_zone: zone.into(), phone: phone.into(), ..form.clone() };
            general::save_profile(&world.context, admin(ayse), form)
        };
        // The zone of the form counts, also where it is new.
        let saved = in_zone("Europe/Berlin", "030 901820").await.unwrap();
        assert_eq!(saved.form.phone, "+49 30 901820");
        assert_eq!(saved.changed, ["phone", "time_zone"]);
        assert_eq!(saved.zone_before, Some(chrono_tz::Europe::Istanbul));
        let refused = in_zone("Europe/Istanbul", "030 901820").await.unwrap_err();
        assert_eq!(refused.fields[0].code, Code::PhoneIncomplete);
    }

    async fn the_second_of_two_administrators_overwrites_nothing(world: World) {
        let ayse = world.owner(AYSE).await;
        let mehmet = world.colleague(ayse, MEHMET, Role::Admin).await;
        let seen_by_both = load(&world.context, ayse).await.form;
        let by_mehmet = GeneralForm { name: "Mehmet'in adı".into(), ..seen_by_both.clone() };
        general::save_profile(&world.context, admin(mehmet), by_mehmet.clone()).await.unwrap();
        let saved = row(&world.context, ayse).await;

        let by_ayse = GeneralForm { name: "Ayşe'nin adı".into(), ..seen_by_both };
        let refused = general::save_profile(&world.context, admin(ayse), by_ayse.clone()).await;
        assert_eq!(refused, Err(Code::Conflict.into()));
        assert_eq!(row(&world.context, ayse).await, saved);
        assert_eq!(trail(&world.context, ayse).await.len(), 1);

        // She sees his value and keeps her own, knowingly.
        let now = load(&world.context, ayse).await.form;
        assert_eq!((now.version, now.name.as_str()), (2, "Mehmet'in adı"));
        let again = GeneralForm { version: now.version, ..by_ayse };
        general::save_profile(&world.context, admin(ayse), again).await.unwrap();
        assert_eq!(row(&world.context, ayse).await.name, "Ayşe'nin adı");
    }

    async fn of_saves_at_the_same_moment_exactly_one_wins(world: World) {
        let ayse = world.owner(AYSE).await;
        let form = load(&world.context, ayse).await.form;
        let save = |name: &str| {
            let form = GeneralForm { name: name.into(), ..form.clone() };
            general::save_profile(&world.context, admin(ayse), form)
        };
        let results: [_; 4] = tokio::join!(save("a"), save("b"), save("c"), save("d")).into();
        let won = results.iter().filter(|result| result.is_ok()).count();
        let lost = results.iter().filter(|result| **result == Err(Code::Conflict.into())).count();
        assert_eq!((won, lost), (1, 3));
        assert_eq!(row(&world.context, ayse).await.version, 2);
    }

    async fn the_trail_holds_only_what_changed(world: World) {
        let ayse = world.owner(AYSE).await;
        let form = load(&world.context, ayse).await.form;
        let form = GeneralForm { phone: "0532 123 45 67".into(), support_access: "allow".into(), ..form };
        general::save_profile(&world.context, admin(ayse), form).await.unwrap();
        assert_eq!(
            trail(&world.context, ayse).await,
            [(
                "general.save_profile".to_owned(),
                r#"{"phone":""}"#.to_owned(),
                r#"{"phone":"+905321234567"}"#.to_owned(),
            )]
        );
    }

    async fn a_form_that_changes_nothing_leaves_no_trace(world: World) {
        let ayse = world.owner(AYSE).await;
        let before = row(&world.context, ayse).await;
        let form = load(&world.context, ayse).await.form;
        for version in [form.version, 0] {
            let same = GeneralForm { version, ..form.clone() };
            let saved = general::save_profile(&world.context, admin(ayse), same).await.unwrap();
            assert_eq!((saved.form, saved.changed, saved.zone_before), (form.clone(), vec![], None));
        }
        assert_eq!(row(&world.context, ayse).await, before);
        assert_eq!(trail(&world.context, ayse).await, []);
    }

    async fn one_organisation_never_touches_another(world: World) {
        let (ayse, mehmet) = (world.owner(AYSE).await, world.owner(MEHMET).await);
        let before = row(&world.context, mehmet).await;
        general::save_profile(&world.context, admin(ayse), all_changed(1)).await.unwrap();
        save_photo(&world.context, ayse, [200, 0, 0], "").await;
        general::remove_photo(&world.context, admin(ayse), "").await.unwrap();
        assert_eq!(row(&world.context, mehmet).await, before);
        assert_eq!(trail(&world.context, mehmet).await, []);
        assert_ne!(load(&world.context, mehmet).await.form.name, load(&world.context, ayse).await.form.name);
    }

    /// That a member cannot even call a save is a matter of types: there is no `Admin` for them.
    async fn a_member_reads_and_gets_no_leave_to_save(world: World) {
        let ayse = world.owner(AYSE).await;
        let member = world.colleague(ayse, MEHMET, Role::Member).await;
        assert_eq!(load(&world.context, member).await.form, load(&world.context, ayse).await.form);
        assert_eq!(member.admin(), Err(Code::Forbidden.into()));
        let name = save_photo(&world.context, ayse, [0, 0, 200], "").await.name;
        assert!(read(&world.context, member, &name, 128).await.is_ok());
    }

    async fn ones_own_language_is_told_apart_from_the_organisations(world: World) {
        let ayse = world.owner(AYSE).await;
        assert_eq!(load(&world.context, ayse).await.own_language, None);
        entrance::choose_language(&world.context, ayse.account(), Some(Language::En)).await.unwrap();
        let profile = load(&world.context, ayse).await;
        assert_eq!((profile.own_language, profile.form.language.as_str()), (Some(Language::En), "tr"));
    }

    async fn a_new_photo_replaces_the_old_one_and_its_files(world: World) {
        let ayse = world.owner(AYSE).await;
        let first = save_photo(&world.context, ayse, [200, 0, 0], "").await.name;
        for size in SIZES {
            assert_eq!(read(&world.context, ayse, &first, size).await.unwrap().1, "image/jpeg");
        }
        let second = save_photo(&world.context, ayse, [0, 0, 200], "").await.name;
        assert_ne!(first, second);
        assert_eq!(load(&world.context, ayse).await.photo.as_deref(), Some(second.as_str()));
        for size in SIZES {
            assert_eq!(read(&world.context, ayse, &first, size).await, Err(Code::NotFound.into()));
            let key = |name: &str| format!("organisations/{}/photo/{name}/{size}", ayse.organisation);
            assert_eq!(world.context.storage.get(&key(&first)).await, Err(Code::NotFound.into()));
            assert!(world.context.storage.get(&key(&second)).await.is_ok());
        }
        let actions: Vec<String> = trail(&world.context, ayse).await.into_iter().map(|(action, ..)| action).collect();
        assert_eq!(actions, ["general.save_photo", "general.save_photo"]);
    }

    async fn the_later_of_two_photos_stays_and_says_whose_it_replaced(world: World) {
        let ayse = world.owner(AYSE).await;
        let mehmet = world.colleague(ayse, MEHMET, Role::Admin).await;
        let first = save_photo(&world.context, mehmet, [200, 0, 0], "").await;
        assert_eq!(first.instead_of, None);
        // Her page still shows none.
        let hers = save_photo(&world.context, ayse, [0, 0, 200], "").await;
        assert_eq!(hers.instead_of.as_deref(), Some("Ayşe Erdem"));
        assert_eq!(load(&world.context, ayse).await.photo, Some(hers.name.clone()));
        // Nobody is told of themselves, nor of what the page showed.
        let again = save_photo(&world.context, ayse, [0, 200, 0], "").await;
        assert_eq!(again.instead_of, None);
        assert_eq!(save_photo(&world.context, mehmet, [9, 9, 9], &again.name).await.instead_of, None);
        // The same for whoever removes, and for whoever saves where another has removed.
        let removed = general::remove_photo(&world.context, admin(ayse), &again.name).await;
        assert_eq!(removed, Ok(Some("Ayşe Erdem".to_owned())));
        let instead = save_photo(&world.context, mehmet, [1, 1, 1], &again.name).await.instead_of;
        assert_eq!(instead.as_deref(), Some("Ayşe Erdem"));
        assert_eq!(general::remove_photo(&world.context, admin(ayse), "").await.unwrap().as_deref(), Some("Ayşe Erdem"));
        assert_eq!(general::remove_photo(&world.context, admin(mehmet), "gone").await, Ok(None), "there was none");
    }

    async fn a_photo_is_no_conflict_with_the_form(world: World) {
        let ayse = world.owner(AYSE).await;
        let form = load(&world.context, ayse).await.form;
        save_photo(&world.context, ayse, [200, 0, 0], "").await;
        let form = GeneralForm { name: "Yeni ad".into(), ..form };
        assert!(general::save_profile(&world.context, admin(ayse), form).await.is_ok());
        assert!(load(&world.context, ayse).await.photo.is_some());
    }

    async fn removing_the_photo_removes_its_files_and_may_be_done_twice(world: World) {
        let ayse = world.owner(AYSE).await;
        let name = save_photo(&world.context, ayse, [200, 0, 0], "").await.name;
        general::remove_photo(&world.context, admin(ayse), "").await.unwrap();
        general::remove_photo(&world.context, admin(ayse), "").await.unwrap();
        assert_eq!(load(&world.context, ayse).await.photo, None);
        assert_eq!(read(&world.context, ayse, &name, 512).await, Err(Code::NotFound.into()));
        assert_eq!(trail(&world.context, ayse).await.len(), 2);
    }

    async fn a_refused_photo_leaves_the_old_one(world: World) {
        let ayse = world.owner(AYSE).await;
        let name = save_photo(&world.context, ayse, [200, 0, 0], "").await.name;
        for (file, code) in [
            (&b""[..], Code::FileMissing),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Code::FileTypeRefused),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Code::FileHeicRefused),
            (b"\xff\xd8\xff\xe0 nothing more", Code::ImageBroken),
        ] {
            let refused = general::save_photo(&world.context, admin(ayse), Bytes::from_static(file), None, "").await;
            assert_eq!(refused, Err(AppError::field("photo", code)), "{code:?}");
        }
        assert_eq!(load(&world.context, ayse).await.photo, Some(name));
    }

    async fn another_organisations_photo_is_not_found(world: World) {
        let (ayse, mehmet) = (world.owner(AYSE).await, world.owner(MEHMET).await);
        let name = save_photo(&world.context, ayse, [200, 0, 0], "").await.name;
        assert!(read(&world.context, ayse, &name, 32).await.is_ok());
        assert_eq!(read(&world.context, mehmet, &name, 32).await, Err(Code::NotFound.into()));
        assert_eq!(read(&world.context, ayse, &name, 64).await, Err(Code::NotFound.into()));
        assert_eq!(read(&world.context, ayse, "../../x", 32).await, Err(Code::NotFound.into()));
    }

    async fn zones_are_named_in_the_readers_language(world: World) {
        let ayse = world.owner(AYSE).await;
        let zones = general::list_zones(&world.context, ayse.member());
        let istanbul = zones.iter().find(|zone| zone.id == "Europe/Istanbul").unwrap();
        assert_eq!((&*istanbul.region, &*istanbul.city, istanbul.local_time.as_str()), ("Avrupa", "İstanbul", "12:00"));
        let english = Actor { language: Language::En, ..ayse };
        let zones = general::list_zones(&world.context, english.member());
        assert!(zones.iter().any(|zone| zone.region == "Europe" && zone.city == "Istanbul"));
    }
}
