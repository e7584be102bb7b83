//! The exchange of the company, a program with an access key of its own, has kept calls for some days: begun, prolonged,
//! answered or not, some of them written down. Nobody was told its key.

use chrono::{DateTime, Datelike, Days, TimeDelta, Utc, Weekday};
use chrono_tz::Europe::Istanbul;
use domain::{
    Actor, AppError, CallId, Recent, Scopes,
    actor::WriteCalls,
    calls::StartForm,
    keys::{KeyForm, Kind, Lifetime},
};

use super::customers;
use crate::{
    Clock, Context,
    calls::{self, Started},
    failure::internal,
    keys,
};

/// Days before today on which there were calls; the key is a day older.
const DAYS: u64 = 4;
/// Calls of a day, and the seconds between heartbeats.
const CALLS: u64 = 32;
const BEAT: i64 = 45;

const SAID: [&str; 3] = [
    "Temsilci: Yıldız Çağrı Merkezi, nasıl yardımcı olabilirim?\nMüşteri: Siparişim üç gündür yolda görünüyor.\n\
     Temsilci: Kontrol ediyorum. Bugün dağıtıma çıkmış, akşama kadar elinizde olur.\nMüşteri: Teşekkür ederim, iyi çalışmalar.",
    "Müşteri: Faturamdaki vergi numarası yanlış yazılmış.\nTemsilci: Doğrusunu alabilir miyim? Faturayı yenileyip e-postayla \
     gönderiyorum.\nMüşteri: Tamam, bekliyorum.",
    "Temsilci: Randevunuz yarın 14.30'da. Uygun mudur?\nMüşteri: On beşe alabilir miyiz?\nTemsilci: Aldım. İyi günler dilerim.",
];

/// What happens to a call, and when.
enum Event {
    Begin,
    Beat,
    End,
}

/// Lives the days through.
pub(super) async fn happen(context: &Context, key: WriteCalls) -> Result<(), AppError> {
    let now = context.now();
    for days_ago in (0..=DAYS).rev() {
        let day = now.with_timezone(&Istanbul).date_naive() - Days::new(days_ago);
        let nine = day.and_hms_opt(9, 0, 0).and_then(|time| time.and_local_timezone(Istanbul).earliest());
        let nine = nine.ok_or_else(|| internal("no nine o'clock"))?.to_utc();
        if day.weekday() != Weekday::Sun {
            live_through(context, key, nine, days_ago, now - TimeDelta::minutes(5)).await?;
        }
    }
    Ok(())
}

pub(super) async fn make_key(context: &Context, owner: Actor) -> Result<WriteCalls, AppError> {
    let form = KeyForm {
        name: "Santral".to_owned(),
        kind: Kind::Organisation.word().to_owned(),
        scopes: Scopes::CALLS_WRITE.words().map(str::to_owned).collect(),
        lifetime: Lifetime::Year.word().to_owned(),
    };
    let made = keys::create_key(context, Recent::check(owner.member(), context.now())?, form).await?;
    keys::authenticate(context, &made.token).await?.write_calls()
}

/// A day from its opening on, as far as it has come.
async fn live_through(
    context: &Context,
    key: WriteCalls,
    nine: DateTime<Utc>,
    day: u64,
    until: DateTime<Utc>,
) -> Result<(), AppError> {
    let mut events = Vec::new();
    for number in 0..CALLS {
        let (odd, even) = (scattered(day * CALLS + number, 1), scattered(day * CALLS + number, 2));
        // Nine hours, fullest before and after lunch.
        let begin = nine + TimeDelta::seconds((odd % (9 * 3600) + even % (7 * 3600)) / 2);
        let length = 25 + scattered(day * CALLS + number, 3) % 150;
        let end = begin + TimeDelta::seconds(length);
        if end < until {
            events.push((begin, number, Event::Begin));
            let beats = (1..).map(|beat| begin + TimeDelta::seconds(beat * BEAT));
            events.extend(beats.take_while(|at| *at < end).map(|at| (at, number, Event::Beat)));
            events.push((end, number, Event::End));
        }
    }
    events.sort_by_key(|(at, number, _)| (*at, *number));
    let mut running: Vec<(u64, CallId)> = Vec::new();
    for (at, number, event) in events {
        let then = Context { clock: Clock::fixed(at), ..context.clone() };
        let found = running.iter().find(|(of, _)| *of == number).map(|(_, id)| *id);
        match (event, found) {
            (Event::Begin, _) => {
                if let Started::Running(call, _) = calls::start(&then, key, form(day, number)).await? {
                    running.push((number, call.id()));
                }
            }
            (Event::Beat, Some(id)) => {
                _ = calls::continue_call(&then, key, id, !number.is_multiple_of(5)).await?
            }
            (Event::End, Some(id)) => end(&then, key, id, number).await?,
            (_, None) => {}
        }
    }
    Ok(())
}

fn form(day: u64, number: u64) -> StartForm {
    let (inbound, other) = (!number.is_multiple_of(3), scattered(day * CALLS + number, 4).unsigned_abs());
    // Two of three are with customers.
    let theirs = match other % 3 {
        0 => format!("+90{}", 5_320_000_000 + other % 9_999_999),
        _ => customers::phone(other % customers::CUSTOMERS),
    };
    let ours = "+902125550100".to_owned();
    let (direction, from, to) = if inbound { ("inbound", theirs, ours) } else { ("outbound", ours, theirs) };
    StartForm { direction: direction.to_owned(), from, to }
}

async fn end(context: &Context, key: WriteCalls, id: CallId, number: u64) -> Result<(), AppError> {
    let outcome = match number % 10 {
        0 => "no_answer",
        5 => "busy",
        _ => "completed",
    };
    calls::end(context, key, id, outcome).await?;
    let said = usize::try_from(number).ok().and_then(|number| SAID.get(number % 8));
    if let (Some(said), "completed") = (said, outcome) {
        calls::save_transcript(context, key, id, said, None).await?;
    }
    Ok(())
}

/// The same number for the same call each time, far from that of its neighbours (a step of SplitMix64).
pub(super) fn scattered(call: u64, what: u64) -> i64 {
    let mut mixed = (call * 8 + what).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    i64::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(0)
}
