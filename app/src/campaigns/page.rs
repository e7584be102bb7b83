//! The list.

use leptos::{either::Either, prelude::*};

use super::{
    api::{CampaignLine, CampaignsPage, load_campaigns},
    phase_name,
    progress::ProgressBar,
};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, shown},
    state::language,
    ui::{ButtonKind, EmptyState, LinkButton, Pill, Table},
};

pub struct CampaignsRoute {
    data: Loaded<Result<CampaignsPage, Error>>,
}

impl LazyPage for CampaignsRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_campaigns()) }
    }

    fn view(self) -> AnyView {
        let (l, data) = (language(), self.data);
        view! {
            <PageTitle text=texts::campaigns::title(l) />
            {shown(data, 8, move |page| view! { <List page /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn List(page: CampaignsPage) -> impl IntoView {
    let l = language();
    let CampaignsPage { administers, campaigns } = page;
    let new = move || {
        administers.then(|| {
            view! {
                <LinkButton href=paths::CAMPAIGN_NEW kind=ButtonKind::Primary icon="plus">
                    {texts::campaigns::new(l)}
                </LinkButton>
            }
        })
    };
    let empty = campaigns.is_empty();
    view! {
        <div class="page-head">
            <div class="page-title">
                <h1>{texts::campaigns::title(l)}</h1>
                <p>{texts::campaigns::lead(l)}</p>
            </div>
            <div class="page-actions">{(!empty).then(new)}</div>
        </div>
        <section class="panel" aria-label=texts::campaigns::list(l)>
            {if empty {
                let text = if administers { texts::campaigns::empty_text(l) } else { texts::campaigns::empty_member(l) };
                Either::Left(view! {
                    <EmptyState icon="megaphone" title=texts::campaigns::empty_title(l) text>{new()}</EmptyState>
                })
            } else {
                Either::Right(rows(campaigns))
            }}
        </section>
    }
}

fn rows(campaigns: Vec<CampaignLine>) -> impl IntoView {
    let l = language();
    let columns = [
        texts::campaigns::name(l),
        texts::campaigns::state(l),
        texts::campaigns::progress(l),
        texts::campaigns::starts(l),
    ];
    let rows = campaigns
        .into_iter()
        .map(|campaign| {
            let CampaignLine { id, name, agent, list, starts, phase, progress } = campaign;
            let (tone, word) = phase_name(l, phase);
            let agent = agent.unwrap_or_else(|| texts::campaigns::no_agent(l).to_owned());
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">
                        <a class="link" href=paths::campaign(&id)>{name.clone()}</a>
                        <span class="campaign-of">{format!("{agent} · {list}")}</span>
                    </th>
                    <td role="cell" data-label=texts::campaigns::state(l)><Pill tone>{word}</Pill></td>
                    <td role="cell" class="campaign-far" data-label=texts::campaigns::progress(l)>
                        <ProgressBar progress=Signal::stored(progress) label=texts::campaigns::progress_of(l, name) />
                        <span class="tnum">{texts::campaigns::done_of(l, progress.all(), progress.done())}</span>
                    </td>
                    <td role="cell" class="tnum" data-label=texts::campaigns::starts(l)>{starts}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = columns.map(str::to_owned).to_vec();
    view! { <Table caption=texts::campaigns::title(l) columns stacks=true>{rows}</Table> }
}
