//! Slot weather: the hours of a week, darker where more slots were in use, marked where calls were refused.

use domain::slots::{Cell, Weather};
use leptos::prelude::*;

use super::slots::hour_text;
use crate::{
    hours::{weekday, weekday_short},
    state::language,
};

/// Shades from "some" to "all slots".
const SHADES: u32 = 4;

#[component]
pub fn WeatherMap(weather: Weather, limit: u32) -> impl IntoView {
    let l = language();
    let hours = (0..24)
        .map(|hour| {
            // Every third hour is named; the others are for screen readers.
            let text = view! { <span class:visually-hidden=hour % 3 != 0>{format!("{hour:02}")}</span> };
            view! { <th scope="col">{text}</th> }
        })
        .collect_view();
    let rows = weather
        .week()
        .map(|(day, cells)| {
            let name = weekday(l, day);
            let cells = cells
                .iter()
                .enumerate()
                .map(|(hour, cell)| {
                    let text = describe(*cell);
                    let title = format!("{name} {}: {text}", hour_text(hour));
                    view! {
                        <td data-shade=shade(*cell, limit) data-refused=(cell.refused > 0).then_some("") title=title>
                            <span class="visually-hidden">{text}</span>
                        </td>
                    }
                })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">
                        <span class="weather-day">{name}</span>
                        <span class="weather-short" aria-hidden="true">{weekday_short(l, day)}</span>
                    </th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="weather-box" role="region" aria-labelledby="weather" tabindex="0">
            <table class="weather">
                <thead>
                    <tr>
                        <td></td>
                        {hours}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="weather-legend" aria-hidden="true">
            <span>{texts::billing::weather_empty(l)}</span>
            {(0..=SHADES).map(|shade| view! { <i data-shade=shade></i> }).collect_view()}
            <span>{texts::billing::weather_full(l)}</span>
            <i data-shade=SHADES data-refused=""></i>
            <span>{texts::billing::weather_refused(l)}</span>
        </p>
    }
}

fn describe(Cell { peak, refused }: Cell) -> String {
    let l = language();
    match refused {
        0 => texts::billing::weather_cell(l, peak),
        refused => texts::billing::weather_cell_refused(l, peak, refused),
    }
}

/// 0: nothing; [`SHADES`]: all of today's slots, or more.
fn shade(cell: Cell, limit: u32) -> u32 {
    (cell.peak.saturating_mul(SHADES)).div_ceil(limit.max(1)).min(SHADES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_call_is_seen_and_a_full_house_is_darkest() {
        let shade = |peak| shade(Cell { peak, refused: 0 }, 10);
        assert_eq!([0, 1, 2, 3, 5, 8, 10, 40].map(shade), [0, 1, 1, 2, 2, 4, 4, 4]);
        assert_eq!(super::shade(Cell { peak: 1, refused: 0 }, 0), SHADES);
    }
}
