//! The page: one form with one button, and what happens when somebody else saved first.

use domain::{
    Code,
    general::{FIELDS, ZoneOption},
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    api::{GeneralPage, SaveProfile, SavedProfile, list_zones, load_general, load_profile},
    conflict::{Meanwhile, MeanwhileBanner},
    panels::{PlacePanel, ProfilePanel, SupportPanel},
    photo::PhotoForms,
    said,
    zone::ZoneChanged,
};
use crate::{
    account::AskPassword,
    act::Act,
    audit::{Last, LastChanged, last_change},
    deletion::DeletePanel,
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Drawn, Loaded, load, load_drawn},
    shell::{FormFailure, PageTitle, refresh_viewer, shown_with},
    state::{Viewer, language, page},
    ui::{Banner, Button, ButtonKind, Tone, fill, use_toasts},
    unsaved::{Unsaved, UnsavedCount, UnsavedGuard},
};

/// The id of the form: the button that submits it stands in the page's head.
const FORM: &str = "general";

pub struct GeneralRoute {
    data: Loaded<Result<GeneralPage, Error>>,
    zones: Drawn<Vec<ZoneOption>>,
    last: Last,
}

impl LazyPage for GeneralRoute {
    fn data() -> Self {
        Self {
            data: load(|| (), |()| load_general()),
            zones: load_drawn(list_zones),
            last: last_change("general"),
        }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::general::title(l) />
            {shown_with(
                move || async move { Ok((self.data.await?, self.zones.await?)) },
                8,
                move |(page, zones)| view! { <Editor page zones last=self.last /> }.into_any(),
            )}
        }
        .into_any()
    }
}

#[component]
fn Editor(page: GeneralPage, zones: Vec<ZoneOption>, last: Last) -> impl IntoView {
    let l = language();
    let GeneralPage { profile, tzdata, zone_changed } = page;
    let zone_changed = RwSignal::new(zone_changed);
    let may_change = may_change();
    let action = Act::<SaveProfile>::new();
    let state = FormState::new(action);
    let unsaved = Unsaved::watch(FORM, &profile.form);
    let meanwhile = Meanwhile::new(state, unsaved, &profile);
    let sent = StoredValue::new(Vec::new());
    after_saving(action, unsaved, meanwhile, sent, zone_changed, profile.own_language);

    let toasts = use_toasts();
    let before_sending = move |event: leptos::ev::SubmitEvent| {
        unsaved.look();
        if unsaved.count_now() == 0 {
            event.prevent_default();
            meanwhile.settle();
            toasts.success(texts::shell::nothing_changed(l));
        }
        sent.set_value(typed(state, unsaved));
    };
    let failure = state.failure();
    // A conflict has a banner of its own.
    let failure = Signal::derive(move || failure.get().filter(|error| error.code != Code::Conflict));
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::general::title(l)}</h1>
                <p>{texts::general::lead(l)}</p>
                <LastChanged last room="general" saves=action.course().answers() />
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
        <div on:submit:capture=before_sending>
            <Form action id=FORM state>
                <FormFailure error=failure />
                <MeanwhileBanner meanwhile />
                <input type="hidden" name="form[version]" value=move || meanwhile.version() />
                <fieldset disabled=!may_change>
                    <ProfilePanel saved=profile.form.clone() meanwhile may_change />
                    <PlacePanel profile=profile.clone() zones tzdata zone_changed meanwhile />
                    <SupportPanel saved=profile.form meanwhile may_change />
                </fieldset>
            </Form>
            <AskPassword action />
        </div>
        <PhotoForms />
        <DeletePanel />
        {may_change.then(|| view! { <UnsavedGuard unsaved /> })}
    }
}

/// Members see the page; administrators and owners change it. The server asks again.
fn may_change() -> bool {
    page().viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(Viewer::may_change))
}

/// What stands in the fields now, in their order.
fn typed(state: FormState, unsaved: Unsaved) -> Vec<Option<String>> {
    untrack(|| FIELDS.iter().map(|(field, _)| unsaved.typed(&state.name(field))).collect())
}

fn after_saving(
    action: Act<SaveProfile>,
    unsaved: Unsaved,
    meanwhile: Meanwhile,
    sent: StoredValue<Vec<Option<String>>>,
    zone: RwSignal<Option<ZoneChanged>>,
    own_language: bool,
) {
    let (l, toasts, viewer) = (language(), use_toasts(), page().viewer);
    let state = FormState::new(action);
    let value = action.value();
    let saved = move |SavedProfile { form, changed, zone_changed, next }: SavedProfile| {
        meanwhile.saved(&form);
        // Numbers and addresses in their usual form, except where the person has typed on.
        let now = typed(state, unsaved);
        for (((field, read), now), sent) in FIELDS.iter().zip(now).zip(sent.get_value()) {
            if now == sent && now.as_deref() != Some(read(&form)) {
                fill(&state.name(field), read(&form));
            }
        }
        if !own_language && form.language != l.tag() {
            // The new page says that it was saved.
            _ = window().location().assign(&next);
            return;
        }
        toasts.success(said::saved(l, changed.iter().map(String::as_str)));
        zone.set(zone_changed);
        refresh_viewer(viewer);
    };
    Effect::new(move || match value.get() {
        Some(Ok(done)) => untrack(|| saved(done)),
        Some(Err(Error(error))) if error.code == Code::Conflict => spawn_local(async move {
            if let Ok(profile) = load_profile().await {
                meanwhile.found(profile);
            }
        }),
        _ => {}
    });
}
