//! The token that was just made, with a line to try it; gone when it is dismissed or its time is over.

use std::time::Duration;

use leptos::{html, prelude::*};

use super::{
    api::{DismissKey, Fresh},
    page::Shown,
};
use crate::{
    account::Copy,
    act::Act,
    form::{Form, FormState},
    shell::{FormFailure, say_done},
    state::language,
    ui::{Banner, Button, Tone},
};

#[component]
pub fn FreshPanel(shown: Shown) -> impl IntoView {
    let (l, action) = (language(), Act::<DismissKey>::new());
    say_done(action, move |_, ()| texts::keys::done_dismiss_key(l).to_owned(), move || shown.refresh());
    let token = Memo::new(move |_| shown.0.with(|page| page.fresh.as_ref().map(|fresh| fresh.token.clone())));
    // Nothing is asked of the server: it does not give it any more.
    Effect::new(move || {
        token.track();
        let left = shown.0.with_untracked(|page| page.fresh.as_ref().map(|fresh| fresh.seconds));
        let hide = move || _ = shown.0.try_update(|page| page.fresh = None);
        if let Some(left) = left
            && let Ok(hiding) = set_timeout_with_handle(hide, Duration::from_secs(left.into()))
        {
            on_cleanup(move || hiding.clear());
        }
    });
    let title = NodeRef::<html::H2>::new();
    // It appears far from the button that made it.
    Effect::new(move |before: Option<()>| {
        if token.with(Option::is_some) && before.is_some() {
            request_animation_frame(move || {
                if let Some(title) = title.get_untracked() {
                    _ = title.focus();
                }
            });
        }
    });
    move || {
        token.track();
        let fresh = shown.0.with_untracked(|page| page.fresh.clone());
        fresh.map(|fresh| view! { <Panel fresh action title /> })
    }
}

#[component]
fn Panel(fresh: Fresh, action: Act<DismissKey>, title: NodeRef<html::H2>) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    let Fresh { name, token, curl, may_try, until, old_until, .. } = fresh;
    view! {
        <section class="panel key-fresh" aria-labelledby="fresh-key">
            <header class="panel-head">
                <div>
                    <h2 id="fresh-key" tabindex="-1" node_ref=title>{texts::keys::fresh_title(l, name)}</h2>
                    <p>{texts::keys::fresh_text(l, until)}</p>
                </div>
            </header>
            <div class="panel-body key-secrets">
                {old_until
                    .map(|at| view! { <Banner tone=Tone::Info><p>{texts::keys::fresh_old(l, at)}</p></Banner> })}
                <Secret
                    id="fresh-token"
                    label=texts::keys::fresh_label(l)
                    text=token
                    copy=texts::keys::fresh_copy(l)
                    copied=texts::keys::fresh_copied(l)
                />
                <Secret
                    id="fresh-curl"
                    label=texts::keys::fresh_try(l)
                    text=curl
                    copy=texts::keys::fresh_try_copy(l)
                    copied=texts::keys::fresh_try_copied(l)
                />
                {(!may_try).then(|| view! { <p class="muted small">{texts::keys::fresh_try_scope(l)}</p> })}
                <Form action state>
                    <FormFailure error=state.failure() />
                    <input type="hidden" name=state.name("confirmed") value="true" />
                    <Button type_="submit" icon="check" pending=state.pending()>
                        {texts::keys::fresh_dismiss(l)}
                    </Button>
                </Form>
            </div>
        </section>
    }
}

/// A text to be taken along, in one piece.
#[component]
fn Secret(
    id: &'static str,
    label: &'static str,
    text: String,
    copy: &'static str,
    copied: &'static str,
) -> impl IntoView {
    view! {
        <div class="key-secret">
            <p class="key-secret-label" id=id>{label}</p>
            <div class="key-secret-line">
                <code class="key-secret-text mono" aria-labelledby=id role="group" tabindex="0">{text.clone()}</code>
                <span class="live-only">
                    <Copy text=text label=copy done=copied />
                </span>
            </div>
        </div>
    }
}
