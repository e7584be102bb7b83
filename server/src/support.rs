//! Support inside an organisation: what of it is asked for, and whether that is open to it.

use axum::{extract::Request, http::Method};
use domain::{
    Code,
    support::{Scope, judge},
};
use services::session::Visit;

use crate::pages;

/// What a request means to support that is inside an organisation.
#[derive(Default)]
pub struct Asked {
    /// The act that was asked for is none of support's.
    pub refused: Option<Code>,
    /// Whatever runs, the database takes nothing from it.
    pub reads_only: bool,
}

/// The one place where support's requests are judged, whichever door they come to: a page, a server function, a form
/// without JavaScript (by the function it names), a file. A refused page is drawn with the reason in it.
pub fn ask(visit: &mut Visit, request: &Request) -> Asked {
    let Some(inside) = visit.account.support else { return Asked::default() };
    let (path, method) = (request.uri().path(), request.method());
    let posts_to_page = *method == Method::POST && !path.starts_with("/api/");
    let act = match posts_to_page {
        true => format!("/api/{}", pages::query(request.uri(), "do").unwrap_or_default()),
        false => path.to_owned(),
    };
    let verdict = judge(inside.mode, &act);
    // The page that shows a refused form is read, as by GET.
    let page = if posts_to_page { judge(inside.mode, path) } else { verdict };
    // Public pages and built files ask for no capability, so that whatever else there is can be refused.
    visit.account.refused = page.err();
    Asked { refused: verdict.err(), reads_only: !matches!(verdict, Ok(Scope::Change | Scope::Own)) }
}
