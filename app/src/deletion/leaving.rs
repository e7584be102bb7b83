//! In the place of every page of an organisation that is to be deleted: that it is, whom to ask, and for owners the way back.

use leptos::{either::EitherOf3, prelude::*};

use super::{
    api::{Leaving, RestoreOrganisation, load_leaving},
    paths::RESTORED,
};
use crate::{
    account::AskPassword,
    act::Act,
    data::ExportPanel,
    form::{Form, FormState},
    loaded::load,
    members::Leave,
    paths,
    shell::{FormFailure, OtherOrganisations, PageTitle, SignOutButton, shown, tell_other_tabs},
    state::{language, page},
    ui::{Button, ButtonKind, Icon},
};

#[component]
pub fn LeavingPage() -> impl IntoView {
    let l = language();
    #[cfg(feature = "ssr")]
    crate::shell::set_status(403);
    let data = load(|| (), |()| load_leaving());
    view! {
        <PageTitle text=texts::deletion::tab(l) />
        {shown(data, 4, move |leaving| view! { <Notice leaving /> }.into_any())}
    }
}

#[component]
fn Notice(leaving: Leaving) -> impl IntoView {
    let l = language();
    let Leaving { organisation, owners, is_owner, is_support, has_begun, at, left } = leaving;
    let title = match has_begun {
        true => texts::deletion::deleting_title(l, &organisation),
        false => texts::deletion::notice_title(l, &organisation),
    };
    let rest = if has_begun {
        EitherOf3::A(view! { <p>{texts::deletion::deleting_text(l)}</p> })
    } else if is_owner {
        EitherOf3::B(view! { <Restore at left /> })
    } else {
        let text =
            if is_support { texts::deletion::notice_support(l) } else { texts::deletion::notice_text(l) };
        let ask = (!owners.is_empty()).then(|| {
            let owners = owners.into_iter().map(|name| view! { <li>{name}</li> }).collect_view();
            view! {
                <p>{texts::deletion::notice_ask(l)}</p>
                <ul class="owed-ways">{owners}</ul>
            }
        });
        EitherOf3::C(view! {
            <p>{text}</p>
            {ask}
        })
    };
    view! {
        <section class="owed" aria-labelledby="leaving">
            <span class="owed-sign"><Icon name="trash-2" /></span>
            <h1 id="leaving">{title}</h1>
            {rest}
            <Meanwhile organisation is_support />
        </section>
        {(is_owner && !has_begun).then(|| view! { <ExportPanel /> })}
    }
}

#[component]
fn Restore(at: String, left: String) -> impl IntoView {
    let (l, action) = (language(), Act::<RestoreOrganisation>::new());
    let state = FormState::new(action);
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            tell_other_tabs();
            _ = window().location().assign(RESTORED);
        }
    });
    view! {
        <p>{texts::deletion::owner_text(l, at)}</p>
        <p class="leaving-left"><strong>{texts::deletion::left(l, left)}</strong></p>
        <Form action state>
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("confirmed") value="true" />
            <div class="owed-actions cluster">
                <Button kind=ButtonKind::Primary type_="submit" pending=state.pending()>
                    {texts::deletion::restore(l)}
                </Button>
                <a class="button" href="#export">{texts::deletion::export_link(l)}</a>
            </div>
        </Form>
        <AskPassword action />
        <p class="muted">{texts::deletion::restore_text(l)}</p>
    }
}

/// What still works. Support has no account but its desk here.
#[component]
fn Meanwhile(organisation: String, is_support: bool) -> impl IntoView {
    let (l, viewer) = (language(), page().viewer);
    let elsewhere = viewer.get_untracked().filter(|viewer| viewer.organisations.len() > 1);
    view! {
        <div class="owed-meanwhile">
            <h2>{texts::deletion::meanwhile(l)}</h2>
            <ul class="owed-ways">
                {(!is_support)
                    .then(|| {
                        view! {
                            <li>
                                <a class="link" href=paths::ACCOUNT rel="external">{texts::shell::account_security(l)}</a>
                            </li>
                        }
                    })}
                <li><SignOutButton /></li>
            </ul>
            {(!is_support).then(|| view! { <Leave organisation /> })}
            {elsewhere
                .map(|viewer| {
                    view! {
                        <p class="muted">{texts::deletion::elsewhere(l)}</p>
                        <OtherOrganisations viewer />
                    }
                })}
        </div>
    }
}
