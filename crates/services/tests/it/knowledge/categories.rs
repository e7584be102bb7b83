//! Categories: unique names, one level below, order, merging, deleting and taking back.

use domain::knowledge::{FilesForm, MOST_CATEGORIES, MergeForm, NONE, OneCategoryForm, PlaceForm, UNDO};

use super::*;
use crate::{on_both_databases, slots::program};

async fn place(
    world: &World,
    actor: Actor,
    id: CategoryId,
    step: &str,
    before: Option<CategoryId>,
) -> Result<(), AppError> {
    let before = before.map(|id| id.to_string()).unwrap_or_default();
    let form = PlaceForm { category: id.to_string(), step: step.into(), before };
    knowledge::place_category(&world.context, actor.admin().unwrap(), form).await
}

async fn merge(world: &World, actor: Actor, from: CategoryId, into: CategoryId) -> Result<String, AppError> {
    let form = MergeForm { category: from.to_string(), into: into.to_string() };
    knowledge::merge_categories(&world.context, actor.admin().unwrap(), form).await
}

async fn rename(
    world: &World,
    actor: Actor,
    id: CategoryId,
    name: &str,
    parent: Option<CategoryId>,
) -> Result<(), AppError> {
    let parent = parent.map(|id| id.to_string()).unwrap_or_default();
    let form = CategoryForm { category: id.to_string(), name: name.into(), parent };
    knowledge::update_category(&world.context, actor.admin().unwrap(), form, None).await.map(drop)
}

async fn delete(world: &World, actor: Actor, id: CategoryId) -> u64 {
    knowledge::delete_category(&world.context, actor.admin().unwrap(), id, None).await.unwrap()
}

async fn restore(world: &World, actor: Actor, id: CategoryId) -> Result<(), AppError> {
    knowledge::restore_category(&world.context, actor.admin().unwrap(), id).await
}

on_both_databases! {
    async fn a_name_is_one_categorys_beside_it_in_turkish_casing(world: World) {
        let ayse = world.owner(AYSE).await;
        let returns = category(&world, ayse, "İade", None).await.unwrap();
        let taken = |result: Result<CategoryId, AppError>| assert_eq!(result.unwrap_err().of("name"), Some(Code::NameTaken));
        for same in ["iade", "İADE", " i\u{307}ade "] {
            taken(category(&world, ayse, same, None).await);
        }
        // Two words in Turkish, and another level.
        category(&world, ayse, "ILIK", None).await.unwrap();
        category(&world, ayse, "ilik", None).await.unwrap();
        taken(category(&world, ayse, "ılık", None).await);
        let below = category(&world, ayse, "iade", Some(returns)).await.unwrap();
        taken(category(&world, ayse, "İade", Some(returns)).await);
        let deeper = category(&world, ayse, "Kargo", Some(below)).await.unwrap_err();
        assert_eq!(deeper.of("parent"), Some(Code::CategoryTooDeep));
        assert_eq!(names(&world, ayse).await, ["İade 0", "- iade 0", "ILIK 0", "ilik 0"]);

        rename(&world, ayse, returns, "İADE", None).await.unwrap();
        assert_eq!(rename(&world, ayse, returns, "ilik", None).await.unwrap_err().of("name"), Some(Code::NameTaken));
        let ilik = knowledge::list_categories(&world.context, ayse.member()).await.unwrap().lines[3].id;
        assert_eq!(rename(&world, ayse, returns, "İade", Some(ilik)).await.unwrap_err().of("parent"), Some(Code::CategoryTooDeep));
        assert_eq!(rename(&world, ayse, ilik, "ilik", Some(ilik)).await.unwrap_err().of("parent"), Some(Code::CategoryTooDeep));
        rename(&world, ayse, below, "Kargo", Some(ilik)).await.unwrap();
        assert_eq!(names(&world, ayse).await, ["İADE 0", "ILIK 0", "ilik 0", "- Kargo 0"]);
        let last = trail(&world).await.pop().unwrap();
        assert_eq!(last.0, "knowledge.update_category");
        assert!(last.1.contains("İADE") && last.2.contains("ilik"), "{last:?}");
        let before = trail(&world).await.len();
        rename(&world, ayse, below, "Kargo", Some(ilik)).await.unwrap();
        assert_eq!(trail(&world).await.len(), before, "nothing changed");
    }

    async fn categories_are_moved_and_merged(world: World) {
        let ayse = world.owner(AYSE).await;
        let one = category(&world, ayse, "Bir", None).await.unwrap();
        let two = category(&world, ayse, "İki", None).await.unwrap();
        let three = category(&world, ayse, "Üç", None).await.unwrap();
        place(&world, ayse, three, "up", None).await.unwrap();
        place(&world, ayse, one, "", None).await.unwrap();
        assert_eq!(names(&world, ayse).await, ["Üç 0", "İki 0", "Bir 0"]);
        place(&world, ayse, one, "", Some(two)).await.unwrap();
        place(&world, ayse, two, "down", None).await.unwrap();
        assert_eq!(names(&world, ayse).await, ["Üç 0", "Bir 0", "İki 0"]);
        assert_eq!(trail(&world).await.len(), 3 + 3, "a step to where it is leaves no trace");

        let below = category(&world, ayse, "Kargo", Some(one)).await.unwrap();
        let other = category(&world, ayse, "kargo", Some(two)).await.unwrap();
        category(&world, ayse, "Kurye", Some(two)).await.unwrap();
        assert_eq!(place(&world, ayse, below, "", Some(two)).await, Err(Code::NotFound.into()), "of another level");
        text(&world, ayse, "a.txt", Some(two), "a").await;
        text(&world, ayse, "b.txt", Some(other), "b").await;
        text(&world, ayse, "c.txt", Some(below), "c").await;
        let deep = merge(&world, ayse, two, below).await.unwrap_err();
        assert_eq!(deep.of("into"), Some(Code::CategoryTooDeep));
        assert_eq!(merge(&world, ayse, two, two).await.unwrap_err().of("into"), Some(Code::ChoiceUnknown));
        assert_eq!(merge(&world, ayse, two, one).await.unwrap(), "Bir");
        assert_eq!(names(&world, ayse).await, ["Üç 0", "Bir 3", "- Kargo 2", "- Kurye 0"]);
        assert_eq!(found(&world, ayse, "", &one.to_string()).await, ["c.txt", "b.txt", "a.txt"]);
        assert_eq!(merge(&world, ayse, below, three).await.unwrap(), "Üç");
        assert_eq!(names(&world, ayse).await, ["Üç 2", "Bir 1", "- Kurye 0"]);
    }

    async fn a_deleted_category_leaves_its_files_and_comes_back_with_them(world: World) {
        let ayse = world.owner(AYSE).await;
        let returns = category(&world, ayse, "İade", None).await.unwrap();
        let shipping = category(&world, ayse, "Kargo", Some(returns)).await.unwrap();
        let prices = category(&world, ayse, "Fiyatlar", None).await.unwrap();
        for (name, category) in [("a.txt", returns), ("b.txt", shipping), ("c.txt", shipping), ("d.txt", prices)] {
            text(&world, ayse, name, Some(category), name).await;
        }
        assert_eq!(delete(&world, ayse, returns).await, 3);
        assert_eq!(names(&world, ayse).await, ["Fiyatlar 1"]);
        assert_eq!(found(&world, ayse, "", NONE).await, ["c.txt", "b.txt", "a.txt"]);
        let deleted = knowledge::list_deleted(&world.context, ayse.member()).await.unwrap();
        assert_eq!((deleted.len(), deleted[0].name.as_str(), deleted[0].files), (1, "İade", 3));
        assert_eq!(deleted[0].until, world.context.now() + UNDO);

        // Somebody puts one elsewhere and takes the name: the one comes back without, under another.
        let moved = found(&world, ayse, "c", "").await;
        assert_eq!(moved, ["c.txt"]);
        let all = knowledge::list(&world.context, ayse.member(), &KnowledgeForm::default(), 100).await.unwrap();
        let c = all.files.iter().find(|line| line.file.name == "c.txt").unwrap().file.id();
        let form = FilesForm { files: vec![c.to_string()], act: "move".into(), category: prices.to_string() };
        knowledge::change_files(&world.context, ayse.admin().unwrap(), form).await.unwrap();
        category(&world, ayse, "iade", None).await.unwrap();
        world.context.clock.advance(UNDO - TimeDelta::seconds(1));
        knowledge::sweep(&world.context).await.unwrap();
        restore(&world, ayse, returns).await.unwrap();
        assert_eq!(names(&world, ayse).await, ["İade (2) 2", "- Kargo 1", "Fiyatlar 2", "iade 0"]);
        assert_eq!(found(&world, ayse, "", NONE).await, [""; 0]);
        assert_eq!(knowledge::list_deleted(&world.context, ayse.member()).await.unwrap(), []);
        assert_eq!(restore(&world, ayse, returns).await, Err(Code::NotFound.into()), "once");
        let told: Vec<String> = trail(&world).await.into_iter().map(|row| row.0).collect();
        assert!(told.contains(&"knowledge.delete_category".into()) && told.contains(&"knowledge.restore_category".into()));

        // Too late.
        delete(&world, ayse, returns).await;
        world.context.clock.advance(UNDO);
        assert_eq!(knowledge::list_deleted(&world.context, ayse.member()).await.unwrap(), []);
        assert_eq!(restore(&world, ayse, returns).await, Err(Code::NotFound.into()));
        knowledge::sweep(&world.context).await.unwrap();
        assert_eq!(found(&world, ayse, "", NONE).await, ["b.txt", "a.txt"], "files are never deleted with it");
        assert_eq!(names(&world, ayse).await, ["Fiyatlar 2", "iade 0"]);
    }

    async fn what_was_below_a_deleted_category_comes_back_where_it_can(world: World) {
        let ayse = world.owner(AYSE).await;
        let top = category(&world, ayse, "Üst", None).await.unwrap();
        let below = category(&world, ayse, "Alt", Some(top)).await.unwrap();
        delete(&world, ayse, below).await;
        delete(&world, ayse, top).await;
        restore(&world, ayse, below).await.unwrap();
        assert_eq!(names(&world, ayse).await, ["Alt 0"], "its parent is not there");
        restore(&world, ayse, top).await.unwrap();
        assert_eq!(names(&world, ayse).await, ["Üst 0", "Alt 0"]);
        delete(&world, ayse, below).await;
        let other = category(&world, ayse, "Başka", None).await.unwrap();
        merge(&world, ayse, top, other).await.unwrap();
        restore(&world, ayse, below).await.unwrap();
        assert_eq!(names(&world, ayse).await, ["Alt 0", "Başka 0"]);
    }

    async fn categories_are_of_their_organisation_and_not_too_many(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner("deniz@deniz.example").await);
        let hers = category(&world, ayse, "İade", None).await.unwrap();
        let his = category(&world, deniz, "İade", None).await.unwrap();
        let not_found = Err(Code::NotFound.into());
        assert_eq!(rename(&world, deniz, hers, "X", None).await, not_found);
        assert_eq!(rename(&world, deniz, his, "X", Some(hers)).await, not_found);
        assert_eq!(place(&world, deniz, hers, "up", None).await, not_found);
        assert_eq!(merge(&world, deniz, his, hers).await.map(drop), not_found);
        assert_eq!(merge(&world, deniz, hers, his).await.map(drop), not_found);
        let admin = deniz.admin().unwrap();
        assert_eq!(knowledge::delete_category(&world.context, admin, hers, None).await.map(drop), not_found);
        delete(&world, ayse, hers).await;
        assert_eq!(restore(&world, deniz, hers).await, not_found);
        assert_eq!(category(&world, deniz, "Alt", Some(hers)).await.map(drop), not_found);
        assert_eq!(OneCategoryForm { category: hers.to_string() }.parse(), Ok(hers));

        // A program does the same, as far as its person may.
        let machine = program(deniz).write_knowledge().unwrap();
        let form = CategoryForm { name: "Programdan".into(), ..CategoryForm::default() };
        knowledge::create_category(&world.context, machine, form).await.unwrap();
        for number in 2..MOST_CATEGORIES {
            category(&world, deniz, &format!("Kategori {number}"), None).await.unwrap();
        }
        assert_eq!(category(&world, deniz, "Bir fazla", None).await.map(drop), Err(Code::TooManyCategories.into()));
    }
}
