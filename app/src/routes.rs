//! Every page and its address. Rooms are lazy: a browser loads the code of the room it opens.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    account::{AccountRoute, AppRoute, CodesRoute, ConfirmRoute, SessionsRoute},
    agents::{AgentRoute, AgentsRoute},
    audit::AuditRoute,
    billing::BillingRoute,
    branding::BrandingRoute,
    calls::{CallRoute, CallsRoute},
    campaigns::{CampaignRoute, CampaignsRoute, PlanRoute},
    customers::{CustomerRoute, CustomersRoute, ImportRoute, UploadRoute},
    dashboard::DashboardRoute,
    data::DataRoute,
    deletion::{AccountDeleteRoute, DeleteRoute, RestoreRoute},
    entrance::{
        CodeRoute, EmailRoute, ForgotRoute, LoginRoute, NotMeRoute, ResetRoute, SignupRoute,
        UnsubscribeRoute, VerifyRoute,
    },
    general::GeneralRoute,
    help::HelpRoute,
    hours::HoursRoute,
    invoices::InvoiceRoute,
    keys::KeysRoute,
    knowledge::KnowledgeRoute,
    members::{InvitationRoute, MembersRoute},
    notifications::{NoticesRoute, NotificationsRoute},
    reports::ReportsRoute,
    security::SecurityRoute,
    shell::{AccountFrame, DeskFrame, EntranceFrame, NotFoundPage, SettingsFrame},
    state::provide_page,
    support::{DeskRoute, RecordRoute},
    system::SystemRoute,
    ui::provide_toasts,
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_page();
    provide_toasts();
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <ParentRoute path=path!("") view=EntranceFrame ssr=SsrMode::Async>
                    <Route path=path!("login") view={Lazy::<LoginRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("login/code") view={Lazy::<CodeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("email") view={Lazy::<EmailRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("not-me") view={Lazy::<NotMeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("signup") view={Lazy::<SignupRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("forgot") view={Lazy::<ForgotRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("reset") view={Lazy::<ResetRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("invite") view={Lazy::<InvitationRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("verify") view={Lazy::<VerifyRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("unsubscribe") view={Lazy::<UnsubscribeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("restore") view={Lazy::<RestoreRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("settings") view=SettingsFrame ssr=SsrMode::Async>
                    <Route path=path!("general") view={Lazy::<GeneralRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("branding") view={Lazy::<BrandingRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("hours") view={Lazy::<HoursRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("billing") view={Lazy::<BillingRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("billing/invoices/:id") view={Lazy::<InvoiceRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members") view={Lazy::<MembersRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("knowledge") view={Lazy::<KnowledgeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("notifications") view={Lazy::<NotificationsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("security") view={Lazy::<SecurityRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("keys") view={Lazy::<KeysRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("data/delete") view={Lazy::<DeleteRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("audit") view={Lazy::<AuditRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("data") view={Lazy::<DataRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("help") view={Lazy::<HelpRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("support") view={Lazy::<RecordRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("") view=SettingsFrame ssr=SsrMode::Async>
                    <Route path=path!("dashboard") view={Lazy::<DashboardRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("calls") view={Lazy::<CallsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("calls/:id") view={Lazy::<CallRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("campaigns") view={Lazy::<CampaignsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("campaigns/new") view={Lazy::<PlanRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("campaigns/:id") view={Lazy::<CampaignRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("agents") view={Lazy::<AgentsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("agents/:id") view={Lazy::<AgentRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("customers") view={Lazy::<CustomersRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("customers/import") view={Lazy::<UploadRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("customers/import/:id") view={Lazy::<ImportRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("customers/:id") view={Lazy::<CustomerRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("reports") view={Lazy::<ReportsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("notifications") view={Lazy::<NoticesRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("") view=DeskFrame ssr=SsrMode::Async>
                    <Route path=path!("support") view={Lazy::<DeskRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("support/system") view={Lazy::<SystemRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("account") view=AccountFrame ssr=SsrMode::Async>
                    <Route path=path!("security") view={Lazy::<AccountRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("security/app") view={Lazy::<AppRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("security/codes") view={Lazy::<CodesRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("confirm") view={Lazy::<ConfirmRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("sessions") view={Lazy::<SessionsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("delete") view={Lazy::<AccountDeleteRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
