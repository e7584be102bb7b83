//! Customers out of a file: tried out first, taken over once, however often and by however many at once.

use bytes::Bytes;
use chrono::TimeDelta;
use domain::{
    Actor, AppError, Code, Role,
    customers::import::{ChoicesForm, MOST_BYTES, OneImportForm},
};
use entity::customer_import;
use sea_orm::EntityTrait;
use services::customers::import::{self, Check, Done};
use uuid::Uuid;

use super::{AYSE, DENIZ, create, form, lists, new_list, searched};
use crate::{agents::trail, on_both_databases, world::World};

const TABLE: &str = "Müşteri;Cep Telefonu;E-posta;Not\n\
    Şükrü Iğdır;0532 123 45 67;sukru@x.co;Sabah arayın\n\
    Çiğdem Öz;5321234568;;\n\
    ;0532 123 45 69;;\n\
    Ali;0532;ali@;\n\
    Şükrü yine;+90 532 123 45 67;;\n";

async fn upload(world: &World, by: Actor, bytes: impl Into<Bytes>) -> Result<Uuid, AppError> {
    import::upload(&world.context, by.admin()?, "müşteriler.csv", bytes.into()).await
}

/// Uploaded, and chosen as guessed.
async fn chosen(world: &World, by: Actor, text: &str, change: impl FnOnce(&mut ChoicesForm)) -> Uuid {
    let id = upload(world, by, text.to_owned()).await.unwrap();
    let mut form = import::load(&world.context, by.admin().unwrap(), id).await.unwrap().choices;
    change(&mut form);
    import::choose(&world.context, by.admin().unwrap(), form).await.unwrap();
    id
}

async fn run(world: &World, by: Actor, id: Uuid) -> Result<Done, AppError> {
    import::run(&world.context, by.admin()?, OneImportForm { import: id.to_string() }).await
}

async fn tried(world: &World, by: Actor, id: Uuid) -> Check {
    import::check(&world.context, by.admin().unwrap(), id).await.unwrap()
}

/// New, known, refused.
fn counts(check: &Check) -> (usize, usize, usize) {
    (check.new, check.known, check.refused)
}

async fn kept(world: &World) -> usize {
    customer_import::Entity::find().all(world.context.database.read()).await.unwrap().len()
}

/// A table of so many good rows.
fn many(rows: usize) -> String {
    let row = |number: usize| format!("Kişi {number};0532 {:07}\n", number);
    std::iter::once("Ad;Telefon\n".to_owned()).chain((0..rows).map(row)).collect()
}

on_both_databases! {
    async fn a_table_is_tried_out_before_it_is_taken_over(world: World) {
        let ayse = world.owner(AYSE).await;
        create(&world, ayse, form("Çiğdem", "0532 123 45 68")).await.unwrap();
        let id = upload(&world, ayse, TABLE).await.unwrap();
        let uploaded = import::load(&world.context, ayse.admin().unwrap(), id).await.unwrap();
        assert_eq!((uploaded.rows, uploaded.is_chosen, uploaded.done), (5, false, None));
        assert_eq!(uploaded.columns[0].0, "Müşteri");
        assert_eq!(uploaded.columns[2].1, ["sukru@x.co", "ali@"]);
        let choices = &uploaded.choices;
        assert_eq!([&choices.name, &choices.phone, &choices.email, &choices.note], ["0", "1", "2", "3"]);
        let checked = tried(&world, ayse, id).await;
        assert_eq!(counts(&checked), (1, 1, 3));
        let told: Vec<_> = checked.faults.iter().flat_map(|fault| {
            fault.errors.iter().map(|error| (fault.line, error.field.as_str(), error.code))
        }).collect();
        assert_eq!(told, [
            (4, "name", Code::Required),
            (5, "phone", Code::PhoneIncomplete),
            (5, "email", Code::EmailInvalid),
            (6, "phone", Code::PhoneTwice),
        ]);
        assert_eq!(searched(&world, ayse, "").await, ["Çiğdem"], "nothing was done");
        let refused = import::export_refused(&world.context, ayse.admin().unwrap(), id).await.unwrap();
        let lines: Vec<&str> = refused.split("\r\n").collect();
        assert_eq!(lines[0], "\u{feff}\"Müşteri\",\"Cep Telefonu\",\"E-posta\",\"Not\",\"Satır\",\"Hata\"");
        assert_eq!(lines[1], "\"\",\"0532 123 45 69\",\"\",\"\",\"4\",\"Ad: Bu alan boş bırakılamaz.\"");
        assert_eq!(lines.len(), 5);
        assert_eq!(run(&world, ayse, id).await.unwrap_err().of("name"), Some(Code::Required), "nobody has chosen");
    }

    async fn taken_over_twice_adds_nobody_twice(world: World) {
        let ayse = world.owner(AYSE).await;
        let named = |form: &mut ChoicesForm| form.new_list = "Yaz".into();
        let id = chosen(&world, ayse, TABLE, named).await;
        let done = Done { rows: 5, added: 2, refused: 3, list: "Yaz".into(), is_finished: true, ..Done::default() };
        assert_eq!(run(&world, ayse, id).await, Ok(done.clone()));
        assert_eq!(run(&world, ayse, id).await, Ok(done), "it is over");
        assert_eq!(searched(&world, ayse, "").await, ["Çiğdem Öz", "Şükrü Iğdır"]);
        assert_eq!(lists(&world, ayse, None).await, [("Yaz".into(), 2)]);
        let id = chosen(&world, ayse, TABLE, named).await;
        let again = run(&world, ayse, id).await.unwrap();
        assert_eq!((again.added, again.updated, again.unchanged, again.refused), (0, 0, 2, 3));
        assert_eq!(lists(&world, ayse, None).await, [("Yaz".into(), 2)]);
        let trail = trail(&world, ayse, "customers").await;
        assert_eq!(trail.len(), 2, "one row for each table");
        assert!(trail[0].2.contains(r#""added":2"#) && trail[0].2.contains(r#""list":"Yaz""#), "{}", trail[0].2);
        assert!(!trail[0].2.contains("Şükrü"), "and nobody's name");
    }

    async fn whoever_is_known_is_kept_or_updated_as_chosen(world: World) {
        let ayse = world.owner(AYSE).await;
        let quiet = domain::customers::CustomerForm {
            do_not_call: true, email: "eski@x.co".into(), ..form("Eski Ad", "0532 123 45 67")
        };
        let known = create(&world, ayse, quiet).await.unwrap();
        let table = "Ad;Telefon;Mail\nYeni Ad;0532 123 45 67;\n";
        let vip = new_list(&world, ayse, "VIP").await.unwrap();
        let id = chosen(&world, ayse, table, |form| form.list = vip.to_string()).await;
        assert_eq!(run(&world, ayse, id).await.unwrap().unchanged, 1);
        assert_eq!(searched(&world, ayse, "").await, ["Eski Ad"]);
        assert_eq!(lists(&world, ayse, None).await, [("VIP".into(), 1)], "the list takes them too");
        for updated in [1, 0] {
            let id = chosen(&world, ayse, table, |form| form.known = "update".into()).await;
            assert_eq!(run(&world, ayse, id).await.unwrap().updated, updated);
        }
        let now = services::customers::load(&world.context, ayse.member(), known.id()).await.unwrap();
        assert_eq!((now.name.as_str(), now.email.as_str(), now.do_not_call, now.version), ("Yeni Ad", "eski@x.co", true, 2));
    }

    async fn a_large_table_comes_in_pieces_and_two_who_press_share_them(world: World) {
        let ayse = world.owner(AYSE).await;
        let id = chosen(&world, ayse, &many(1200), |_| ()).await;
        let (one, two) = tokio::join!(run(&world, ayse, id), run(&world, ayse, id));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((one.added, one.rows, one.is_finished), (1200, 1200, true));
        assert_eq!(one, two);
        assert_eq!(trail(&world, ayse, "customers").await.len(), 1);
        let late = import::choose(&world.context, ayse.admin().unwrap(), {
            import::load(&world.context, ayse.admin().unwrap(), id).await.unwrap().choices
        });
        assert_eq!(late.await, Err(Code::Conflict.into()));
    }

    async fn what_was_uploaded_is_its_persons_alone_and_forgotten(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner(DENIZ).await);
        let mert = world.colleague(ayse, "mert@yildiz.example", Role::Admin).await;
        let id = chosen(&world, ayse, TABLE, |_| ()).await;
        for other in [mert, deniz] {
            let not_found = || AppError::from(Code::NotFound);
            let admin = other.admin().unwrap();
            assert_eq!(import::load(&world.context, admin, id).await, Err(not_found()));
            assert_eq!(import::check(&world.context, admin, id).await, Err(not_found()));
            assert_eq!(import::export_refused(&world.context, admin, id).await, Err(not_found()));
            assert_eq!(run(&world, other, id).await, Err(not_found()));
        }
        upload(&world, mert, TABLE).await.unwrap();
        let next = upload(&world, ayse, TABLE).await.unwrap();
        assert_eq!(kept(&world).await, 2, "the next one takes the place of the last");
        world.context.clock.advance(TimeDelta::minutes(59));
        assert_eq!(import::sweep(&world.context).await, Ok(0));
        world.context.clock.advance(TimeDelta::minutes(1));
        assert_eq!(run(&world, ayse, next).await, Err(Code::NotFound.into()));
        assert_eq!(import::sweep(&world.context).await, Ok(2));
        assert_eq!(kept(&world).await, 0);
        assert_eq!(trail(&world, ayse, "customers").await, [], "nothing was done");
    }

    async fn of_what_was_left_half_done_the_trail_says_how_far_it_came(world: World) {
        let ayse = world.owner(AYSE).await;
        let id = chosen(&world, ayse, &many(600), |_| ()).await;
        run(&world, ayse, id).await.unwrap();
        // As if the machine had gone down after the first piece.
        let half = world.context.database.write(move |on| Box::pin(async move {
            let row = customer_import::ActiveModel {
                id: sea_orm::ActiveValue::Set(id),
                done: sea_orm::ActiveValue::Set(500),
                added: sea_orm::ActiveValue::Set(500),
                finished_at: sea_orm::ActiveValue::Set(None),
                ..Default::default()
            };
            customer_import::Entity::update(row).exec(on).await.unwrap();
            Ok(())
        }));
        half.await.unwrap();
        let uploaded = import::load(&world.context, ayse.admin().unwrap(), id).await.unwrap();
        assert_eq!(uploaded.done.map(|done| (done.rows, done.is_finished)), Some((500, false)));
        world.context.clock.advance(TimeDelta::hours(2));
        import::sweep(&world.context).await.unwrap();
        let trail = trail(&world, ayse, "customers").await;
        assert_eq!(trail.len(), 2);
        assert!(trail[1].2.contains(r#""rows":500"#), "{}", trail[1].2);
    }

    async fn what_is_no_table_is_refused_with_words(world: World) {
        let ayse = world.owner(AYSE).await;
        for (bytes, code) in [
            (Vec::new(), Code::FileMissing),
            (b"PK\x03\x04\0\0".to_vec(), Code::TableUnreadable),
            (b"Ad;Telefon\n".to_vec(), Code::TableUnreadable),
            (vec![b'a'; MOST_BYTES + 1], Code::TableTooLarge),
        ] {
            assert_eq!(upload(&world, ayse, bytes).await.unwrap_err().of("file"), Some(code));
        }
        let mert = world.colleague(ayse, "mert@yildiz.example", Role::Member).await;
        assert_eq!(upload(&world, mert, TABLE).await, Err(Code::Forbidden.into()));
        let id = upload(&world, ayse, TABLE).await.unwrap();
        let form = ChoicesForm { import: id.to_string(), list: Uuid::nil().to_string(), name: "0".into(),
            phone: "1".into(), known: "keep".into(), ..ChoicesForm::default() };
        let error = import::choose(&world.context, ayse.admin().unwrap(), form).await.unwrap_err();
        assert_eq!(error.of("list"), Some(Code::ChoiceUnknown));
    }
}
