//! Mail that one no longer wants, from outside and without signing in; and the desk of the server's own work.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{Actor, Role, members::InviteForm};
use services::{
    jobs::{self, Kind},
    members, notifications,
};

use crate::world::{ORIGIN, World};

/// The link in a mail about an invitation, and whose it is.
async fn unsubscribe_link(world: &World) -> (String, Actor) {
    let (_, ayse) = world.owner("ayse@ornek.com", "Yıldız").await;
    let (_, mert) = world.owner("mert@ornek.com", "Ay").await;
    world.join(mert, ayse, Role::Admin).await;
    let mert = Actor { organisation: ayse.organisation, role: Role::Admin, ..mert };
    let form = InviteForm { emails: "yeni@ornek.com".into(), role: "member".into() };
    members::invite(&world.context, ayse.admin().unwrap(), form).await.unwrap();
    world.context.deliver().await.unwrap();
    let sent = world.context.outbox.mailer().sent();
    let mail = sent.iter().rev().find(|sent| sent.mail.to == "mert@ornek.com").unwrap();
    let link = mail.mail.kind.unsubscribe().unwrap();
    // A long header is folded.
    let unfolded = mail.raw.replace("\r\n ", " ");
    assert!(unfolded.contains(&format!("List-Unsubscribe: <{link}>")), "{}", mail.raw);
    (link.strip_prefix(ORIGIN).unwrap().to_owned(), mert)
}

async fn invitations_are(world: &World, actor: Actor) -> &'static str {
    let chosen = notifications::load_choices(&world.context, actor.member()).await.unwrap();
    chosen[0].effective().word()
}

#[tokio::test]
async fn a_mail_program_unsubscribes_with_one_post_that_has_no_cookie_and_no_origin() {
    let world = World::new().await;
    let (link, mert) = unsubscribe_link(&world).await;
    // A scanner that opens the link changes nothing: it is shown a page.
    let opened = world.browser().get(&link).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let page = world.browser().get(opened.location()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Bu tür e-postaları kapat"), "{}", page.body);
    assert_eq!(invitations_are(&world, mert).await, "instant");
    let mut program = world.browser();
    for _ in 0..2 {
        let request = program
            .request(Method::POST, &link)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("List-Unsubscribe=One-Click"))
            .unwrap();
        assert_eq!(program.send(request).await.status, StatusCode::OK);
    }
    assert_eq!(invitations_are(&world, mert).await, "off");
    let request = program.request(Method::POST, "/unsubscribe/v1.x.y").body(Body::empty()).unwrap();
    assert_eq!(program.send(request).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn without_scripts_the_page_of_the_link_does_it_with_a_button() {
    let world = World::new().await;
    let (link, mert) = unsubscribe_link(&world).await;
    let token = link.strip_prefix("/unsubscribe/").unwrap().to_owned();
    let done = world
        .browser()
        .post(&format!("/unsubscribe?token={token}&do=notifications/unsubscribe"), &[("form[token]", &token)])
        .await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/unsubscribe?done=1"));
    assert_eq!(invitations_are(&world, mert).await, "off");
    let page = world.browser().get("/unsubscribe?done=1").await;
    assert!(page.body.contains("Bu konuda artık e-posta almayacaksınız."));
    let dead = world.browser().get("/unsubscribe?token=v1.x.y").await;
    assert!(dead.body.contains("Bu bağlantı çalışmıyor"));
}

#[tokio::test]
async fn staff_see_what_could_not_be_sent_and_try_mail_and_tell_everybody() {
    let world = World::new().await;
    world.owner("ayse@ornek.com", "Yıldız").await;
    let mut deniz = world.staff("deniz@ayar.example").await;
    let page = deniz.get("/support/system").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Sorun yok"), "{}", page.body);
    let tried = deniz.call("system/try-mail", &[("form[email]", "operator@ayar.example")]).await;
    assert_eq!(tried.status, StatusCode::OK);
    let refused = deniz.call("system/try-mail", &[("form[email]", "operator")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [
        ("form[title_tr]", "Bakım"),
        ("form[title_en]", "Maintenance"),
        ("form[text_tr]", "Cumartesi 03:00"),
        ("form[text_en]", "Saturday 03:00"),
    ];
    assert_eq!(deniz.call("system/announce", &fields).await.status, StatusCode::OK);
    jobs::run_due(&world.context, Kind::Announce).await.unwrap();
    world.context.deliver().await.unwrap();
    let sent = world.context.outbox.mailer().sent();
    let kinds = |to: &str| {
        sent.iter().filter(|sent| sent.mail.to == to).map(|sent| sent.mail.kind.name()).collect::<Vec<_>>()
    };
    assert_eq!(kinds("operator@ayar.example"), ["trial"]);
    assert_eq!(kinds("ayse@ornek.com").last(), Some(&"system_update"));
}
