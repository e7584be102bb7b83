//! How a test went: the account and what the key may do, or what is wrong and what to do about it.

use domain::Language;
use domain::upstream::Failure;
use leptos::{either::Either, prelude::*};

use super::api::TestedLine;
use crate::{
    state::language,
    ui::{Banner, Icon, Tone},
};

/// The sentence of a class of failure.
pub fn sentence(l: Language, failure: Failure) -> &'static str {
    texts::upstream::by_key(l, &format!("failure_{}", failure.as_str())).unwrap_or_default()
}

/// What to do about it.
fn advice(l: Language, failure: Failure) -> &'static str {
    texts::upstream::by_key(l, &format!("advice_{}", failure.as_str())).unwrap_or_default()
}

#[component]
pub fn TestedFacts(tested: TestedLine) -> impl IntoView {
    let l = language();
    let TestedLine { at, failure, account, permissions, latency } = tested;
    let outcome = match failure {
        Some(failure) => {
            let tone = if failure.is_temporary() { Tone::Warn } else { Tone::Danger };
            Either::Left(view! { <Banner tone title=sentence(l, failure)>{advice(l, failure)}</Banner> })
        }
        None => Either::Right(
            view! { <Banner tone=Tone::Ok title=texts::upstream::works(l)>{String::new()}</Banner> },
        ),
    };
    let facts = [
        (texts::upstream::account(l), Some(account).filter(|account| !account.is_empty())),
        (texts::upstream::latency(l), latency.map(|latency| texts::upstream::milliseconds(l, latency))),
        (texts::upstream::tested_at(l), Some(at)),
    ];
    view! {
        {outcome}
        <dl class="upstream-facts">
            {facts
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="tnum">{value}</dd></div> })
                .collect_view()}
            {(!permissions.is_empty())
                .then(|| {
                    view! {
                        <div class="upstream-permissions">
                            <dt>{texts::upstream::permissions(l)}</dt>
                            <dd><ul>{permissions.into_iter().map(permission).collect_view()}</ul></dd>
                        </div>
                    }
                })}
        </dl>
    }
}

fn permission((word, has): (String, bool)) -> impl IntoView {
    let l = language();
    let what =
        texts::upstream::by_key(l, &format!("permission_{}", word.replace(':', "_"))).unwrap_or_default();
    let (icon, said, class) = match has {
        true => ("check", texts::upstream::has(l), "upstream-has"),
        false => ("x", texts::upstream::lacks(l), "upstream-lacks"),
    };
    view! {
        <li class=class>
            <Icon name=icon />
            <span><code class="mono">{word}</code>": "{said}<small>{what}</small></span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_a_sentence_and_an_advice_in_both_languages() {
        for l in Language::ALL {
            for failure in Failure::ALL {
                assert!(!sentence(l, *failure).is_empty() && !advice(l, *failure).is_empty(), "{failure:?}");
            }
            for needed in domain::upstream::NEEDED {
                let key = format!("permission_{}", needed.replace(':', "_"));
                assert!(texts::upstream::by_key(l, &key).is_some(), "{key}");
            }
        }
    }
}
