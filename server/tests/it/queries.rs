//! How many queries a page makes: a few, however much there is to show.

use domain::{
    Recent,
    agents::AgentForm,
    customers::{CustomerForm, ListForm},
    entrance::{LoginForm, Password},
    keys::KeyForm,
    knowledge::CategoryForm,
    members::InviteForm,
};
use services::{
    agents, customers, demo,
    entrance::{self, Entered},
    keys, knowledge, members, session,
    token::PlainToken,
};

use crate::world::{Browser, SESSION, World};

/// Each page of an organisation and what it asks of an owner with something in the bell: the session with what the shell shows,
/// the bell, and once or more for each panel.
const PAGES: &[(&str, usize)] = &[
    ("/login", 3),
    ("/dashboard", 7),
    ("/calls", 4),
    ("/campaigns", 4),
    ("/campaigns/new", 7),
    ("/agents", 3),
    ("/customers", 6),
    ("/customers/import", 2),
    ("/reports", 4),
    ("/notifications", 3),
    ("/settings/general", 8),
    ("/settings/branding", 5),
    ("/settings/hours", 7),
    ("/settings/billing", 18),
    ("/settings/members", 8),
    ("/settings/knowledge", 9),
    ("/settings/notifications", 9),
    ("/settings/security", 9),
    ("/settings/keys", 7),
    ("/settings/audit", 10),
    ("/settings/data", 11),
    ("/settings/data/delete", 15),
    ("/settings/help", 15),
    ("/settings/support", 6),
    ("/account/security", 10),
    ("/account/sessions", 3),
    ("/account/delete", 6),
];

/// Where the list of a room leads to one of it.
const DETAILS: &[(&str, &str, usize)] = &[
    ("/calls", "/calls", 4),
    ("/campaigns", "/campaigns", 5),
    ("/agents", "/agents", 3),
    ("/customers", "/customers", 13),
    ("/settings/billing", "/settings/billing/invoices", 6),
];

async fn queries(world: &World) -> usize {
    let text = world.metrics().await;
    let line = text.lines().find_map(|line| line.strip_prefix("ayar_database_query_seconds_count "));
    line.unwrap().parse().unwrap()
}

/// What a visit asks, without what monitoring itself asks.
async fn asked(world: &World, browser: &mut Browser<'_>, path: &str) -> usize {
    // Whatever is made once is made.
    browser.get(path).await;
    let before = queries(world).await;
    let idle = queries(world).await - before;
    let before = before + idle;
    let answer = browser.get(path).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.status);
    queries(world).await - before - idle
}

/// The first link below `room` that ends in an identifier.
fn first_link(body: &str, room: &str) -> Option<String> {
    let start = format!("href=\"{room}/");
    body.split(&start).skip(1).find_map(|rest| {
        let id = rest.split(['"', '?', '#']).next()?;
        (id.len() > 8 && id.bytes().any(|byte| byte.is_ascii_digit())).then(|| format!("{room}/{id}"))
    })
}

#[tokio::test]
async fn pages_ask_no_more_than_they_need() {
    let world = World::new().await;
    let demo = demo::fill(&world.context).await.unwrap();
    let form = LoginForm { email: demo.email.into(), password: Password(demo.password), next: String::new() };
    let entered = entrance::sign_in(&world.context, form, None, session::Browser::default()).await.unwrap();
    let Entered::In(signed_in) = entered else { panic!("a code is owed") };
    let mut owner = world.browser();
    owner.cookies.insert(SESSION.into(), signed_in.session.reveal().into());

    let mut details = Vec::new();
    for (list, room, most) in DETAILS {
        let body = owner.get(list).await.body;
        let path = first_link(&body, room).unwrap_or_else(|| panic!("nothing of {room} is on {list}"));
        details.push((path, *most));
    }
    let pages = PAGES.iter().map(|(path, most)| ((*path).to_owned(), *most)).chain(details);
    let pages: Vec<(String, usize)> = pages.collect();
    let mut wrong = Vec::new();
    for (path, most) in &pages {
        let asked = asked(&world, &mut owner, path).await;
        if asked != *most {
            wrong.push((path, asked, *most));
        }
    }
    assert!(wrong.is_empty(), "page, what it asks, what stands here: {wrong:#?}");

    grow(&world, signed_in.session).await;
    for (path, most) in &pages {
        assert_eq!(asked(&world, &mut owner, path).await, *most, "{path}, with more on it");
    }
}

/// Twelve more of everything that is listed.
async fn grow(world: &World, session: PlainToken) {
    let (context, actor) = (&world.context, world.account(&session).await.actor().unwrap());
    let (member, admin) = (actor.member(), actor.admin().unwrap());
    let recent = Recent::check(member, context.now()).unwrap();
    for number in 10..22 {
        let name = format!("Zümrüdüanka {number}");
        let customer = CustomerForm {
            name: name.clone(),
            phone: format!("0532 123 45 {number}"),
            ..CustomerForm::default()
        };
        customers::create(context, member, customer).await.unwrap();
        let list = ListForm { name: name.clone(), ..ListForm::default() };
        customers::create_list(context, member, list).await.unwrap();
        let agent = AgentForm {
            name: name.clone(),
            language: "tr".into(),
            greeting: "Merhaba.".into(),
            ..AgentForm::default()
        };
        agents::create(context, admin, agent).await.unwrap();
        let key = KeyForm {
            name: name.clone(),
            kind: "personal".into(),
            scopes: vec!["calls:read".into()],
            lifetime: "90".into(),
        };
        keys::create_key(context, recent, key).await.unwrap();
        let category = CategoryForm { name, ..CategoryForm::default() };
        knowledge::create_category(context, admin, category).await.unwrap();
        let invited = InviteForm { emails: format!("n{number}@ornek.com"), role: "member".into() };
        members::invite(context, admin, invited).await.unwrap();
    }
}
