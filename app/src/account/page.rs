//! The page: how one signs in, the second factor, and what there is if it gets lost.

use leptos::prelude::*;

use super::{
    api::{Overview, load_overview},
    authenticator::AppRow,
    backup::{BackupRow, CodesNote},
    done::{Done, LastDone, Progress},
    passkeys::PasskeysPanel,
    sign_in::SignInPanel,
};
use crate::{
    act::Act,
    deletion::DeleteAccountPanel,
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    shell::{PageTitle, shown},
    state::language,
    support::HidingPanel,
    ui::{Banner, Pill, Tone},
};

pub struct AccountRoute {
    data: Loaded<Result<Overview, Error>>,
}

impl LazyPage for AccountRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_overview()) }
    }

    fn view(self) -> AnyView {
        let (l, data) = (language(), self.data);
        let progress = Progress::new(data);
        view! {
            <PageTitle text=texts::account::title(l) />
            <div class="page-head">
                <div class="page-title">
                    <h1>{texts::account::title(l)}</h1>
                    <p>{texts::account::lead(l)}</p>
                </div>
            </div>
            <LastDone progress />
            // What was shown stays until the new answer is there.
            {shown(data, 8, move |overview| view! { <Panels overview progress /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Panels(overview: Overview, progress: Progress) -> impl IntoView {
    let hide = Act::new();
    progress.after(hide.value(), Done::HidingChanged);
    let Overview { email, pending_email, hidden_from_support, .. } = overview.clone();
    view! {
        <CodesNote overview=overview.clone() />
        <TwoFactorPanel overview=overview.clone() progress />
        <PasskeysPanel overview progress />
        <SignInPanel email pending_email progress />
        {hidden_from_support
            .map(|hidden| {
                view! {
                    <HidingPanel hidden action=hide />
                    <DeleteAccountPanel />
                }
            })}
    }
}

#[component]
fn TwoFactorPanel(overview: Overview, progress: Progress) -> impl IntoView {
    let l = language();
    let on = has_factor(&overview);
    let (tone, state) = if on {
        (Tone::Ok, texts::account::two_factor_on(l))
    } else {
        (Tone::Warn, texts::account::two_factor_off(l))
    };
    let required = (!on && !overview.required_by.is_empty()).then(|| overview.required_by.join(", "));
    view! {
        <section class="panel" aria-labelledby="two-factor">
            <header class="panel-head">
                <div>
                    <h2 id="two-factor">{texts::account::two_factor(l)}</h2>
                    <p>{texts::account::two_factor_text(l)}</p>
                </div>
                <div class="panel-actions"><Pill tone dot=true>{state}</Pill></div>
            </header>
            {required.map(|names| {
                view! {
                    <div class="panel-body">
                        <Banner tone=Tone::Warn title=texts::account::required_title(l)>
                            <p>{texts::account::required_text(l, names)}</p>
                        </Banner>
                    </div>
                }
            })}
            <AppRow overview=overview.clone() progress />
            <BackupRow overview />
        </section>
    }
}

/// Whether a second step is asked for at sign-in.
pub fn has_factor(overview: &Overview) -> bool {
    overview.app_since.is_some() || !overview.passkeys.is_empty()
}
