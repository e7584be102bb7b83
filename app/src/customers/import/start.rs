//! The first step: the file. A plain form, for a browser sends one better than a script.

use domain::{AppError, Code};
use leptos::prelude::*;

use super::steps::{Head, Step, Steps};
use crate::{
    form::address,
    lazy::LazyPage,
    shell::{FailureNotice, FormFailure},
    state::{administers, language, page},
    ui::{Button, ButtonKind, error_line},
};

const UPLOAD: &str = "customers/upload-table";

pub struct UploadRoute;

impl LazyPage for UploadRoute {
    fn data() -> Self {
        Self
    }

    fn view(self) -> AnyView {
        if !administers() {
            return view! { <FailureNotice error=Code::Forbidden.into() /> }.into_any();
        }
        view! {
            <Head />
            <Steps current=Step::File />
            <Upload />
        }
        .into_any()
    }
}

/// Why the last file was not taken.
fn refused() -> Option<AppError> {
    let refused = page().submission.get_value().filter(|submission| submission.action == UPLOAD)?.error;
    // Refused before it was read.
    Some(match refused.code {
        Code::TooLarge => AppError::field("file", Code::TableTooLarge),
        _ => refused,
    })
}

#[component]
fn Upload() -> impl IntoView {
    let (l, refused) = (language(), refused());
    let error = refused.as_ref().and_then(|error| texts::field(l, error, "file"));
    let is_wrong = error.is_some();
    let whole = refused.filter(|error| error.code != Code::Invalid);
    let described = if is_wrong { "f-file-error f-file-hint" } else { "f-file-hint" };
    view! {
        <form method="post" action=address(UPLOAD) enctype="multipart/form-data">
            <FormFailure error=Signal::stored(whole) />
            <section class="panel" aria-labelledby="f-file-label">
                <div class="field">
                    <div class="field-label">
                        <label id="f-file-label" for="f-file">{texts::customers::file(l)}</label>
                        <p class="field-hint" id="f-file-hint">{texts::customers::file_hint(l)}</p>
                    </div>
                    <div class="field-control">
                        <input
                            class="file"
                            type="file"
                            id="f-file"
                            name="file"
                            accept=".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values"
                            autofocus=is_wrong
                            aria-required="true"
                            aria-invalid=is_wrong.then_some("true")
                            aria-describedby=described
                        />
                        {error_line("f-file".to_owned(), Signal::stored(error))}
                    </div>
                </div>
                <footer class="panel-foot">
                    <Button kind=ButtonKind::Primary type_="submit" icon="upload">
                        {texts::customers::upload_button(l)}
                    </Button>
                    <span>{texts::customers::file_text(l)}</span>
                </footer>
            </section>
        </form>
    }
}
