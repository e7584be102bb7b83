//! Requiring a second factor, and the rehearsal: before anything is saved the page says who would be stopped.

use domain::Role;
use leptos::{either::Either, prelude::*};

use super::{
    actions::{REMIND, REMIND_ALL},
    api::MemberLine,
    policy::Rules,
};
use crate::{
    paths,
    state::language,
    ui::{Avatar, AvatarSize, Banner, LinkButton, Switch, Tone},
};

#[component]
pub fn FactorPanel(
    rules: Rules,
    people: RwSignal<Vec<MemberLine>>,
    has_own_factor: bool,
    may_change: bool,
) -> impl IntoView {
    let l = language();
    let theirs = rules.below(
        "two_factor_required",
        // A switch that is off posts nothing.
        |form| if form.two_factor_required { "true".to_owned() } else { String::new() },
        move |word| {
            let text = if word.is_empty() {
                texts::security::conflict_factor_off(l)
            } else {
                texts::security::conflict_factor_on(l)
            };
            text.to_owned()
        },
    );
    let own_first = move || {
        let set_up = view! {
            <LinkButton href=format!("{}?next={}", paths::ACCOUNT_APP, paths::SECURITY) small=true>
                {texts::security::own_link(l)}
            </LinkButton>
        };
        view! {
            <div class="panel-body">
                <Banner tone=Tone::Info action=set_up.into_any()>
                    {texts::security::own_first(l)}
                </Banner>
            </div>
        }
    };
    view! {
        <section class="panel" aria-labelledby="factor">
            <header class="panel-head">
                <div>
                    <h2 id="factor">{texts::security::factor_title(l)}</h2>
                    <p>{texts::security::factor_text(l)}</p>
                </div>
            </header>
            <Switch
                field="two_factor_required"
                label=texts::security::require(l)
                hint=texts::security::require_hint(l)
                saved=rules.saved_now().two_factor_required
            />
            <div class="security-theirs">{theirs}</div>
            {(may_change && !has_own_factor).then(own_first)}
            <div class="panel-body" role="group" aria-labelledby="rehearsal">
                <Rehearsal rules people />
            </div>
        </section>
    }
}

/// Who would be stopped now, and whether an owner is left to undo it.
#[component]
fn Rehearsal(rules: Rules, people: RwSignal<Vec<MemberLine>>) -> impl IntoView {
    let l = language();
    let title = move || {
        if rules.requires() {
            texts::security::rehearsal_title_on(l)
        } else {
            texts::security::rehearsal_title(l)
        }
    };
    let counts = move || {
        let (without, total, owners_with, owners) = people.with(|people| {
            let owners = people.iter().filter(|line| line.role == Role::Owner);
            (
                people.iter().filter(|line| !line.has_second_factor).count(),
                people.len(),
                owners.clone().filter(|line| line.has_second_factor).count(),
                owners.count(),
            )
        });
        let (stopped, left) = if rules.requires() {
            (
                texts::security::stopped_on(l, without, total),
                texts::security::owners_left_on(l, owners_with, owners),
            )
        } else {
            (
                texts::security::stopped(l, without, total),
                texts::security::owners_left(l, owners_with, owners),
            )
        };
        view! {
            <ul class="rehearsal-counts tnum">
                <li>{stopped}</li>
                <li>{left}</li>
            </ul>
            {(owners_with == 0)
                .then(|| view! { <Banner tone=Tone::Warn>{texts::security::no_owner(l)}</Banner> })}
        }
    };
    let everybody_has =
        Memo::new(move |_| people.with(|people| people.iter().all(|line| line.has_second_factor)));
    let stopped = move || {
        if everybody_has.get() {
            Either::Left(view! {
                <Banner tone=Tone::Ok title=texts::security::everybody_title(l)>
                    {texts::security::everybody_text(l)}
                </Banner>
            })
        } else {
            Either::Right(view! { <Stopped people /> })
        }
    };
    view! {
        <div class="rehearsal">
            <h3 id="rehearsal">{title}</h3>
            {counts}
            {stopped}
        </div>
    }
}

#[component]
fn Stopped(people: RwSignal<Vec<MemberLine>>) -> impl IntoView {
    let l = language();
    let without = move || people.get().into_iter().filter(|line| !line.has_second_factor).collect::<Vec<_>>();
    let any = Memo::new(move |_| people.with(|people| people.iter().any(|line| line.may_be_reminded)));
    let remind = move |line: &MemberLine| {
        line.may_be_reminded.then(|| {
            view! {
                <button
                    class="button button-small"
                    type="submit"
                    form=REMIND
                    name="form[person]"
                    value=line.id.clone()
                    aria-label=texts::security::remind_person(l, &line.name)
                >
                    <span class="button-label">{texts::security::remind(l)}</span>
                </button>
            }
        })
    };
    view! {
        <ul class="stopped">
            <For each=without key=|line| line.id.clone() let:line>
                <li class="stopped-line">
                    <Avatar name=line.name.clone() size=AvatarSize::S20 round=true />
                    <span class="stopped-name">
                        <span>{line.name.clone()}</span>
                        {line.is_self.then(|| view! { <span class="muted">{format!(" ({})", texts::security::you(l))}</span> })}
                    </span>
                    {remind(&line)}
                </li>
            </For>
        </ul>
        {move || {
            any.get()
                .then(|| {
                    view! {
                        <button class="button" type="submit" form=REMIND_ALL name="form[confirmed]" value="true">
                            <span class="button-label">{texts::security::remind_all(l)}</span>
                        </button>
                    }
                })
        }}
    }
}
