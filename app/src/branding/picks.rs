//! A short choice in one line: radio buttons side by side, inside a form or not.

use leptos::prelude::*;

/// One of the choices.
#[derive(Clone, Copy)]
pub struct Pick {
    pub value: &'static str,
    pub label: &'static str,
}

#[component]
pub fn Picks(
    name: &'static str,
    label: &'static str,
    picks: Vec<Pick>,
    #[prop(into)] chosen: Signal<String>,
    /// The form that they are posted with, where they stand outside of it.
    #[prop(optional)]
    form: Option<&'static str>,
    /// A choice that can't be made now.
    #[prop(optional, into)]
    closed: Signal<Option<&'static str>>,
    #[prop(optional, into)] on_pick: Option<Callback<&'static str>>,
) -> impl IntoView {
    let radios = picks
        .into_iter()
        .map(|Pick { value, label }| {
            view! {
                <label class="pick">
                    <input
                        type="radio"
                        name=name
                        value=value
                        form=form
                        checked=chosen.get_untracked() == value
                        prop:checked=move || chosen.with(|chosen| chosen == value)
                        disabled=move || closed.get() == Some(value)
                        on:change=move |_| {
                            if let Some(on_pick) = on_pick {
                                on_pick.run(value);
                            }
                        }
                    />
                    <span>{label}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="picks">
            <legend>{label}</legend>
            {radios}
        </fieldset>
    }
}
