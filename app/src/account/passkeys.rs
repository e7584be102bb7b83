//! Passkeys: a list of them, each to be named or removed, and a new one.

use domain::general::Name;
use leptos::{context::Provider, either::EitherOf3, prelude::*};

use super::{
    add_passkey::AddPasskeyForm,
    api::{Overview, PasskeyLine, RemovePasskey, RenamePasskey},
    authenticator::AnyCode,
    done::{Done, Progress},
    sudo::AskPassword,
};
use crate::{
    act::Act,
    form::{Form, FormState},
    shell::FormFailure,
    state::language,
    ui::{Button, ButtonKind, Icon, IdPrefix, IdRow, TextField},
};

#[component]
pub fn PasskeysPanel(overview: Overview, progress: Progress) -> impl IntoView {
    let l = language();
    let Overview { passkeys, app_since, can_have_passkeys, required_by, .. } = overview;
    let is_last = app_since.is_none() && passkeys.len() == 1;
    let last = Last { is_last, required_by: if is_last { required_by } else { Vec::new() } };
    let is_empty = passkeys.is_empty();
    let has_app = app_since.is_some();
    let needs_code = has_app || !is_empty;
    let rows = passkeys.into_iter().enumerate();
    let rows =
        rows.map(|(row, passkey)| view! { <Row row passkey last=last.clone() progress /> }).collect_view();
    view! {
        <section class="panel" aria-labelledby="passkeys">
            <header class="panel-head">
                <div>
                    <h2 id="passkeys">{texts::account::passkeys(l)}</h2>
                    <p>{texts::account::passkeys_text(l)}</p>
                </div>
            </header>
            {if is_empty {
                None
            } else {
                Some(view! { <ul class="passkeys">{rows}</ul> })
            }}
            <div class="panel-body">
                {if can_have_passkeys {
                    EitherOf3::A(view! {
                        <p class="muted plain-only">{texts::account::passkeys_plain(l)}</p>
                        <AddPasskeyForm needs_code has_app />
                    })
                } else if is_empty {
                    EitherOf3::B(view! { <p class="muted">{texts::account::passkeys_no_host(l)}</p> })
                } else {
                    EitherOf3::C(view! { <p class="muted">{texts::account::passkeys_no_host_more(l)}</p> })
                }}
            </div>
        </section>
    }
}

/// Whether a passkey is the person's only second factor, and who requires one.
#[derive(Clone)]
struct Last {
    is_last: bool,
    required_by: Vec<String>,
}

#[component]
fn Row(row: usize, passkey: PasskeyLine, last: Last, progress: Progress) -> impl IntoView {
    let l = language();
    let (rename, remove) = (Act::<RenamePasskey>::new(), Act::<RemovePasskey>::new());
    progress.after(rename.value(), Done::PasskeyRenamed);
    progress.after(remove.value(), Done::PasskeyRemoved);
    let PasskeyLine { id, name, created_at, used_at } = passkey;
    let renaming = FormState::new(rename).only_for("passkey", &id);
    let removing = FormState::new(remove).only_for("passkey", &id);
    let open = renaming.failure().with_untracked(Option::is_some)
        || removing.failure().with_untracked(Option::is_some);
    let used = match used_at {
        Some(at) => texts::account::passkey_used(l, at),
        None => texts::account::passkey_unused(l).to_owned(),
    };
    view! {
        <li>
            <details class="passkey" open=open>
                <summary class="passkey-head">
                    <span class="passkey-icon"><Icon name="key-round" /></span>
                    <span class="passkey-name">
                        {name.clone()} <small>{texts::account::passkey_created(l, created_at)} " · " {used}</small>
                    </span>
                    <span class="passkey-edit">{texts::account::passkey_edit(l)} <Icon name="chevron-down" /></span>
                </summary>
                <div class="passkey-body">
                    <Provider value=IdRow(row)>
                        <Rename action=rename state=renaming id=id.clone() name=name />
                        <Remove action=remove state=removing id last />
                    </Provider>
                </div>
            </details>
            <AskPassword action=remove />
        </li>
    }
}

#[component]
fn Rename(action: Act<RenamePasskey>, state: FormState, id: String, name: String) -> impl IntoView {
    let l = language();
    view! {
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("passkey") value=id />
            <Provider value=IdPrefix("rename")>
                <TextField
                    field="name"
                    label=texts::account::passkey_name(l)
                    saved=name
                    autocomplete="off"
                    maxlength=u32::try_from(Name::MAX).unwrap_or(u32::MAX)
                    required=true
                />
            </Provider>
            <div class="cluster">
                <Button type_="submit" pending=state.pending()>{texts::account::passkey_rename(l)}</Button>
            </div>
        </Form>
    }
}

#[component]
fn Remove(action: Act<RemovePasskey>, state: FormState, id: String, last: Last) -> impl IntoView {
    let l = language();
    let Last { is_last, required_by } = last;
    if !required_by.is_empty() {
        let text = texts::account::passkey_kept(l, required_by.join(", "));
        return view! { <p class="muted">{text}</p> }.into_any();
    }
    let text =
        if is_last { texts::account::passkey_remove_last(l) } else { texts::account::passkey_remove_text(l) };
    view! {
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("passkey") value=id />
            <p class="muted">{text}</p>
            {is_last
                .then(|| {
                    view! {
                        <Provider value=IdPrefix("remove")>
                            <AnyCode has_app=false />
                        </Provider>
                    }
                })}
            <div class="cluster">
                <Button kind=ButtonKind::Danger type_="submit" icon="trash-2" pending=state.pending()>
                    {texts::account::passkey_remove(l)}
                </Button>
            </div>
        </Form>
    }
    .into_any()
}
