//! The page: a month of days.

use leptos::{either::Either, prelude::*};

use super::api::{DayLine, load_days};
use crate::{
    error::Error,
    lazy::LazyPage,
    loaded::{Loaded, load},
    paths,
    shell::{PageTitle, shown},
    state::language,
    ui::{EmptyState, Table},
};

pub struct ReportsRoute {
    data: Loaded<Result<Vec<DayLine>, Error>>,
}

impl LazyPage for ReportsRoute {
    fn data() -> Self {
        Self { data: load(|| (), |()| load_days()) }
    }

    fn view(self) -> AnyView {
        let (l, data) = (language(), self.data);
        view! {
            <PageTitle text=texts::reports::title(l) />
            <div class="page-head">
                <div class="page-title">
                    <h1>{texts::reports::title(l)}</h1>
                    <p>{texts::reports::lead(l)}</p>
                </div>
            </div>
            {shown(data, 8, move |days| view! { <Days days /> }.into_any())}
        }
        .into_any()
    }
}

#[component]
fn Days(days: Vec<DayLine>) -> impl IntoView {
    let l = language();
    view! {
        <section class="panel" aria-labelledby="days">
            <header class="panel-head">
                <div>
                    <h2 id="days">{texts::reports::days(l)}</h2>
                    <p>{texts::reports::days_text(l)}</p>
                </div>
                <div class="panel-actions">
                    <a class="button" href=paths::REPORTS_CSV download="" rel="external">
                        {texts::reports::export(l)}
                    </a>
                </div>
            </header>
            {if days.is_empty() {
                Either::Left(view! {
                    <EmptyState
                        icon="calendar-days"
                        title=texts::reports::empty_title(l)
                        text=texts::reports::empty_text(l)
                    />
                })
            } else {
                Either::Right(rows(days))
            }}
        </section>
    }
}

fn rows(days: Vec<DayLine>) -> impl IntoView {
    let l = language();
    let columns = [
        texts::reports::day(l),
        texts::calls::inbound(l),
        texts::calls::outbound(l),
        texts::reports::answered(l),
        texts::reports::minutes(l),
        texts::reports::zone(l),
    ];
    let rows = days
        .into_iter()
        .map(|DayLine { date, zone, inbound, outbound, answered, minutes }| {
            view! {
                <tr>
                    <th scope="row" class="tnum">{date}</th>
                    <td class="tnum">{inbound}</td>
                    <td class="tnum">{outbound}</td>
                    <td class="tnum">{answered}</td>
                    <td class="tnum">{minutes}</td>
                    <td>{zone}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table caption=texts::reports::table(l) columns=columns.map(str::to_owned).to_vec()>{rows}</Table> }
}
