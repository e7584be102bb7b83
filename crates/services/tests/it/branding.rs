//! The logo: whose it is, what becomes of earlier ones, and the mails that carry it.

use bytes::Bytes;
use chrono::TimeDelta;
use domain::{
    Actor, Admin, AppError, Code, Role,
    account::ChangePasswordForm,
    branding::{LogoForm, Plate, PlateForm},
    entrance::{ForgotForm, Password},
    members::InviteForm,
};
use entity::{audit, logo_file};
use image::{ImageFormat, Rgba, RgbaImage};
use sea_orm::EntityTrait;
use services::{
    Context,
    branding::{self, Branding, Logo, READABLE, Saved},
    entrance,
    images::{Area, LOGO_WIDTHS},
    mail::Scheme,
    members,
};

use crate::{
    on_both_databases,
    world::{PASSWORD, World},
};

const AYSE: &str = "ayse@yildiz.example";
const MEHMET: &str = "mehmet@ay.example";

fn admin(actor: Actor) -> Admin {
    actor.admin().unwrap()
}

fn picture(colour: [u8; 4]) -> Bytes {
    let mut file = std::io::Cursor::new(Vec::new());
    let letters =
        RgbaImage::from_fn(600, 200, |x, _| if x % 40 < 20 { Rgba(colour) } else { Rgba([0, 0, 0, 0]) });
    letters.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner().into()
}

fn red() -> Bytes {
    picture([200, 0, 0, 255])
}

async fn load(context: &Context, actor: Actor) -> Branding {
    branding::load_branding(context, admin(actor)).await.unwrap()
}

async fn logo(context: &Context, actor: Actor) -> Logo {
    load(context, actor).await.logo.unwrap()
}

async fn save(context: &Context, actor: Actor, file: Bytes) -> Result<Saved, AppError> {
    branding::save_logo(context, admin(actor), file, None, &LogoForm::default()).await
}

/// Saves a red logo and gives its name.
async fn saved(context: &Context, actor: Actor) -> String {
    save(context, actor, red()).await.unwrap();
    logo(context, actor).await.name
}

async fn plate(context: &Context, actor: Actor, version: i64, plate: &str) -> Result<(), AppError> {
    branding::save_plate(context, admin(actor), &PlateForm { version, plate: plate.into() }).await
}

/// Actions of this room with what changed, newest first.
async fn trail(context: &Context, actor: Actor) -> Vec<(String, String, String)> {
    let rows = audit::Entity::in_organisation(actor.organisation).all(context.database.read()).await.unwrap();
    let ours = rows.into_iter().filter(|row| row.action.starts_with("branding."));
    ours.map(|row| (row.action, row.before, row.after)).collect()
}

fn key(actor: Actor, name: &str, what: impl std::fmt::Display) -> String {
    format!("organisations/{}/logo/{name}/{what}", actor.organisation)
}

/// The newest mail to an address, as it went over the wire, its soft line ends taken out.
async fn raw_mail_to(world: &World, email: &str) -> String {
    world.context.deliver().await.unwrap();
    let sent = world.context.outbox.mailer().sent();
    let mail = sent.iter().rev().find(|sent| sent.mail.to == email).unwrap();
    mail.raw.replace("=\r\n", "").replace("=3D", "=")
}

on_both_databases! {
    async fn what_is_no_logo_is_refused_and_the_old_one_stays(world: World) {
        let ayse = world.owner(AYSE).await;
        let name = saved(&world.context, ayse).await;
        let mut tiny = std::io::Cursor::new(Vec::new());
        RgbaImage::new(200, 60).write_to(&mut tiny, ImageFormat::Png).unwrap();
        for (file, code) in [
            (Bytes::new(), Code::FileMissing),
            (Bytes::from_static(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Code::FileTypeRefused),
            (Bytes::from_static(b"\xff\xd8\xff\xe0 nothing more"), Code::ImageBroken),
            (tiny.into_inner().into(), Code::LogoTooSmall),
        ] {
            let refused = save(&world.context, ayse, file).await;
            assert_eq!(refused, Err(AppError::field("logo", code)), "{code:?}");
        }
        let form = LogoForm { plate: "pink".into(), ..LogoForm::default() };
        let refused = branding::save_logo(&world.context, admin(ayse), red(), None, &form).await;
        assert_eq!(refused, Err(AppError::field("plate", Code::ChoiceUnknown)));
        assert_eq!(logo(&world.context, ayse).await.name, name);
        assert_eq!(trail(&world.context, ayse).await.len(), 1);
    }

    async fn a_logo_is_cut_kept_and_told(world: World) {
        let ayse = world.owner(AYSE).await;
        assert_eq!(load(&world.context, ayse).await, Branding { logo: None, version: 0 });
        let form = LogoForm { shape: "wide".into(), plate: "dark".into(), version: "0".into() };
        let area = Some(Area { x: 0, y: 0, width: 300, height: 100 });
        let file = picture([255, 255, 255, 255]);
        let told = branding::save_logo(&world.context, admin(ayse), file, area, &form).await.unwrap();
        assert_eq!(told, Saved { instead_of: None });
        let Branding { logo, version } = load(&world.context, ayse).await;
        let logo = logo.unwrap();
        assert_eq!((version, logo.width, logo.height, logo.plate), (1, 300, 100, Plate::Dark));
        assert_eq!(logo.fades_on, Some(Plate::White));
        for width in LOGO_WIDTHS {
            let strip = branding::read_logo(&world.context, &logo.name, width).await.unwrap();
            let strip = image::load_from_memory(&strip).unwrap();
            assert_eq!(strip.width(), strip.height() * 3);
        }
        let [(action, before, after)] = &trail(&world.context, ayse).await[..] else { panic!() };
        assert_eq!((action.as_str(), before.as_str()), ("branding.save_logo", r#"{"logo":null,"plate":null}"#));
        assert_eq!(*after, format!(r#"{{"logo":"{}","plate":"dark"}}"#, logo.name));
    }

    async fn an_earlier_logo_stays_readable_for_the_mails_that_show_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let first = saved(&world.context, ayse).await;
        world.context.clock.advance(TimeDelta::minutes(1));
        let second = saved(&world.context, ayse).await;
        assert_ne!(first, second);
        for name in [&first, &second] {
            assert!(branding::read_logo(&world.context, name, 480).await.is_ok());
        }
        // Only the newest one is drawn anew.
        let storage = &world.context.storage;
        assert_eq!(storage.get(&key(ayse, &first, "kept")).await, Err(Code::NotFound.into()));
        assert!(storage.get(&key(ayse, &second, "kept")).await.is_ok());
    }

    async fn the_oldest_of_many_logos_goes_with_its_files(world: World) {
        let ayse = world.owner(AYSE).await;
        let mut names = Vec::new();
        for _ in 0..=READABLE {
            names.push(saved(&world.context, ayse).await);
            world.context.clock.advance(TimeDelta::minutes(1));
        }
        assert_eq!(branding::read_logo(&world.context, &names[0], 480).await, Err(Code::NotFound.into()));
        for width in LOGO_WIDTHS {
            assert!(world.context.storage.get(&key(ayse, &names[0], width)).await.is_err());
        }
        assert!(branding::read_logo(&world.context, &names[1], 480).await.is_ok());
    }

    async fn a_removed_logo_is_gone_with_all_earlier_ones(world: World) {
        let ayse = world.owner(AYSE).await;
        let first = saved(&world.context, ayse).await;
        let second = saved(&world.context, ayse).await;
        branding::remove_logo(&world.context, admin(ayse)).await.unwrap();
        branding::remove_logo(&world.context, admin(ayse)).await.unwrap();
        assert_eq!(load(&world.context, ayse).await, Branding { logo: None, version: 3 });
        for name in [&first, &second] {
            assert_eq!(branding::read_logo(&world.context, name, 960).await, Err(Code::NotFound.into()));
            for what in ["kept", "960", "480"] {
                assert!(world.context.storage.get(&key(ayse, name, what)).await.is_err(), "{what}");
            }
        }
        let files = logo_file::Entity::find().all(world.context.database.read()).await.unwrap();
        assert_eq!(files, []);
        let trail = trail(&world.context, ayse).await;
        assert_eq!((trail.len(), trail[0].0.as_str()), (3, "branding.remove_logo"));
    }

    async fn the_later_of_two_administrators_is_told_whom_they_replaced(world: World) {
        let ayse = world.owner(AYSE).await;
        let mehmet = world.colleague(ayse, MEHMET, Role::Admin).await;
        let seen = LogoForm { version: "0".into(), ..LogoForm::default() };
        let by = |actor: Actor, form: LogoForm| {
            let context = world.context.clone();
            async move { branding::save_logo(&context, admin(actor), red(), None, &form).await.unwrap() }
        };
        assert_eq!(by(mehmet, seen.clone()).await.instead_of, None);
        assert_eq!(by(ayse, seen.clone()).await.instead_of.as_deref(), Some("Ayşe Erdem"));
        // Nobody is told of themselves, nor where the page did not say what it showed.
        assert_eq!(by(ayse, seen).await.instead_of, None);
        assert_eq!(by(mehmet, LogoForm::default()).await.instead_of, None);
        assert_eq!(load(&world.context, ayse).await.version, 4);
    }

    async fn of_logos_saved_at_the_same_moment_one_is_shown_and_all_are_told(world: World) {
        let ayse = world.owner(AYSE).await;
        let results: [_; 3] = tokio::join!(
            save(&world.context, ayse, red()),
            save(&world.context, ayse, red()),
            save(&world.context, ayse, red()),
        )
        .into();
        assert!(results.iter().all(Result::is_ok));
        assert_eq!(load(&world.context, ayse).await.version, 3);
        let name = logo(&world.context, ayse).await.name;
        assert!(world.context.storage.get(&key(ayse, &name, "kept")).await.is_ok());
        assert_eq!(trail(&world.context, ayse).await.len(), 3);
    }

    async fn another_plate_needs_no_file_and_no_stale_page(world: World) {
        let ayse = world.owner(AYSE).await;
        assert_eq!(plate(&world.context, ayse, 0, "white").await, Err(Code::NotFound.into()));
        let before = saved(&world.context, ayse).await;
        let unknown = plate(&world.context, ayse, 1, "pink").await;
        assert_eq!(unknown, Err(AppError::field("plate", Code::ChoiceUnknown)));
        assert_eq!(plate(&world.context, ayse, 0, "white").await, Err(Code::Conflict.into()));
        assert_eq!(plate(&world.context, ayse, 1, "none").await, Ok(()));
        assert_eq!(load(&world.context, ayse).await.version, 1, "nothing changed, nothing told");

        plate(&world.context, ayse, 1, "white").await.unwrap();
        let after = logo(&world.context, ayse).await;
        assert_ne!(after.name, before);
        assert_eq!((after.plate, after.width, after.height), (Plate::White, 600, 200));
        let strip = branding::read_logo(&world.context, &after.name, 480).await.unwrap();
        let corner = *image::load_from_memory(&strip).unwrap().into_rgba8().get_pixel(0, 0);
        assert_eq!(corner, Rgba([255, 255, 255, 255]));
        // And back, from the same pixels.
        plate(&world.context, ayse, 2, "none").await.unwrap();
        let strip = branding::read_logo(&world.context, &logo(&world.context, ayse).await.name, 480).await;
        assert_eq!(strip, branding::read_logo(&world.context, &before, 480).await);
        let actions: Vec<_> = trail(&world.context, ayse).await.into_iter().map(|(action, ..)| action).collect();
        assert_eq!(actions, ["branding.save_plate", "branding.save_plate", "branding.save_logo"]);
    }

    async fn one_organisation_never_touches_another(world: World) {
        let (ayse, mehmet) = (world.owner(AYSE).await, world.owner(MEHMET).await);
        let theirs = saved(&world.context, mehmet).await;
        let ours = saved(&world.context, ayse).await;
        plate(&world.context, ayse, 1, "dark").await.unwrap();
        branding::remove_logo(&world.context, admin(ayse)).await.unwrap();
        assert_eq!(logo(&world.context, mehmet).await.name, theirs);
        assert!(branding::read_logo(&world.context, &theirs, 480).await.is_ok());
        assert_eq!(branding::read_logo(&world.context, &ours, 480).await, Err(Code::NotFound.into()));
        assert_eq!(trail(&world.context, mehmet).await.len(), 1);
    }

    async fn only_strips_are_read_by_their_name(world: World) {
        let ayse = world.owner(AYSE).await;
        let name = saved(&world.context, ayse).await;
        for (name, width) in [(name.as_str(), 0), (&name, 481), ("../../x", 480), ("", 480)] {
            let answer = branding::read_logo(&world.context, name, width).await;
            assert_eq!(answer, Err(Code::NotFound.into()), "{name} {width}");
        }
    }

    async fn mails_of_an_organisation_carry_its_logo_and_others_none(world: World) {
        let ayse = world.owner(AYSE).await;
        let invite = |email: &str| InviteForm { emails: email.into(), role: "member".into() };
        members::invite(&world.context, admin(ayse), invite("seda@ornek.example")).await.unwrap();
        let without = raw_mail_to(&world, "seda@ornek.example").await;
        assert!(!without.contains("<img") && without.contains(">Ayar</td>"), "{without}");

        let name = saved(&world.context, ayse).await;
        members::invite(&world.context, admin(ayse), invite("mert@ornek.example")).await.unwrap();
        let with = raw_mail_to(&world, "mert@ornek.example").await;
        for wanted in [
            format!("src=\"https://ayar.example/logos/{name}/480\""),
            format!("https://ayar.example/logos/{name}/960 2x"),
            "width=\"240\" height=\"80\"".to_owned(),
        ] {
            assert!(with.contains(&wanted), "{wanted} is not in {with}");
        }

        // Of a person: the organisation they are in.
        let form = ChangePasswordForm {
            current: Password(PASSWORD.into()),
            password: Password("yaprak deniz kahve lamba".into()),
            password_again: Password("yaprak deniz kahve lamba".into()),
        };
        services::account::change_password(&world.context, ayse.account(), form, None).await.unwrap();
        assert!(raw_mail_to(&world, AYSE).await.contains(&name));
        // Whoever is not signed in is in none.
        let form = ForgotForm { email: AYSE.into() };
        entrance::request_reset(&world.context, form, domain::Language::Tr).await.unwrap();
        assert!(!raw_mail_to(&world, AYSE).await.contains("<img"));

        branding::remove_logo(&world.context, admin(ayse)).await.unwrap();
        members::invite(&world.context, admin(ayse), invite("nil@ornek.example")).await.unwrap();
        assert!(!raw_mail_to(&world, "nil@ornek.example").await.contains("<img"));
    }

    async fn the_preview_is_the_mail_in_either_theme(world: World) {
        let ayse = world.owner(AYSE).await;
        let light = branding::preview_mail(&world.context, admin(ayse), Scheme::Light).await.unwrap();
        assert!(light.contains("@media not all") && !light.contains("<img"));
        let name = saved(&world.context, ayse).await;
        let dark = branding::preview_mail(&world.context, admin(ayse), Scheme::Dark).await.unwrap();
        assert!(dark.contains("@media all") && dark.contains(&format!("/logos/{name}/480")));
        assert!(dark.contains("Ayşe Erdem"), "{dark}");
    }
}
