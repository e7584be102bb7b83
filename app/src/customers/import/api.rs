//! A table on its way to become customers; errors of its rows in words.

use domain::customers::import::{ChoicesForm, OneImportForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::{
    api::ListLine,
    upload::{Table, TablePost},
};
use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    super::super::api::list_line,
    crate::{paths, server_side as server},
    domain::Language,
    services::customers::{self, import},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPage {
    pub import: String,
    pub file_name: String,
    pub rows: usize,
    /// What each is called, and the first cells of it.
    pub columns: Vec<(String, Vec<String>)>,
    pub choices: ChoicesForm,
    /// Every list, by name.
    pub lists: Vec<ListLine>,
    /// What would come of it, once somebody has chosen.
    pub check: Option<Check>,
    /// What has come of it, once that has begun.
    pub done: Option<Done>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub new: usize,
    pub known: usize,
    pub refused: usize,
    pub faults: Vec<Fault>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    pub line: u64,
    pub said: String,
    pub errors: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    pub rows: u64,
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub refused: u64,
    pub list: String,
    pub is_finished: bool,
}

/// The address of the next step.
#[server(endpoint = "customers/upload-table", output = crate::json::Answer, input = TablePost, input_derive = (Clone,))]
pub async fn upload_table(table: Table) -> Result<String, Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    let id = import::upload(&context, admin, &table.name, table.file).await?;
    let path = paths::import(&id.to_string());
    server::send_to(&path);
    Ok(path)
}

#[server(endpoint = "customers/load-import", protocol = crate::protocol::FormToJson)]
pub async fn load_import(form: OneImportForm) -> Result<ImportPage, Error> {
    let (context, admin, id) = (server::context()?, server::admin()?, form.parse()?);
    let uploaded = import::load(&context, admin, id).await?;
    let lists = customers::list_lists(&context, domain::Member::from(admin), None).await?;
    let check = match &uploaded.done {
        None if uploaded.is_chosen => Some(import::check(&context, admin, id).await?),
        _ => None,
    };
    let l = server::facts().language;
    Ok(ImportPage {
        import: id.to_string(),
        file_name: uploaded.file_name,
        rows: uploaded.rows,
        columns: uploaded.columns,
        choices: uploaded.choices,
        lists: lists.into_iter().map(list_line).collect(),
        check: check.map(|check| told(l, check)),
        done: uploaded.done.map(done_of),
    })
}

#[server(endpoint = "customers/choose-import", protocol = crate::protocol::FormToJson)]
pub async fn choose_import(form: ChoicesForm) -> Result<(), Error> {
    let path = paths::import(&form.import);
    import::choose(&server::context()?, server::admin()?, form).await?;
    server::send_to(&path);
    Ok(())
}

#[server(endpoint = "customers/run-import", protocol = crate::protocol::FormToJson)]
pub async fn run_import(form: OneImportForm) -> Result<Done, Error> {
    let path = paths::import(&form.import);
    let done = import::run(&server::context()?, server::admin()?, form).await?;
    server::send_to(&path);
    Ok(done_of(done))
}

#[cfg(feature = "ssr")]
fn told(l: Language, check: import::Check) -> Check {
    let import::Check { new, known, refused, faults } = check;
    let fault = |import::Fault { line, errors, said }: import::Fault| Fault {
        line,
        said,
        errors: errors.iter().map(|error| import::say(l, error)).collect(),
    };
    Check { new, known, refused, faults: faults.into_iter().map(fault).collect() }
}

#[cfg(feature = "ssr")]
fn done_of(done: import::Done) -> Done {
    let import::Done { rows, added, updated, unchanged, refused, list, is_finished } = done;
    Done { rows, added, updated, unchanged, refused, list, is_finished }
}
