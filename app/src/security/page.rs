//! The page: one form for the rules with one button; the people stand below it.

use domain::{Code, security::PolicyForm};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    actions::MemberForms,
    api::{MemberLine, SavePolicy, SecurityPage, load_security},
    factor::FactorPanel,
    people::PeoplePanel,
    policy::{Rules, SessionsPanel},
};
use crate::{
    account::AskPassword,
    act::Act,
    audit::{Last, LastChanged, last_change},
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    shell::{FormFailure, PageTitle, shown},
    state::{is_support, language},
    ui::{Banner, Button, ButtonKind, Tone, use_toasts},
    unsaved::{Unsaved, UnsavedCount, UnsavedGuard},
};

/// The id of the form: the button that submits it stands in the page's head.
const FORM: &str = "policy";

pub struct SecurityRoute {
    data: Loaded<Result<SecurityPage, Error>>,
    last: Last,
}

impl LazyPage for SecurityRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_security()), last: last_change("security") }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::security::title(l) />
            {shown(self.data, 8, move |page| view! { <Editor page last=self.last /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Editor(page: SecurityPage, last: Last) -> impl IntoView {
    let l = language();
    let SecurityPage { form, people, has_own_factor } = page;
    let people = RwSignal::new(people);
    let may_change = !is_support();
    let action = Act::<SavePolicy>::new();
    let state = FormState::new(action);
    let unsaved = Unsaved::watch(FORM, &form);
    let rules = Rules::new(state, unsaved, form);
    after_saving(action, rules, people);

    let toasts = use_toasts();
    let before_sending = move |event: SubmitEvent| {
        unsaved.look();
        if unsaved.count_now() == 0 {
            event.prevent_default();
            rules.settle();
            toasts.success(texts::shell::nothing_changed(l));
        }
    };
    let failure = state.failure();
    // A conflict has a banner of its own.
    let failure = Signal::derive(move || failure.get().filter(|error| error.code != Code::Conflict));
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::security::title(l)}</h1>
                <p>{texts::security::lead(l)}</p>
                <LastChanged last room="security" saves=action.course().answers() />
            </div>
            {may_change
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
        {(!may_change).then(|| view! { <Banner tone=Tone::Info>{texts::shell::read_only(l)}</Banner> })}
        <MemberForms people />
        <div on:submit:capture=before_sending>
            <Form action id=FORM state>
                <FormFailure error=failure />
                {move || {
                    rules
                        .conflicts()
                        .then(|| view! { <Banner tone=Tone::Warn>{texts::security::conflict_text(l)}</Banner> })
                }}
                <input type="hidden" name=state.name("version") value=move || rules.version() />
                <fieldset disabled=!may_change>
                    <FactorPanel rules people has_own_factor may_change />
                    <SessionsPanel rules />
                </fieldset>
            </Form>
        </div>
        <AskPassword action />
        <PeoplePanel people />
        {may_change.then(|| view! { <UnsavedGuard unsaved /> })}
    }
}

fn after_saving(action: Act<SavePolicy>, rules: Rules, people: RwSignal<Vec<MemberLine>>) {
    let (l, toasts, value) = (language(), use_toasts(), action.value());
    let saved = move |form: PolicyForm| {
        rules.saved(form);
        toasts.success(texts::shell::saved(l));
    };
    Effect::new(move || match value.get() {
        Some(Ok(form)) => untrack(|| saved(form)),
        Some(Err(Error(error))) if error.code == Code::Conflict => spawn_local(async move {
            if let Ok(SecurityPage { form, people: fresh, .. }) = load_security().await {
                rules.found(form);
                _ = people.try_set(fresh);
            }
        }),
        _ => {}
    });
}
