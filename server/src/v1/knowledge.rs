//! The knowledge base: categories, and files in them.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    CategoryId, Code, FileId, Machine,
    knowledge::{CategoryForm, FileForm, KnowledgeForm, MOST_BYTES, UploadForm},
};
use serde::{Deserialize, Serialize};
use services::{
    Context,
    knowledge::{self, PAGE},
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    ROOT,
    problem::{Problem, Refused},
    typed::{Asked, Body, Id, changed_meanwhile, known_version, something, tagged, wanted_version},
};
use crate::knowledge::attachment;

#[derive(Debug, Serialize, ToSchema)]
pub struct Category {
    id: Uuid,
    /// Null: it stands on the first level. There is one level below.
    parent: Option<Uuid>,
    name: String,
    /// Grows with each change of name or parent; the entity tag.
    version: i64,
}

impl Category {
    fn of(line: knowledge::CategoryLine) -> Self {
        let knowledge::CategoryLine { id, parent, name, version, .. } = line;
        Self { id: id.0, parent: parent.map(|parent| parent.0), name, version }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Categories {
    /// In the order that people gave them, each followed by those below it; at most 200.
    categories: Vec<Category>,
}

/// A category, to be made or as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryToBe {
    /// Unique below its parent, in Turkish casing.
    #[schema(min_length = 1, max_length = 60, example = "İade")]
    name: String,
    /// Null: it stands on the first level.
    #[serde(default)]
    parent: Option<Uuid>,
}

impl CategoryToBe {
    fn form(self, category: Option<CategoryId>) -> CategoryForm {
        CategoryForm {
            category: category.map(|id| id.to_string()).unwrap_or_default(),
            parent: self.parent.map(|id| id.to_string()).unwrap_or_default(),
            name: self.name,
        }
    }
}

/// List the categories
///
/// Scope: knowledge:read
#[utoipa::path(
    get, path = "/categories", tag = "knowledge", operation_id = "listCategories",
    responses((status = 200, body = Categories))
)]
pub async fn list_categories(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
) -> Result<Json<Categories>, Refused> {
    let all = knowledge::list_categories(&context, machine.read_knowledge()?).await?;
    Ok(Json(Categories { categories: all.lines.into_iter().map(Category::of).collect() }))
}

/// Make a category
///
/// It comes after those beside it. Scope: knowledge:write
#[utoipa::path(
    post, path = "/categories", tag = "knowledge", operation_id = "makeCategory", request_body = CategoryToBe,
    responses(
        (status = 201, body = Category, headers(("location" = String), ("etag" = String))),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Its parent does not exist, or is another organisation's."),
    )
)]
pub async fn create_category(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Body(category): Body<CategoryToBe>,
) -> Result<Response, Refused> {
    let made = knowledge::create_category(&context, machine.write_knowledge()?, category.form(None)).await?;
    let location = [(header::LOCATION, format!("{ROOT}/categories/{}", made.id))];
    let tagged = tagged(&HeaderMap::new(), &made.version.to_string(), &Category::of(made));
    Ok((StatusCode::CREATED, location, tagged).into_response())
}

/// Read a category
///
/// Scope: knowledge:read
#[utoipa::path(
    get, path = "/categories/{id}", tag = "knowledge", operation_id = "readCategory", params(("id" = Uuid, Path)),
    responses((status = 200, body = Category, headers(("etag" = String))), (status = 304))
)]
pub async fn read_category(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CategoryId>,
    asked: HeaderMap,
) -> Result<Response, Refused> {
    let line = knowledge::load_category(&context, machine.read_knowledge()?, id).await?;
    Ok(tagged(&asked, &line.version.to_string(), &Category::of(line)))
}

/// Change a category
///
/// Its name and where it stands; `If-Match` says which version is known, `*` that any will do. Scope: knowledge:write
#[utoipa::path(
    put, path = "/categories/{id}", tag = "knowledge", operation_id = "changeCategory",
    params(("id" = Uuid, Path), ("if-match" = String, Header, description = "The entity tag of the category that is known.")),
    request_body = CategoryToBe,
    responses((status = 200, body = Category, headers(("etag" = String))))
)]
pub async fn replace_category(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CategoryId>,
    asked: HeaderMap,
    Body(category): Body<CategoryToBe>,
) -> Result<Response, Refused> {
    let (machine, version) = (machine.write_knowledge()?, known_version(&asked)?);
    let form = category.form(Some(id));
    let line = knowledge::update_category(&context, machine, form, version).await;
    let line = line.map_err(changed_meanwhile)?;
    Ok(tagged(&HeaderMap::new(), &line.version.to_string(), &Category::of(line)))
}

/// Delete a category
///
/// Its files stay, without a category; people can take it back for ten minutes. Those below it go as well. Scope: knowledge:write
#[utoipa::path(
    delete, path = "/categories/{id}", tag = "knowledge", operation_id = "deleteCategory",
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header, description = "The entity tag of the category that is known.")),
    responses((status = 204), (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else changed it meanwhile."))
)]
pub async fn delete_category(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<CategoryId>,
    asked: HeaderMap,
) -> Result<StatusCode, Refused> {
    let (machine, version) = (machine.write_knowledge()?, wanted_version(&asked)?);
    knowledge::delete_category(&context, machine, id, version).await.map_err(changed_meanwhile)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What kind of document a file is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Pdf,
    Docx,
    Txt,
    Md,
    Csv,
}

impl From<domain::knowledge::Kind> for Kind {
    fn from(kind: domain::knowledge::Kind) -> Self {
        use domain::knowledge::Kind as Document;
        match kind {
            Document::Pdf => Self::Pdf,
            Document::Docx => Self::Docx,
            Document::Txt => Self::Txt,
            Document::Md => Self::Md,
            Document::Csv => Self::Csv,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct File {
    id: Uuid,
    name: String,
    kind: Kind,
    bytes: u64,
    /// Of the content, in hexadecimal.
    sha256: String,
    /// Null: none.
    category: Option<Uuid>,
    /// An older file with the same content, if there is one.
    same_as: Option<Uuid>,
    created_at: DateTime<Utc>,
    /// Grows with each change; the entity tag.
    version: i64,
}

impl File {
    fn of(line: knowledge::FileLine) -> Self {
        let knowledge::FileLine { file, same } = line;
        Self {
            id: file.id,
            kind: file.kind().into(),
            bytes: file.size(),
            sha256: file.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            name: file.name,
            category: file.category_id,
            same_as: same.map(|same| same.id),
            created_at: file.created_at,
            version: file.version,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Files {
    /// Newest first.
    files: Vec<File>,
    /// `before` of the page after this one; null on the last one.
    next: Option<Uuid>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// A part of a name, on any keyboard.
    #[param(min_length = 1, example = "iade")]
    q: Option<String>,
    /// Those in this category or below it; `none`: those without one.
    #[param(min_length = 1, example = "none")]
    category: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<Uuid>)]
    before: Option<String>,
    /// Files of one page.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u64>,
}

/// List files
///
/// Newest first. Scope: knowledge:read
#[utoipa::path(
    get, path = "/files", tag = "knowledge", operation_id = "listFiles", params(Filter),
    responses((status = 200, body = Files))
)]
pub async fn list_files(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Asked(Filter { q, category, before, limit }): Asked<Filter>,
) -> Result<Json<Files>, Refused> {
    let (machine, limit) = (machine.read_knowledge()?, limit.unwrap_or(50));
    if !(1..=PAGE).contains(&limit) {
        return Err(Code::BadRequest.into());
    }
    let form = KnowledgeForm { q: something(q)?, category: something(category)?, before: something(before)? };
    let page = knowledge::list(&context, machine, &form, limit).await?;
    let next = page.files.last().filter(|_| page.more).map(|line| line.file.id);
    Ok(Json(Files { files: page.files.into_iter().map(File::of).collect(), next }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NewFile {
    /// Ends in .pdf, .docx, .txt, .md or .csv.
    #[param(min_length = 1, max_length = 150, example = "iade.txt")]
    name: String,
    /// Left out: none.
    #[param(value_type = Option<Uuid>)]
    category: Option<String>,
}

/// Upload a file
///
/// The body is the content, at most 25 MB; it has to be what the ending of the name says, text in UTF-8. A file with the
/// same content is kept as well; `same_as` names the older one. Scope: knowledge:write
#[utoipa::path(
    post, path = "/files", tag = "knowledge", operation_id = "uploadFile", params(NewFile),
    request_body(content = Content, content_type = "application/octet-stream"),
    responses(
        (status = 201, body = File, headers(("location" = String), ("etag" = String))),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Its category does not exist, or is another organisation's."),
    )
)]
pub async fn upload(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Asked(NewFile { name, category }): Asked<NewFile>,
    asked: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, Refused> {
    let machine = machine.write_knowledge()?;
    let length = asked.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_BYTES) {
        return Err(Code::TooLarge.into());
    }
    let form = UploadForm { name, category: something(category)? };
    let line = knowledge::upload(&context, machine, form, body.into_data_stream()).await?;
    let location = [(header::LOCATION, format!("{ROOT}/files/{}", line.file.id))];
    let tagged = tagged(&HeaderMap::new(), &line.file.version.to_string(), &File::of(line));
    Ok((StatusCode::CREATED, location, tagged).into_response())
}

/// Read what is known of a file
///
/// Scope: knowledge:read
#[utoipa::path(
    get, path = "/files/{id}", tag = "knowledge", operation_id = "readFile", params(("id" = Uuid, Path)),
    responses((status = 200, body = File, headers(("etag" = String))), (status = 304))
)]
pub async fn read_file(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<FileId>,
    asked: HeaderMap,
) -> Result<Response, Refused> {
    let line = knowledge::load(&context, machine.read_knowledge()?, id).await?;
    Ok(tagged(&asked, &line.file.version.to_string(), &File::of(line)))
}

/// Download a file
///
/// Always as an attachment. Scope: knowledge:read
#[utoipa::path(
    get, path = "/files/{id}/content", tag = "knowledge", operation_id = "downloadFile", params(("id" = Uuid, Path)),
    responses((status = 200, content(
        (Content = "application/pdf"),
        (Content = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (Content = "text/plain; charset=utf-8"),
        (Content = "text/markdown; charset=utf-8"),
        (Content = "text/csv; charset=utf-8"),
    )))
)]
pub async fn download(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<FileId>,
) -> Result<Response, Refused> {
    Ok(attachment(&context, machine.read_knowledge()?, id).await?)
}

/// A file as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileToBe {
    /// Goes on ending as what it is: the ending is added where it is missing.
    #[schema(min_length = 1, max_length = 150, example = "iade.txt")]
    name: String,
    /// Null: none.
    #[serde(default)]
    category: Option<Uuid>,
}

/// Rename or move a file
///
/// `If-Match` says which version is known, `*` that any will do. Scope: knowledge:write
#[utoipa::path(
    put, path = "/files/{id}", tag = "knowledge", operation_id = "changeFile",
    params(("id" = Uuid, Path), ("if-match" = String, Header, description = "The entity tag of the file that is known.")),
    request_body = FileToBe,
    responses((status = 200, body = File, headers(("etag" = String))))
)]
pub async fn replace_file(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<FileId>,
    asked: HeaderMap,
    Body(FileToBe { name, category }): Body<FileToBe>,
) -> Result<Response, Refused> {
    let (machine, version) = (machine.write_knowledge()?, known_version(&asked)?);
    let form = FileForm { name, category: category.map(|id| id.to_string()).unwrap_or_default() };
    let line =
        knowledge::update_file(&context, machine, id, form, version).await.map_err(changed_meanwhile)?;
    Ok(tagged(&HeaderMap::new(), &line.file.version.to_string(), &File::of(line)))
}

/// Delete a file
///
/// It can't be taken back. Scope: knowledge:write
#[utoipa::path(
    delete, path = "/files/{id}", tag = "knowledge", operation_id = "deleteFile",
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header, description = "The entity tag of the file that is known.")),
    responses((status = 204), (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else changed it meanwhile."))
)]
pub async fn delete_file(
    State(context): State<Context>,
    Extension(machine): Extension<Machine>,
    Id(id): Id<FileId>,
    asked: HeaderMap,
) -> Result<StatusCode, Refused> {
    let (machine, version) = (machine.write_knowledge()?, wanted_version(&asked)?);
    knowledge::delete_file(&context, machine, id, version).await.map_err(changed_meanwhile)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes a body that is read as a stream")]
pub struct Content(Vec<u8>);
