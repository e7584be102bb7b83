//! The page: one form with one button, and beside it how an invoice will look.

use domain::{Code, billing::OpenNumber};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    api::{BillingPage, ListsForm, SaveIdentity, Saved, load_billing, load_identity, load_revealed},
    conflict::{FIELDS, Known, KnownBanner},
    number::RevealNumber,
    panels::{AddressPanel, OfficePanel, TaxpayerPanel},
    plan::{PlanData, PlanPanel, plan_data},
    preview::Preview,
    slots::{SlotsData, SlotsPanel, slots_data},
};
use crate::{
    act::Act,
    audit::{Last, LastChanged, last_change},
    error::Error,
    form::{Form, FormState},
    invoices::{CreditData, CreditPanel, InvoicesData, InvoicesPanel, credit_data, invoices_data},
    lazy::LazyPage,
    loaded::{Loaded, load},
    shell::{FormFailure, PageTitle, shown_with},
    state::{language, page},
    ui::{Button, ButtonKind, fill, use_toasts},
    unsaved::{Unsaved, UnsavedCount, UnsavedGuard},
};

/// The id of the form: the button that submits it stands in the page's head.
const FORM: &str = "identity";
/// What the address says after the number was asked for without JavaScript.
const REVEALED: &str = "billing/reveal-national-number";

type Revealed = Loaded<Result<Option<OpenNumber>, Error>>;

pub struct BillingRoute {
    data: Loaded<Result<BillingPage, Error>>,
    revealed: Revealed,
    plan: PlanData,
    slots: SlotsData,
    invoices: InvoicesData,
    credit: CreditData,
    last: Last,
}

impl LazyPage for BillingRoute {
    fn data() -> Self {
        let typed = FormState::new(Act::<SaveIdentity>::new());
        let typed = ListsForm {
            office_province: typed.value("office_province", String::new()),
            province: typed.value("province", String::new()),
        };
        let asked = page().saved.with_value(|saved| saved.as_deref() == Some(REVEALED));
        Self {
            data: load(|| (), move |()| load_billing(typed.clone())),
            revealed: load(
                || (),
                move |()| async move { if asked { load_revealed().await } else { Ok(None) } },
            ),
            plan: plan_data(),
            slots: slots_data(),
            invoices: invoices_data(),
            credit: credit_data(),
            last: last_change("billing"),
        }
    }

    fn view(self) -> AnyView {
        let l = language();
        view! {
            <PageTitle text=texts::billing::title(l) />
            {shown_with(
                move || async move { Ok((self.data.await?, self.revealed.await.ok().flatten())) },
                10,
                move |(page, revealed)| {
                    view! {
                        <Editor
                            page
                            revealed
                            plan=self.plan
                            slots=self.slots
                            invoices=self.invoices
                            credit=self.credit
                            last=self.last
                        />
                    }
                    .into_any()
                },
            )}
        }
        .into_any()
    }
}

#[component]
fn Editor(
    page: BillingPage,
    revealed: Option<OpenNumber>,
    plan: PlanData,
    slots: SlotsData,
    invoices: InvoicesData,
    credit: CreditData,
    last: Last,
) -> impl IntoView {
    let l = language();
    let BillingPage { identity, provinces, office_at, at, logo } = page;
    let (provinces, revealed) = (StoredValue::new(provinces), RwSignal::new(revealed));
    let action = Act::<SaveIdentity>::new();
    let state = FormState::new(action);
    let unsaved = Unsaved::watch(FORM, &identity.saved.form);
    let known = Known::new(state, unsaved, identity);
    let sent = StoredValue::new(Vec::new());
    after_saving(action, unsaved, known, sent, revealed);

    let toasts = use_toasts();
    let before_sending = move |event: SubmitEvent| {
        unsaved.look();
        if unsaved.count_now() == 0 {
            event.prevent_default();
            known.settle();
            toasts.success(texts::shell::nothing_changed(l));
        }
        sent.set_value(typed(state, unsaved));
    };
    let failure = state.failure();
    // A conflict has a banner of its own.
    let failure = Signal::derive(move || failure.get().filter(|error| error.code != Code::Conflict));
    view! {
        <div class="page-head page-head-wide">
            <div class="page-title">
                <h1>{texts::billing::title(l)}</h1>
                <p>{texts::billing::lead(l)}</p>
                <LastChanged last room="billing" saves=action.course().answers() />
            </div>
            <div class="page-actions">
                <UnsavedCount unsaved />
                <Button kind=ButtonKind::Primary type_="submit" form=FORM pending=state.pending()>
                    {texts::shell::save(l)}
                </Button>
            </div>
        </div>
        <RevealNumber revealed />
        <PlanPanel
            data=plan
            changed=move || {
                slots.refetch();
                invoices.refetch();
                credit.refetch();
            }
        />
        <InvoicesPanel data=invoices />
        <CreditPanel data=credit />
        <SlotsPanel data=slots />
        <div class="billing">
            <div on:submit:capture=before_sending>
                <Form action id=FORM state>
                    <FormFailure error=failure />
                    <KnownBanner known />
                    <input type="hidden" name="form[version]" value=move || known.version() />
                    <TaxpayerPanel known revealed />
                    <OfficePanel known unsaved provinces office_at />
                    <AddressPanel known unsaved provinces at />
                </Form>
            </div>
            <Preview known provinces logo />
        </div>
        <UnsavedGuard unsaved />
    }
}

/// What stands in the fields now, in their order; the national number last.
fn typed(state: FormState, unsaved: Unsaved) -> Vec<Option<String>> {
    let names = FIELDS.iter().map(|(field, _)| *field).chain(["national_number"]);
    untrack(|| names.map(|field| unsaved.typed(&state.name(field))).collect())
}

fn after_saving(
    action: Act<SaveIdentity>,
    unsaved: Unsaved,
    known: Known,
    sent: StoredValue<Vec<Option<String>>>,
    revealed: RwSignal<Option<OpenNumber>>,
) {
    let (l, toasts) = (language(), use_toasts());
    let state = FormState::new(action);
    let value = action.value();
    let saved = move |saved: Saved| {
        let form = saved.form.clone();
        known.replace(saved);
        revealed.set(None);
        // In their usual form, except where the person has typed on; the national number goes out of sight.
        let values =
            FIELDS.iter().map(|(field, read)| (*field, read(&form))).chain([("national_number", "")]);
        for (((field, value), now), sent) in values.zip(typed(state, unsaved)).zip(sent.get_value()) {
            if now == sent && now.as_deref() != Some(value) {
                fill(&state.name(field), value);
            }
        }
        toasts.success(texts::shell::saved(l));
    };
    Effect::new(move || match value.get() {
        Some(Ok(answer)) => untrack(|| saved(answer)),
        Some(Err(Error(error))) if error.code == Code::Conflict => spawn_local(async move {
            if let Ok(identity) = load_identity().await {
                known.found(identity);
            }
        }),
        _ => {}
    });
}
