//! Twenty requests with one code, over two nodes: one session, whichever way they come.

use chrono::TimeDelta;
use entity::{challenge as challenges, guess, session};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::*;
use crate::on_both_databases;

async fn live(world: &World) -> usize {
    let rows = session::Entity::find().all(world.context.database.read()).await.unwrap();
    rows.iter().filter(|row| row.ended_at.is_none()).count()
}

/// Twenty sign-ins of one browser that wait for their code, each with a guess budget of its own: nothing but the code
/// itself decides.
async fn twenty_challenges(world: &World, known: &PlainToken) -> Vec<PlainToken> {
    let mut challenges = Vec::new();
    for number in 0..20 {
        let open = challenge(&world.context, AYSE, Some(known)).await;
        let hash = open.hash().0;
        let write = world.context.database.write(move |on| {
            Box::pin(async move {
                guess::Entity::delete_many().exec(on).await.unwrap();
                let apart = challenges::Entity::update_many()
                    .col_expr(challenges::Column::Subject, Expr::value(format!("browser:{number}")))
                    .filter(challenges::Column::TokenHash.eq(hash));
                apart.exec(on).await.unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
        challenges.push(open);
    }
    challenges
}

/// How many were let in.
async fn post_at_once(world: &World, challenges: Vec<PlainToken>, text: &str) -> usize {
    let node = world.another_node().await;
    let posts = challenges.into_iter().enumerate().map(|(number, challenge)| {
        let context = if number % 2 == 0 { world.context.clone() } else { node.clone() };
        let text = text.to_owned();
        tokio::spawn(async move { answer(&context, &challenge, &text).await.is_ok() })
    });
    let mut signed_in = 0;
    for post in posts.collect::<Vec<_>>() {
        signed_in += usize::from(post.await.unwrap());
    }
    signed_in
}

on_both_databases! {
    async fn twenty_posts_of_one_code_give_one_session(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        let before = live(&world).await;
        let open = challenge(&world.context, AYSE, None).await;
        let signed_in = post_at_once(&world, vec![open; 20], &app.code(world.context.now())).await;
        assert_eq!((signed_in, live(&world).await - before), (1, 1));
    }

    async fn one_code_in_twenty_sign_ins_gives_one_session(world: World) {
        let app = world.set_up_app(world.owner(AYSE).await.account()).await;
        let known = sign_in(&world, AYSE, &app.code(world.context.now())).await.unwrap().browser.unwrap();
        world.context.clock.advance(TimeDelta::seconds(30));
        let (before, challenges) = (live(&world).await, twenty_challenges(&world, &known).await);
        let signed_in = post_at_once(&world, challenges, &app.code(world.context.now())).await;
        assert_eq!((signed_in, live(&world).await - before), (1, 1));
    }

    async fn one_backup_code_gives_one_session(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let codes = fresh(&world, ayse).await;
        let known = sign_in(&world, AYSE, &app.code(world.context.now())).await.unwrap().browser.unwrap();
        let (before, challenges) = (live(&world).await, twenty_challenges(&world, &known).await);
        let signed_in = post_at_once(&world, challenges, &codes[0]).await;
        assert_eq!((signed_in, live(&world).await - before), (1, 1));
        assert_eq!(account::load_overview(&world.context, ayse).await.unwrap().codes_left, 9);
    }

    async fn a_code_signs_in_or_switches_off_but_not_both(world: World) {
        let ayse = world.owner(AYSE).await.account();
        let app = world.set_up_app(ayse).await;
        let (open, node) = (challenge(&world.context, AYSE, None).await, world.another_node().await);
        let now = app.code(world.context.now());
        let (signed_in, off) = tokio::join!(
            answer(&world.context, &open, &now),
            account::disable_app(&node, ayse, disable(PASSWORD, now.clone()), None),
        );
        assert!(signed_in.is_ok() != off.is_ok(), "{:?} {:?}", signed_in.err(), off.err());
    }
}
