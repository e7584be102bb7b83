//! The page: load, edit, save, and what happens when somebody else saved in between.

use domain::{AppError, Code, hours::HoursForm};
use leptos::{
    ev::{MouseEvent, SubmitEvent},
    prelude::*,
    task::spawn_local,
};
use leptos_router::hooks::use_query_map;

use super::{
    api::{Answer, Hours, QuestionForm, SaveHours, explain_at, load_hours},
    dates,
    draft::Draft,
    explainer::{AT, Explainer},
    holidays::HolidaysPanel,
    specials::{PastPanel, SpecialsPanel},
    today::TodayPanel,
    week::WeekPanel,
};
use crate::{
    act::Act,
    audit::{Last, LastChanged, last_change},
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, PageTitle, api::load_viewer, shown_with},
    state::{Viewer, language, page},
    ui::{Banner, Button, ButtonKind, Tone, use_toasts},
    unsaved::{Unsaved, UnsavedCount, UnsavedGuard},
};

const FORM: &str = "hours";

pub struct HoursRoute {
    hours: Loaded<Result<Hours, Error>>,
    /// The moment in the address, and the answer for it.
    answer: Loaded<Option<(String, Result<Answer, Error>)>>,
    last: Last,
    save: Act<SaveHours>,
    state: FormState,
    refused: Loaded<Option<HoursForm>>,
}

impl LazyPage for HoursRoute {
    fn data() -> Self {
        let at = use_query_map().with_untracked(|query| query.get(AT));
        let answer = move || {
            let at = at.clone();
            async move {
                let at = at?;
                Some((at.clone(), explain_at(QuestionForm { at }).await))
            }
        };
        let save = Act::new();
        let state = FormState::new(save);
        Self {
            save,
            state,
            refused: load(|| (), move |()| async move { state.typed() }),
            hours: load(|| (), |()| load_hours()),
            answer: load(|| (), move |()| answer()),
            last: last_change("hours"),
        }
    }

    fn view(self) -> AnyView {
        let l = language();
        let HoursRoute { hours, answer, last, save, state, refused } = self;
        view! {
            <PageTitle text=texts::hours::title(l) />
            {shown_with(
                move || async move { Ok((hours.await?, answer.await, refused.await)) },
                8,
                move |(hours, answer, refused)| {
                    view! { <Editor hours answer last save state refused /> }.into_any()
                },
            )}
        }
        .into_any()
    }
}

#[component]
fn Editor(
    hours: Hours,
    answer: Option<(String, Result<Answer, Error>)>,
    last: Last,
    save: Act<SaveHours>,
    state: FormState,
    /// What was typed, if the page answers a refused post.
    refused: Option<HoursForm>,
) -> impl IntoView {
    let l = language();
    let read_only = !page().viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(Viewer::may_change));
    let (asked, answer) =
        answer.map_or_else(|| (hours.moment.clone(), None), |(at, answer)| (at, Some(answer)));

    let conflicting = state.conflict().get_untracked();
    // What was typed belongs to what it was made from, unless the conflict is what the person is looking at.
    let drawn = RwSignal::new(made_from(refused.as_ref().filter(|_| !conflicting).unwrap_or(&hours.form)));
    let theirs = RwSignal::new(conflicting.then(|| hours.form.clone()));
    let draft = RwSignal::new(Draft::of(refused.as_ref().unwrap_or(&hours.form)));
    let unsaved = Unsaved::watch(FORM, &hours.form);
    let saved = RwSignal::new(hours);
    follow_saves(Saves { save, saved, drawn, theirs, draft, unsaved });

    let failure = state.failure();
    let failure =
        Signal::derive(move || failure.get().filter(|error: &AppError| error.code != Code::Conflict));
    let take_theirs = move |event: MouseEvent| {
        event.prevent_default();
        theirs.set(None);
        draft.set(saved.with_untracked(|saved| Draft::of(&saved.form)));
    };
    let toasts = use_toasts();
    // Nothing to save: say so instead. Hours that were never saved are worth saving as they are.
    let submit = move |event: SubmitEvent| {
        unsaved.look();
        if unsaved.count_now() == 0 && saved.with_untracked(|saved| saved.form.version > 0) {
            event.prevent_default();
            toasts.success(texts::shell::nothing_changed(l));
        }
    };
    view! {
        <UnsavedGuard unsaved />
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::hours::title(l)}</h1>
                <p>
                    {move || saved.with(|saved| texts::hours::in_zone(l, &saved.zone))} " "
                    <a class="link" href=paths::GENERAL>{texts::hours::change_zone(l)}</a> ". "
                    {move || saved.with(|saved| saved.now.clone())}
                </p>
                <LastChanged last room="hours" saves=save.course().answers() />
            </div>
            {(!read_only)
                .then(|| {
                    view! {
                        <div class="page-actions">
                            <UnsavedCount unsaved />
                            <Button kind=ButtonKind::Primary type_="submit" form=FORM pending=state.pending()>
                                {texts::shell::save(l)}
                            </Button>
                        </div>
                    }
                })}
        </div>
        {read_only.then(|| view! { <Banner tone=Tone::Info>{texts::shell::read_only(l)}</Banner> })}
        <div on:submit:capture=submit>
            <Form action=save id=FORM state>
                <FormFailure error=failure />
                <ConflictBanner saved draft theirs take_theirs />
                <input type="hidden" name=state.name("version") value=move || drawn.with(|drawn| drawn.0.to_string()) />
                <input type="hidden" name=state.name("since") value=move || drawn.with(|drawn| drawn.1.clone()) />
                <TodayPanel saved />
                <fieldset disabled=read_only>
                    {move || {
                        let draft = draft.get();
                        view! {
                            <WeekPanel draft=draft.clone() theirs=theirs.into() />
                            <SpecialsPanel specials=draft.specials theirs=theirs.into() />
                        }
                    }}
                </fieldset>
            </Form>
        </div>
        <PastPanel past=Memo::new(move |_| saved.with(|saved| saved.past.clone())) />
        {(!read_only).then(|| view! { <HolidaysPanel saved draft /> })}
        <Explainer asked answer />
    }
}

/// Who saved in between, when, which of their special days are missing here, and how to take theirs.
#[component]
fn ConflictBanner(
    saved: RwSignal<Hours>,
    draft: RwSignal<Draft>,
    theirs: RwSignal<Option<HoursForm>>,
    take_theirs: impl Fn(MouseEvent) + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let l = language();
    let missing = move || {
        let taken = draft.with(|draft| draft.specials.taken());
        let here = |form: &&domain::hours::OverrideForm| {
            !taken.iter().any(|(first, _)| first.to_string() == form.first)
        };
        let lines = theirs.with(|theirs| {
            let all = theirs.iter().flat_map(|form| &form.overrides);
            all.filter(here).map(|form| dates::line(l, form)).collect::<Vec<_>>()
        });
        (!lines.is_empty()).then(|| view! { <p>{texts::hours::conflict_missing(l, lines.join("; "))}</p> })
    };
    move || {
        theirs.with(Option::is_some).then(|| {
            let text = saved.with(|saved| texts::hours::conflict_by(l, &saved.saved_by, &saved.saved_at));
            let take = view! {
                <a class="button" href=paths::HOURS rel="external" on:click=take_theirs.clone()>
                    {texts::hours::conflict_take(l)}
                </a>
            };
            view! {
                <Banner tone=Tone::Warn title=text action=take.into_any()>
                    {missing}
                </Banner>
            }
        })
    }
}

/// The version that a form was made from, and since when its special days are.
fn made_from(form: &HoursForm) -> (i64, String) {
    (form.version, form.since.clone())
}

#[derive(Clone, Copy)]
struct Saves {
    save: Act<SaveHours>,
    saved: RwSignal<Hours>,
    drawn: RwSignal<(i64, String)>,
    theirs: RwSignal<Option<HoursForm>>,
    draft: RwSignal<Draft>,
    unsaved: Unsaved,
}

impl Saves {
    /// From now on this is what is saved.
    fn rebase(self, hours: Hours) {
        self.drawn.set(made_from(&hours.form));
        self.unsaved.rebase(&hours.form);
        self.saved.set(hours);
    }
}

/// Brings the page up to date after each save that came through, and after each that somebody else forestalled.
fn follow_saves(page_state: Saves) {
    let Saves { save, theirs, draft, unsaved, .. } = page_state;
    let (l, toasts, viewer) = (language(), use_toasts(), page().viewer);
    let sent = save.course().sent();
    Effect::new(move || match save.value().get() {
        Some(Ok(hours)) => {
            theirs.set(None);
            // What was typed while the answer was on its way is not thrown away.
            if let Some(sent) = sent.get_untracked() {
                unsaved.rebase_to(&sent);
            }
            if unsaved.count_now() == 0 {
                draft.set(Draft::of(&hours.form));
            }
            page_state.rebase(hours);
            toasts.success(texts::shell::saved(l));
            spawn_local(async move {
                if let Ok(fresh) = load_viewer().await {
                    viewer.set(Some(fresh));
                }
            });
        }
        Some(Err(Error(error))) if error.code == Code::Conflict => spawn_local(async move {
            if let Ok(hours) = load_hours().await {
                theirs.set(Some(hours.form.clone()));
                page_state.rebase(hours);
            }
        }),
        _ => {}
    });
    // Rows that come and go fire no event; the next frame shows them.
    Effect::new(move || {
        draft.with(Draft::track_rows);
        request_animation_frame(move || unsaved.look());
    });
}
