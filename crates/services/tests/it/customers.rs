//! Customers: one number is one customer's; they are found however they are spelled; lists; calls know them.

mod import;

use domain::{
    Actor, AppError, Code, CustomerId, ListId, Recent, Role,
    calls::StartForm,
    customers::{CustomerForm, CustomersForm, ListForm, ListedForm, OneListForm},
    data::CallsOf,
};
use entity::call;
use futures::TryStreamExt;
use sea_orm::EntityTrait;
use services::{
    calls::{self, Started},
    customers::{self, Customer, ListLine},
};

use crate::{agents::trail, on_both_databases, slots::program, world::World};

const AYSE: &str = "ayse@yildiz.example";
const DENIZ: &str = "deniz@deniz.example";

fn form(name: &str, phone: &str) -> CustomerForm {
    CustomerForm { name: name.into(), phone: phone.into(), ..CustomerForm::default() }
}

async fn create(world: &World, by: Actor, form: CustomerForm) -> Result<Customer, AppError> {
    customers::create(&world.context, by.member(), form).await
}

async fn update(world: &World, by: Actor, row: &Customer, form: CustomerForm) -> Result<Customer, AppError> {
    customers::update(&world.context, by.member(), row.id(), form, Some(row.version)).await
}

async fn delete(world: &World, by: Actor, id: CustomerId) -> Result<(), AppError> {
    let by = Recent::check(by.admin()?, world.context.now())?;
    customers::delete(&world.context, by, id, CallsOf::Anonymise, None).await
}

async fn found(world: &World, by: Actor, form: CustomersForm) -> Vec<String> {
    let page = customers::list(&world.context, by.member(), &form, None, customers::PAGE).await.unwrap();
    page.customers.into_iter().map(|row| row.name).collect()
}

async fn searched(world: &World, by: Actor, q: &str) -> Vec<String> {
    found(world, by, CustomersForm { q: q.into(), ..CustomersForm::default() }).await
}

async fn new_list(world: &World, by: Actor, name: &str) -> Result<ListId, AppError> {
    let form = ListForm { name: name.into(), ..ListForm::default() };
    customers::create_list(&world.context, by.member(), form).await
}

async fn lists(world: &World, by: Actor, customer: Option<CustomerId>) -> Vec<(String, u64)> {
    let lines = customers::list_lists(&world.context, by.member(), customer).await.unwrap();
    lines.into_iter().map(|ListLine { name, customers, .. }| (name, customers)).collect()
}

async fn put(world: &World, by: Actor, customer: CustomerId, list: ListId) -> Result<(), AppError> {
    let form = ListedForm { customer: customer.to_string(), list: list.to_string() };
    customers::add_to_list(&world.context, by.member(), form).await
}

/// A call that begins now.
async fn call(world: &World, by: Actor, direction: &str, from: &str, to: &str) -> call::Model {
    let form = StartForm { direction: direction.into(), from: from.into(), to: to.into() };
    match calls::start(&world.context, program(by).write_calls().unwrap(), form).await.unwrap() {
        Started::Running(call, _) => *call,
        Started::Full(usage) => panic!("full: {usage:?}"),
    }
}

async fn exported(world: &World, by: Actor, form: CustomersForm) -> Result<String, AppError> {
    let parts = customers::export(&world.context, by.admin()?, &form).await?;
    let parts: Vec<bytes::Bytes> = parts.try_collect().await?;
    Ok(String::from_utf8(parts.concat()).unwrap())
}

on_both_databases! {
    async fn a_number_is_one_customers_however_it_is_spelled(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner(DENIZ).await);
        let sukru = create(&world, ayse, form("Şükrü Iğdır", "0532 123 45 67")).await.unwrap();
        assert_eq!((sukru.phone.as_str(), sukru.name_key.as_str()), ("+905321234567", "sukru igdir"));
        let taken = create(&world, ayse, form("Başka Biri", "+90 (532) 123-45-67")).await.unwrap_err();
        assert_eq!(taken.of("phone"), Some(Code::PhoneTaken));
        let can = create(&world, ayse, form("Can", "0532 123 45 68")).await.unwrap();
        let taken = update(&world, ayse, &can, form("Can", "5321234567")).await.unwrap_err();
        assert_eq!(taken.of("phone"), Some(Code::PhoneTaken));
        create(&world, deniz, form("Şükrü", "0532 123 45 67")).await.unwrap();
        let (all, phone) = (CustomersForm::default(), Some("+905321234567"));
        let page = customers::list(&world.context, ayse.member(), &all, phone, 10).await.unwrap();
        assert_eq!(page.customers, [sukru]);
    }

    async fn a_customer_is_changed_once_and_the_trail_keeps_no_notes(world: World) {
        let ayse = world.owner(AYSE).await;
        let note = CustomerForm { note: "Sabahları aramayın".into(), ..form("Can", "0532 123 45 67") };
        let can = create(&world, ayse, note.clone()).await.unwrap();
        assert_eq!(update(&world, ayse, &can, note.clone()).await.unwrap(), can, "nothing changed");
        let quiet = CustomerForm { do_not_call: true, email: "can@x.co".into(), ..note };
        let changed = update(&world, ayse, &can, quiet.clone()).await.unwrap();
        assert_eq!((changed.do_not_call, changed.version), (true, 2));
        let late = update(&world, ayse, &can, form("Canan", "0532 123 45 67")).await;
        assert_eq!(late, Err(Code::Conflict.into()));
        delete(&world, ayse, can.id()).await.unwrap();
        assert_eq!(delete(&world, ayse, can.id()).await, Err(Code::NotFound.into()));
        let trail = trail(&world, ayse, "customers").await;
        assert_eq!(trail.len(), 3);
        assert_eq!(trail[1].2, r#"{"customer":"Can","do_not_call":true,"email":"can@x.co"}"#);
        assert_eq!(trail[2].1, r#"{"name":"Can","phone":"+905321234567"}"#);
        assert!(trail.iter().all(|(_, before, after)| !format!("{before}{after}").contains("Sabah")));
    }

    async fn customers_are_found_by_any_spelling_of_a_name_and_by_digits(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner(DENIZ).await);
        create(&world, ayse, form("İnci Şahin", "0532 111 22 33")).await.unwrap();
        create(&world, ayse, form("Ilgın Çöl", "0555 999 88 77")).await.unwrap();
        create(&world, deniz, form("İnci Başka", "0532 111 22 33")).await.unwrap();
        for q in ["inci", "INCI", "ıncı", "sahin", "0532 111", "+90 532", "5321112233"] {
            assert_eq!(searched(&world, ayse, q).await, ["İnci Şahin"], "{q}");
        }
        assert_eq!(searched(&world, ayse, "").await, ["Ilgın Çöl", "İnci Şahin"], "newest first");
        assert_eq!(searched(&world, ayse, "il").await, ["Ilgın Çöl"]);
        assert_eq!(searched(&world, ayse, "yok").await, [""; 0]);
    }

    async fn pages_follow_each_other(world: World) {
        let ayse = world.owner(AYSE).await;
        for number in 0..5 {
            create(&world, ayse, form(&format!("K{number}"), &format!("053212345{number}0"))).await.unwrap();
        }
        let mut form = CustomersForm::default();
        let mut seen = Vec::new();
        loop {
            let page = customers::list(&world.context, ayse.member(), &form, None, 2).await.unwrap();
            seen.extend(page.customers.iter().map(|row| row.name.clone()));
            if !page.more {
                break;
            }
            form.before = page.customers.last().unwrap().id().to_string();
        }
        assert_eq!(seen, ["K4", "K3", "K2", "K1", "K0"]);
    }

    async fn lists_hold_customers_and_go_without_them(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner(DENIZ).await);
        let can = create(&world, ayse, form("Can", "0532 123 45 67")).await.unwrap();
        create(&world, ayse, form("Su", "0532 123 45 68")).await.unwrap();
        let vip = new_list(&world, ayse, "VİP").await.unwrap();
        assert_eq!(new_list(&world, ayse, "vip").await.unwrap_err().of("name"), Some(Code::NameTaken));
        let summer = new_list(&world, ayse, "Yaz").await.unwrap();
        for _ in 0..2 {
            put(&world, ayse, can.id(), vip).await.unwrap();
        }
        assert_eq!(lists(&world, ayse, None).await, [("VİP".into(), 1), ("Yaz".into(), 0)]);
        assert_eq!(lists(&world, ayse, Some(can.id())).await, [("VİP".into(), 1)]);
        let on_vip = CustomersForm { list: vip.to_string(), ..CustomersForm::default() };
        assert_eq!(found(&world, ayse, on_vip).await, ["Can"]);
        let rename = |list: ListId, name: &str| ListForm { list: list.to_string(), name: name.into() };
        let taken = customers::rename_list(&world.context, ayse.member(), rename(summer, "VIP")).await;
        assert_eq!(taken.unwrap_err().of("name"), Some(Code::NameTaken));
        customers::rename_list(&world.context, ayse.member(), rename(vip, "Vip")).await.unwrap();
        let not_found = || Err(AppError::from(Code::NotFound));
        assert_eq!(put(&world, deniz, can.id(), vip).await, not_found());
        let strange = rename(vip, "Benim");
        assert_eq!(customers::rename_list(&world.context, deniz.member(), strange).await, not_found());
        let gone = OneListForm { list: vip.to_string() };
        let strange = customers::delete_list(&world.context, deniz.admin().unwrap(), gone.clone()).await;
        assert_eq!(strange, not_found());
        customers::delete_list(&world.context, ayse.admin().unwrap(), gone).await.unwrap();
        assert_eq!(searched(&world, ayse, "").await, ["Su", "Can"], "who stood on it stays");
        let off = ListedForm { customer: can.id.to_string(), list: summer.to_string() };
        customers::remove_from_list(&world.context, ayse.member(), off).await.unwrap();
        let actions: Vec<String> = trail(&world, ayse, "customers").await.into_iter().map(|row| row.0).collect();
        let expected = ["create_customer", "create_customer", "create_list", "create_list", "add_to_list",
            "rename_list", "delete_list"];
        assert_eq!(actions, expected.map(|action| format!("customers.{action}")), "what changes nothing is not told");
    }

    async fn calls_are_with_whoever_has_the_other_number(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner(DENIZ).await);
        let can = create(&world, ayse, form("Can", "0532 123 45 67")).await.unwrap();
        let (ours, theirs) = ("+902125550100", "+905321234567");
        assert_eq!(call(&world, ayse, "inbound", theirs, ours).await.customer_id, Some(can.id));
        assert_eq!(call(&world, ayse, "outbound", ours, theirs).await.customer_id, Some(can.id));
        assert_eq!(call(&world, ayse, "inbound", ours, theirs).await.customer_id, None);
        assert_eq!(call(&world, ayse, "inbound", "", ours).await.customer_id, None, "withheld");
        assert_eq!(call(&world, deniz, "inbound", theirs, ours).await.customer_id, None, "of another organisation");
        let with = customers::calls_with(&world.context, ayse.member(), can.id()).await.unwrap();
        assert_eq!(with.iter().map(call::Model::direction).collect::<Vec<_>>(),
            [domain::slots::Direction::Outbound, domain::slots::Direction::Inbound]);
        let named = customers::named(&world.context, ayse.member(), with.iter().filter_map(|call| call.customer_id));
        assert_eq!(named.await.unwrap().get(&can.id).map(String::as_str), Some("Can"));
        for call in &with {
            let machine = program(ayse).write_calls().unwrap();
            calls::end(&world.context, machine, call.id(), "completed").await.unwrap();
        }
        // One with their number on the wrong side of it is theirs as well, and goes on.
        assert_eq!(delete(&world, ayse, can.id()).await, Err(Code::CallRunning.into()));
        for call in call::Entity::find().all(world.context.database.read()).await.unwrap() {
            let machine = program(if call.organisation_id == ayse.organisation.0 { ayse } else { deniz });
            calls::end(&world.context, machine.write_calls().unwrap(), call.id(), "completed").await.unwrap();
        }
        delete(&world, ayse, can.id()).await.unwrap();
        let calls = call::Entity::find().all(world.context.database.read()).await.unwrap();
        assert_eq!((calls.len(), calls.iter().any(|call| call.customer_id.is_some())), (5, false), "they stay");
    }

    async fn members_add_and_change_administrators_delete_and_take_away(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner(DENIZ).await);
        let mert = world.colleague(ayse, "mert@yildiz.example", Role::Member).await;
        let can = create(&world, mert, form("Can", "0532 123 45 67")).await.unwrap();
        update(&world, mert, &can, form("Canan", "0532 123 45 67")).await.unwrap();
        assert_eq!(delete(&world, mert, can.id()).await, Err(Code::Forbidden.into()));
        assert_eq!(exported(&world, mert, CustomersForm::default()).await, Err(Code::Forbidden.into()));
        let not_found = || AppError::from(Code::NotFound);
        assert_eq!(customers::load(&world.context, deniz.member(), can.id()).await, Err(not_found()));
        assert_eq!(update(&world, deniz, &can, form("X", "0532 123 45 60")).await, Err(not_found()));
        assert_eq!(delete(&world, deniz, can.id()).await, Err(not_found()));
        let strange = customers::calls_with(&world.context, deniz.member(), can.id()).await;
        assert_eq!(strange.unwrap(), []);
    }

    async fn the_file_holds_no_formula_and_the_trail_says_who_took_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let evil = CustomerForm { note: "=HYPERLINK(\"x\")".into(), ..form("=1+1", "0532 123 45 67") };
        let evil = create(&world, ayse, evil).await.unwrap();
        create(&world, ayse, form("Su", "0532 123 45 68")).await.unwrap();
        let vip = new_list(&world, ayse, "VIP").await.unwrap();
        put(&world, ayse, evil.id(), vip).await.unwrap();
        let all = exported(&world, ayse, CustomersForm::default()).await.unwrap();
        let lines: Vec<&str> = all.split("\r\n").collect();
        assert!(lines[0].starts_with('\u{feff}'), "{}", lines[0]);
        assert_eq!(lines[1], r#""Su","'+905321234568","","","hayır","""#);
        assert_eq!(lines[2], r#""'=1+1","'+905321234567","","'=HYPERLINK(""x"")","hayır","VIP""#);
        let one = CustomersForm { list: vip.to_string(), ..CustomersForm::default() };
        assert_eq!(exported(&world, ayse, one).await.unwrap().lines().count(), 2);
        let trail = trail(&world, ayse, "customers").await;
        assert_eq!(trail.iter().filter(|row| row.0 == "customers.export").count(), 2);
        let strange = CustomersForm { list: evil.id.to_string(), ..CustomersForm::default() };
        assert_eq!(exported(&world, ayse, strange).await, Err(Code::NotFound.into()));
    }
}
