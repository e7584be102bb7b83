//! The page behind an invitation: whose it is, and what it takes to accept. Looking at it uses nothing up.

use domain::{Code, entrance::VerifyForm};
use leptos::{either::EitherOf4, prelude::*};
use leptos_router::{hooks::use_query_map, location::Url};

use super::api::{AcceptInvitation, Asked, Invitation, Join, load_invitation};
use crate::{
    act::Act,
    entrance::{Heading, NewPassword, enter},
    error::Error,
    form::{Form, FormState},
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{FormFailure, SignOutForm, failed, role_name, shown_as},
    state::{language, page},
    ui::{Button, ButtonKind, Field, LinkButton, TextField},
};

pub struct InvitationRoute {
    accept: Act<AcceptInvitation>,
    join: Act<Join>,
    token: String,
    invitation: Loaded<Result<Invitation, Error>>,
}

impl LazyPage for InvitationRoute {
    fn data() -> Self {
        let (accept, join) = (Act::new(), Act::new());
        // From the address, or from the form that was just refused, whose address no longer has it.
        let mailed = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
        let token = FormState::new(accept).value("token", FormState::new(join).value("token", mailed));
        let asked = token.clone();
        let invitation = load(|| (), move |()| load_invitation(VerifyForm { token: asked.clone() }));
        Self { accept, join, token, invitation }
    }

    fn view(self) -> AnyView {
        let InvitationRoute { accept, join, token, invitation } = self;
        shown_as(5, move || {
            let token = token.clone();
            async move {
                let invitation = invitation.await;
                move || match invitation {
                    Ok(invitation) => view! { <Invited invitation token accept join /> }.into_any(),
                    Err(Error(error)) if error.code == Code::LinkExpired => view! { <Spent /> }.into_any(),
                    Err(error) => failed(error),
                }
            }
        })
    }
}

#[component]
fn Invited(
    invitation: Invitation,
    token: String,
    accept: Act<AcceptInvitation>,
    join: Act<Join>,
) -> impl IntoView {
    let l = language();
    let Invitation { organisation, inviter, role, email, asked } = invitation;
    let text = match inviter {
        Some(name) => texts::members::invited_by(l, name, role_name(role)),
        None => texts::members::invited(l, role_name(role)),
    };
    let onward = format!("{}?token={token}", paths::INVITE);
    let way = match asked {
        Asked::Join => EitherOf4::A(view! { <JoinCard action=join token email /> }),
        Asked::SignIn => EitherOf4::B(view! { <SignInCard onward email /> }),
        Asked::Accept => EitherOf4::C(view! { <AcceptCard action=accept token email /> }),
        Asked::OtherAccount => EitherOf4::D(view! { <OtherAccountCard onward email /> }),
    };
    view! {
        <Heading sign="mail-open" title=texts::members::invited_title(l, organisation) text=text />
        {way}
    }
}

/// Goes on with a whole page: it belongs to somebody else now, or to another organisation.
fn go_when_done(value: RwSignal<Option<Result<String, Error>>>) {
    Effect::new(move || {
        if let Some(Ok(path)) = value.get() {
            enter(&path);
        }
    });
}

#[component]
fn JoinCard(action: Act<Join>, token: String, email: String) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    go_when_done(action.value());
    view! {
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("token") value=token />
            // Not posted: the link says whose it is. Password managers keep it with the password.
            <Field field="email" label=texts::entrance::email(l)>
                <input class="input" id="f-email" type="email" value=email autocomplete="username" readonly />
            </Field>
            <TextField
                field="name"
                label=texts::entrance::name(l)
                autocomplete="name"
                maxlength=120
                required=true
                autofocus=true
            />
            <NewPassword label=texts::entrance::password(l) beside=&["name"] />
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::members::join_button(l)}
            </Button>
        </Form>
    }
}

#[component]
fn SignInCard(onward: String, email: String) -> impl IntoView {
    let l = language();
    let href = format!("{}?email={}&next={}", paths::LOGIN, Url::escape(&email), Url::escape(&onward));
    view! {
        <p>{texts::members::sign_in_text(l, email)}</p>
        <LinkButton href kind=ButtonKind::Primary wide=true>{texts::members::sign_in_button(l)}</LinkButton>
    }
}

#[component]
fn AcceptCard(action: Act<AcceptInvitation>, token: String, email: String) -> impl IntoView {
    let (l, state) = (language(), FormState::new(action));
    go_when_done(action.value());
    view! {
        <p>{texts::members::accept_text(l, email)}</p>
        <Form action state class="stack">
            <FormFailure error=state.failure() />
            <input type="hidden" name=state.name("token") value=token />
            <Button kind=ButtonKind::Primary type_="submit" wide=true pending=state.pending()>
                {texts::members::accept_button(l)}
            </Button>
        </Form>
    }
}

#[component]
fn OtherAccountCard(onward: String, email: String) -> impl IntoView {
    let l = language();
    let own = page().viewer.with_untracked(|viewer| viewer.as_ref().map(|viewer| viewer.email.clone()));
    view! {
        <p>{texts::members::other_account_text(l, email)}</p>
        {own.map(|own| view! { <p class="muted">{texts::members::other_account_own(l, own)}</p> })}
        <SignOutForm next=onward>
            <button class="button button-primary button-wide" type="submit" name="form[confirmed]" value="true">
                <span class="button-label">{texts::members::other_account_button(l)}</span>
            </button>
        </SignOutForm>
        <p class="entrance-foot"><a class="link" href=paths::HOME rel="external">{texts::shell::to_start(l)}</a></p>
    }
}

/// The link does not work (any more), or there was none.
#[component]
fn Spent() -> impl IntoView {
    let l = language();
    view! {
        <Heading sign="history" title=texts::members::spent_title(l) text=texts::members::spent_text(l) />
        <LinkButton href=paths::LOGIN kind=ButtonKind::Primary wide=true>{texts::shell::to_login(l)}</LinkButton>
    }
}
