//! Every page and its address. Rooms are lazy: a browser loads the code of the room it opens.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
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
    lazy::Open,
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
                    <Route path=path!("login") view={Open::<LoginRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("login/code") view={Open::<CodeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("email") view={Open::<EmailRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("not-me") view={Open::<NotMeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("signup") view={Open::<SignupRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("forgot") view={Open::<ForgotRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("reset") view={Open::<ResetRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("invite") view={Open::<InvitationRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("verify") view={Open::<VerifyRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("unsubscribe") view={Open::<UnsubscribeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("restore") view={Open::<RestoreRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("settings") view=SettingsFrame ssr=SsrMode::Async>
                    <Route path=path!("general") view={Open::<GeneralRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("branding") view={Open::<BrandingRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("hours") view={Open::<HoursRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("billing") view={Open::<BillingRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("billing/invoices/:id") view={Open::<InvoiceRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members") view={Open::<MembersRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("knowledge") view={Open::<KnowledgeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("notifications") view={Open::<NotificationsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("security") view={Open::<SecurityRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("keys") view={Open::<KeysRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("data/delete") view={Open::<DeleteRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("audit") view={Open::<AuditRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("data") view={Open::<DataRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("help") view={Open::<HelpRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("support") view={Open::<RecordRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("") view=SettingsFrame ssr=SsrMode::Async>
                    <Route path=path!("dashboard") view={Open::<DashboardRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("calls") view={Open::<CallsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("calls/:id") view={Open::<CallRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("campaigns") view={Open::<CampaignsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("campaigns/new") view={Open::<PlanRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("campaigns/:id") view={Open::<CampaignRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("agents") view={Open::<AgentsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("agents/:id") view={Open::<AgentRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("customers") view={Open::<CustomersRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("customers/import") view={Open::<UploadRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("customers/import/:id") view={Open::<ImportRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("customers/:id") view={Open::<CustomerRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("reports") view={Open::<ReportsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("notifications") view={Open::<NoticesRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("") view=DeskFrame ssr=SsrMode::Async>
                    <Route path=path!("support") view={Open::<DeskRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("support/system") view={Open::<SystemRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("account") view=AccountFrame ssr=SsrMode::Async>
                    <Route path=path!("security") view={Open::<AccountRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("security/app") view={Open::<AppRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("security/codes") view={Open::<CodesRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("confirm") view={Open::<ConfirmRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("sessions") view={Open::<SessionsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("delete") view={Open::<AccountDeleteRoute>::new()} ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
