//! Files: what is taken, what is left of a failure, how full it may get, and what is done with them.

use domain::{
    knowledge::{FileForm, FilesForm, NONE},
    plan::Plan,
};
use sea_orm::ActiveValue::Set;

use super::*;
use crate::on_both_databases;

/// Takes room without content.
async fn fill(world: &World, file: &File, bytes: u64) {
    let row = knowledge_file::ActiveModel {
        id: Set(file.id),
        bytes: Set(i64::try_from(bytes).unwrap()),
        ..Default::default()
    };
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            knowledge_file::Entity::update(row).exec(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}

on_both_databases! {
    async fn a_file_is_kept_found_and_read(world: World) {
        let ayse = world.owner(AYSE).await;
        let returns = category(&world, ayse, "İade", None).await.unwrap();
        let pieces = ["Şükrü ", "Iğdır"].map(|piece| Ok(Bytes::from(piece)));
        let line = send(&world, ayse, "İade koşulları.txt", Some(returns), pieces.into()).await.unwrap();
        assert_eq!((line.file.bytes, line.file.version, line.same), (16, 1, None));
        assert_eq!(content(&world, ayse, &line.file).await.unwrap(), "Şükrü Iğdır".as_bytes());
        text(&world, ayse, "fiyat_listesi.csv", None, "ad;fiyat").await;
        assert_eq!(found(&world, ayse, "IADE KOSUL", "").await, ["İade koşulları.txt"]);
        assert_eq!(found(&world, ayse, "fiyat listesi", "").await, ["fiyat_listesi.csv"]);
        assert_eq!(found(&world, ayse, "", NONE).await, ["fiyat_listesi.csv"]);
        assert_eq!(found(&world, ayse, "", &returns.to_string()).await, ["İade koşulları.txt"]);
        let room = knowledge::room(&world.context, ayse.member()).await.unwrap();
        assert_eq!((room.used, room.quota), (24, Plan::Team.storage()));
        let told = trail(&world).await.into_iter().find(|row| row.0 == "knowledge.upload_file").unwrap();
        assert!(told.2.contains("İade koşulları.txt") && told.2.contains("\"category\":\"İade\""), "{told:?}");

        // A page at a time, newest first.
        let first = knowledge::list(&world.context, ayse.member(), &KnowledgeForm::default(), 1).await.unwrap();
        assert_eq!((first.files[0].file.name.as_str(), first.more), ("fiyat_listesi.csv", true));
        let before = first.files[0].file.id.to_string();
        let form = KnowledgeForm { before, ..KnowledgeForm::default() };
        let second = knowledge::list(&world.context, ayse.member(), &form, 1).await.unwrap();
        assert_eq!((second.files[0].file.name.as_str(), second.more), ("İade koşulları.txt", false));
    }

    async fn of_what_went_wrong_nothing_is_left(world: World) {
        let ayse = world.owner(AYSE).await;
        let large = vec![Ok(Bytes::from(vec![b'a'; 1 << 20])); (MOST_BYTES >> 20) as usize];
        let too_large = large.iter().cloned().chain([Ok(Bytes::from_static(b"a"))]).collect();
        let broken: Vec<_> = large.iter().take(8).cloned().chain([Err(())]).collect();
        let text = |text: &'static str| vec![Ok(Bytes::from_static(text.as_bytes()))];
        for (name, pieces, field, code) in [
            ("a.txt", too_large, "file", Code::DocumentTooLarge),
            ("a.txt", vec![], "file", Code::DocumentEmpty),
            ("a.txt", text("a\0b"), "file", Code::DocumentMismatch),
            ("a.pdf", text("<html><script>alert(1)</script>"), "file", Code::DocumentMismatch),
            ("a.docx", text("PK\x03\x04 and nothing more"), "file", Code::DocumentMismatch),
            ("a.exe", text("MZ"), "name", Code::DocumentTypeRefused),
        ] {
            let refused = send(&world, ayse, name, None, pieces).await.unwrap_err();
            assert_eq!(refused.of(field), Some(code), "{name}");
        }
        assert_eq!(send(&world, ayse, "a.txt", None, broken).await.map(drop), Err(Code::BadRequest.into()));
        assert_eq!(leaving(&world).await, 0);
        assert_eq!(found(&world, ayse, "", "").await, [""; 0]);
        // As large as it may be.
        let whole = send(&world, ayse, "a.txt", None, large).await.unwrap().file;
        assert_eq!(whole.size(), MOST_BYTES);
    }

    async fn the_same_content_twice_is_noticed(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner("deniz@deniz.example").await);
        text(&world, deniz, "onun.txt", None, "aynı").await;
        let first = text(&world, ayse, "ilk.txt", None, "aynı").await;
        let again = send(&world, ayse, "ikinci.md", None, vec![Ok(Bytes::from("aynı"))]).await.unwrap();
        assert_eq!(again.same.as_ref().map(|same| same.id), Some(first.id));
        let page = knowledge::list(&world.context, ayse.member(), &KnowledgeForm::default(), 10).await.unwrap();
        let same: Vec<_> = page.files.iter().map(|line| line.same.as_ref().map(|same| same.name.as_str())).collect();
        assert_eq!(same, [Some("ilk.txt"), None]);
        // The one that is deleted leaves the other its content.
        knowledge::delete_file(&world.context, ayse.admin().unwrap(), first.id(), None).await.unwrap();
        assert_eq!(content(&world, ayse, &again.file).await.unwrap(), "aynı".as_bytes());
        let line = knowledge::load(&world.context, ayse.member(), again.file.id()).await.unwrap();
        assert_eq!(line.same, None);
    }

    async fn a_plan_has_only_so_much_room(world: World) {
        let ayse = world.owner(AYSE).await;
        let file = text(&world, ayse, "a.txt", None, "a").await;
        fill(&world, &file, Plan::Team.storage() - 3).await;
        let refused = |result: Result<FileLine, AppError>| assert_eq!(result.unwrap_err().of("file"), Some(Code::StorageFull));
        refused(send(&world, ayse, "b.txt", None, vec![Ok(Bytes::from("abcd"))]).await);
        assert_eq!(leaving(&world).await, 0);
        let last = text(&world, ayse, "c.txt", None, "abc").await;
        refused(send(&world, ayse, "d.txt", None, vec![Ok(Bytes::from("a"))]).await);
        // A smaller plan takes nothing away.
        world.set_plan(ayse.organisation, Plan::Discovery).await;
        let room = knowledge::room(&world.context, ayse.member()).await.unwrap();
        assert_eq!((room.left(), room.quota), (0, Plan::Discovery.storage()));
        assert_eq!(content(&world, ayse, &last).await.unwrap(), b"abc");
        refused(send(&world, ayse, "d.txt", None, vec![Ok(Bytes::from("a"))]).await);
    }

    async fn two_uploads_at_once_do_not_share_the_same_room(world: World) {
        let ayse = world.owner(AYSE).await;
        let file = text(&world, ayse, "a.txt", None, "a").await;
        fill(&world, &file, Plan::Team.storage() - 4).await;
        let both = tokio::join!(
            send(&world, ayse, "b.txt", None, vec![Ok(Bytes::from("abc"))]),
            send(&world, ayse, "c.txt", None, vec![Ok(Bytes::from("abc"))]),
        );
        assert_eq!([&both.0, &both.1].into_iter().filter(|one| one.is_ok()).count(), 1, "{both:?}");
        assert_eq!(leaving(&world).await, 0);
    }

    async fn files_are_moved_renamed_and_deleted(world: World) {
        let ayse = world.owner(AYSE).await;
        let admin = ayse.admin().unwrap();
        let returns = category(&world, ayse, "İade", None).await.unwrap();
        let (one, two) = (text(&world, ayse, "a.txt", None, "a").await, text(&world, ayse, "b.txt", None, "b").await);
        let ids = vec![one.id.to_string(), two.id.to_string()];
        let form = |act: &str, category: String| FilesForm { files: ids.clone(), act: act.into(), category };
        assert_eq!(knowledge::change_files(&world.context, admin, form("move", returns.to_string())).await, Ok(2));
        assert_eq!(found(&world, ayse, "", &returns.to_string()).await, ["b.txt", "a.txt"]);
        let form_of = |name: &str, category: &str| FileForm { name: name.into(), category: category.into() };
        let renamed = knowledge::update_file(&world.context, admin, one.id(), form_of("Koşullar", NONE), Some(2)).await.unwrap().file;
        assert_eq!((renamed.name.as_str(), renamed.category_id, renamed.version), ("Koşullar.txt", None, 3));
        let late = knowledge::update_file(&world.context, admin, one.id(), form_of("X", NONE), Some(2)).await;
        assert_eq!(late.map(drop), Err(Code::Conflict.into()));
        assert_eq!(knowledge::delete_file(&world.context, admin, one.id(), Some(2)).await, Err(Code::Conflict.into()));
        assert_eq!(knowledge::change_files(&world.context, admin, form("delete", String::new())).await, Ok(2));
        assert_eq!(content(&world, ayse, &one).await, Err(Code::NotFound.into()));
        assert_eq!((leaving(&world).await, found(&world, ayse, "", "").await.len()), (0, 0));
        assert_eq!(knowledge::change_files(&world.context, admin, form("delete", String::new())).await, Err(Code::NotFound.into()));
        let deletions = trail(&world).await.into_iter().filter(|row| row.0 == "knowledge.delete_file").count();
        assert_eq!(deletions, 2);
    }

    async fn a_category_that_is_deleted_while_a_file_comes_gets_it_back(world: World) {
        let ayse = world.owner(AYSE).await;
        let returns = category(&world, ayse, "İade", None).await.unwrap();
        let (context, admin) = (world.context.clone(), ayse.admin().unwrap());
        // The second piece comes when the category is gone.
        let deletes = async move {
            knowledge::delete_category(&context, admin, returns, None).await.unwrap();
            Ok::<_, ()>(Bytes::from("b"))
        };
        let pieces = stream::once(async { Ok(Bytes::from("a")) }).chain(stream::once(deletes));
        let form = UploadForm { name: "a.txt".into(), category: returns.to_string() };
        let line = knowledge::upload(&world.context, admin, form, Box::pin(pieces)).await.unwrap();
        assert_eq!(line.file.category_id, None);
        knowledge::restore_category(&world.context, admin, returns).await.unwrap();
        assert_eq!(found(&world, ayse, "", &returns.to_string()).await, ["a.txt"]);
    }

    async fn what_the_end_of_a_server_left_is_swept(world: World) {
        let ayse = world.owner(AYSE).await;
        let file = text(&world, ayse, "a.txt", None, "a").await;
        let row = knowledge_file::ActiveModel { id: Set(file.id), stored_at: Set(None), ..Default::default() };
        let write = world.context.database.write(move |on| {
            Box::pin(async move {
                knowledge_file::Entity::update(row).exec(on).await.unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
        knowledge::sweep(&world.context).await.unwrap();
        assert_eq!(leaving(&world).await, 1, "it may still be on its way");
        world.context.clock.advance(TimeDelta::minutes(61));
        knowledge::sweep(&world.context).await.unwrap();
        assert_eq!(leaving(&world).await, 0);
    }

    async fn a_file_is_of_its_organisation(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner("deniz@deniz.example").await);
        let returns = category(&world, ayse, "İade", None).await.unwrap();
        let file = text(&world, ayse, "a.txt", Some(returns), "a").await;
        let not_found = Err(Code::NotFound.into());
        assert_eq!(content(&world, deniz, &file).await.map(drop), not_found);
        let admin = deniz.admin().unwrap();
        assert_eq!(knowledge::load(&world.context, deniz.member(), file.id()).await.map(drop), not_found);
        assert_eq!(knowledge::delete_file(&world.context, admin, file.id(), None).await, not_found);
        let form = FileForm { name: "b".into(), category: String::new() };
        assert_eq!(knowledge::update_file(&world.context, admin, file.id(), form, None).await.map(drop), not_found);
        let form = FilesForm { files: vec![file.id.to_string()], act: "move".into(), category: NONE.into() };
        assert_eq!(knowledge::change_files(&world.context, admin, form).await.map(drop), not_found);
        let unread = stream::once(async { panic!("nothing is read for a category of others") });
        let form = UploadForm { name: "b.txt".into(), category: returns.to_string() };
        let refused = knowledge::upload::<()>(&world.context, admin, form, Box::pin(unread)).await;
        assert_eq!(refused.map(drop), not_found);
        assert_eq!(found(&world, deniz, "", &returns.to_string()).await, [""; 0]);
    }
}
