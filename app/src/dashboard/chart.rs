//! Calls by the hour: bars in an SVG that the server draws, and the same as a table.

use leptos::prelude::*;

use crate::{state::language, ui::Table};

/// Units of the drawing: an hour is as wide as its bar and the gap beside it.
const HOUR: u32 = 30;
const BAR: u32 = 18;
const HEIGHT: u32 = 220;

#[component]
pub fn HoursChart(hours: Vec<(u32, u32)>) -> impl IntoView {
    let l = language();
    let top = hours.iter().map(|(inbound, outbound)| inbound + outbound).max().unwrap_or(0).max(4);
    // Rounded up, so that the lines are whole calls.
    let top = top.div_ceil(4) * 4;
    let height = move |calls: u32| f64::from(calls) * f64::from(HEIGHT) / f64::from(top);
    let lines = (0..=4)
        .map(|line| {
            let y = HEIGHT - line * HEIGHT / 4;
            view! {
                <line class="chart-line" x1="0" x2=24 * HOUR y1=y y2=y></line>
                <text class="chart-text" x="-8" y=y + 4 text-anchor="end">{line * top / 4}</text>
            }
        })
        .collect_view();
    let bars = hours
        .iter()
        .enumerate()
        .map(|(hour, (inbound, outbound))| {
            let x = u32::try_from(hour).unwrap_or(0) * HOUR + (HOUR - BAR) / 2;
            let (first, second) = (height(*inbound), height(*outbound));
            let base = f64::from(HEIGHT);
            view! {
                <rect class="chart-in" x=x width=BAR y=px(base - first) height=px(first)></rect>
                <rect class="chart-out" x=x width=BAR y=px(base - first - second) height=px(second)></rect>
                {(hour % 3 == 0)
                    .then(|| {
                        view! {
                            <text class="chart-text" x=x + BAR / 2 y=HEIGHT + 24 text-anchor="middle">
                                {format!("{hour:02}")}
                            </text>
                        }
                    })}
            }
        })
        .collect_view();
    let rows = hours
        .iter()
        .enumerate()
        .filter(|(_, (inbound, outbound))| inbound + outbound > 0)
        .map(|(hour, (inbound, outbound))| {
            view! {
                <tr>
                    <th scope="row">{format!("{hour:02}:00")}</th>
                    <td>{*inbound}</td>
                    <td>{*outbound}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec![
        texts::dashboard::hour(l).to_owned(),
        texts::calls::inbound(l).to_owned(),
        texts::calls::outbound(l).to_owned(),
    ];
    view! {
        <svg
            class="chart"
            viewBox=format!("-38 -12 {} {}", 24 * HOUR + 42, HEIGHT + 44)
            role="img"
            aria-labelledby="by-hour"
        >
            {lines}
            {bars}
        </svg>
        <p class="chart-legend" aria-hidden="true">
            <i class="chart-in"></i>
            {texts::calls::inbound(l)}
            <i class="chart-out"></i>
            {texts::calls::outbound(l)}
        </p>
        <details class="chart-table">
            <summary>{texts::dashboard::as_table(l)}</summary>
            <Table caption=texts::dashboard::table(l) columns>{rows}</Table>
        </details>
    }
}

/// The same text on the server and in the browser.
fn px(number: f64) -> String {
    format!("{number:.1}")
}
