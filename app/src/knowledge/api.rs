//! Categories and files as the page shows them; sizes and times in words.

use domain::{
    AppError,
    knowledge::{CategoryForm, FilesForm, KnowledgeForm, MergeForm, OneCategoryForm, PlaceForm},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::upload::{Files, FilesPost};
use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    super::{
        size::size,
        upload::{Body, keep},
    },
    crate::{paths, server_side as server},
    domain::knowledge::UploadForm,
    services::knowledge,
};

/// Files of one page.
#[cfg(feature = "ssr")]
const PAGE: u64 = 50;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnowledgePage {
    /// In their order, each followed by those below it.
    pub categories: Vec<CategoryLine>,
    /// Files in all, and those without a category.
    pub all: u64,
    pub uncategorised: u64,
    /// What can be taken back, newest first.
    pub deleted: Vec<DeletedLine>,
    /// Newest first.
    pub files: Vec<FileLine>,
    /// `before` of the next page.
    pub next: Option<String>,
    pub room: Room,
    /// What is wrong with the filter; no file is listed then.
    pub refused: Option<AppError>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryLine {
    pub id: String,
    /// Empty: it stands on the first level.
    pub parent: String,
    pub name: String,
    /// In it and in those below it.
    pub files: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedLine {
    pub id: String,
    pub name: String,
    pub files: u64,
    /// `14:05`
    pub until: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLine {
    pub id: String,
    pub name: String,
    /// Empty: none.
    pub category: String,
    pub size: String,
    pub added: String,
    /// The name of an older file with the same content.
    pub same: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub used: String,
    pub quota: String,
    pub percent: u64,
    pub is_full: bool,
}

/// A file that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub name: String,
    pub same: Option<String>,
}

#[server(endpoint = "knowledge/load-knowledge", protocol = crate::protocol::FormToJson)]
pub async fn load_knowledge(#[server(default)] form: KnowledgeForm) -> Result<KnowledgePage, Error> {
    let (context, member, visit) = (server::context()?, server::member()?, server::visit()?);
    let l = server::facts().language;
    let categories = knowledge::list_categories(&context, member).await?;
    let room = knowledge::room(&context, member).await?;
    let deleted = knowledge::list_deleted(&context, member).await?.into_iter().map(|row| DeletedLine {
        id: row.id.to_string(),
        name: row.name,
        files: row.files,
        // The day is today's.
        until: server::instant(&visit, l, row.until).split(' ').next_back().unwrap_or_default().to_owned(),
    });
    let (page, refused) = match knowledge::list(&context, member, &form, PAGE).await {
        Ok(page) => (page, None),
        Err(error) if !error.fields.is_empty() => {
            (knowledge::Page { files: Vec::new(), more: false }, Some(error))
        }
        Err(error) => return Err(error.into()),
    };
    let next = page.files.last().filter(|_| page.more).map(|line| line.file.id.to_string());
    let name_of = |id| categories.lines.iter().find(|line| Some(line.id.0) == id).map(|line| &line.name);
    let file = |knowledge::FileLine { file, same }: knowledge::FileLine| FileLine {
        id: file.id.to_string(),
        category: name_of(file.category_id).cloned().unwrap_or_default(),
        size: size(l, file.size()),
        added: server::instant(&visit, l, file.created_at),
        name: file.name,
        same: same.map(|same| same.name),
    };
    let tops = categories.lines.iter().filter(|line| line.parent.is_none());
    Ok(KnowledgePage {
        all: tops.map(|line| line.files).sum::<u64>() + categories.uncategorised,
        uncategorised: categories.uncategorised,
        deleted: deleted.collect(),
        files: page.files.into_iter().map(file).collect(),
        categories: categories
            .lines
            .into_iter()
            .map(|line| CategoryLine {
                id: line.id.to_string(),
                parent: line.parent.map(|id| id.to_string()).unwrap_or_default(),
                name: line.name,
                files: line.files,
            })
            .collect(),
        next,
        room: Room {
            used: size(l, room.used),
            quota: size(l, room.quota),
            percent: (room.used.saturating_mul(100) / room.quota.max(1)).min(100),
            is_full: room.left() == 0,
        },
        refused,
    })
}

/// Its id.
#[server(endpoint = "knowledge/create-category", protocol = crate::protocol::FormToJson)]
pub async fn create_category(form: CategoryForm) -> Result<String, Error> {
    let line = knowledge::create_category(&server::context()?, server::admin()?, form).await?;
    Ok(line.id.to_string())
}

#[server(endpoint = "knowledge/update-category", protocol = crate::protocol::FormToJson)]
pub async fn update_category(form: CategoryForm) -> Result<(), Error> {
    knowledge::update_category(&server::context()?, server::admin()?, form, None).await?;
    Ok(())
}

#[server(endpoint = "knowledge/place-category", protocol = crate::protocol::FormToJson)]
pub async fn place_category(form: PlaceForm) -> Result<(), Error> {
    Ok(knowledge::place_category(&server::context()?, server::admin()?, form).await?)
}

/// The name of the one that stays.
#[server(endpoint = "knowledge/merge-categories", protocol = crate::protocol::FormToJson)]
pub async fn merge_categories(form: MergeForm) -> Result<String, Error> {
    Ok(knowledge::merge_categories(&server::context()?, server::admin()?, form).await?)
}

/// How many files are without a category now.
#[server(endpoint = "knowledge/delete-category", protocol = crate::protocol::FormToJson)]
pub async fn delete_category(form: OneCategoryForm) -> Result<u64, Error> {
    let (context, admin, id) = (server::context()?, server::admin()?, form.parse()?);
    Ok(knowledge::delete_category(&context, admin, id, None).await?)
}

#[server(endpoint = "knowledge/restore-category", protocol = crate::protocol::FormToJson)]
pub async fn restore_category(form: OneCategoryForm) -> Result<(), Error> {
    let (context, admin, id) = (server::context()?, server::admin()?, form.parse()?);
    Ok(knowledge::restore_category(&context, admin, id).await?)
}

/// How many.
#[server(endpoint = "knowledge/change-files", protocol = crate::protocol::FormToJson)]
pub async fn change_files(form: FilesForm) -> Result<usize, Error> {
    Ok(knowledge::change_files(&server::context()?, server::admin()?, form).await?)
}

/// Those that were refused are named by their number: `files[1]`; the others are kept.
#[server(endpoint = "knowledge/upload-files", output = crate::json::Answer, input = FilesPost, input_derive = (Clone,))]
pub async fn upload_files(files: Files) -> Result<Vec<Sent>, Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    let store = |form: UploadForm, body: Body| {
        let context = context.clone();
        async move {
            let line = knowledge::upload(&context, admin, form, body).await?;
            Ok(Sent { name: line.file.name, same: line.same.map(|same| same.name) })
        }
    };
    let sent = keep(files, store).await?;
    server::send_to(&format!("{}?saved=knowledge/upload-files", paths::KNOWLEDGE));
    Ok(sent)
}
