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
    lazy::InPiece,
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
                    <Route path=path!("login") view={LoginRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("login/code") view={CodeRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("email") view={EmailRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("not-me") view={NotMeRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("signup") view={SignupRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("forgot") view={ForgotRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("reset") view={ResetRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("invite") view={InvitationRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("verify") view={VerifyRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("unsubscribe") view={UnsubscribeRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("restore") view={RestoreRoute::OPEN} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("settings") view=SettingsFrame ssr=SsrMode::Async>
                    <Route path=path!("general") view={GeneralRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("branding") view={BrandingRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("hours") view={HoursRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("billing") view={BillingRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("billing/invoices/:id") view={InvoiceRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("members") view={MembersRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("knowledge") view={KnowledgeRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("notifications") view={NotificationsRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("security") view={SecurityRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("keys") view={KeysRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("data/delete") view={DeleteRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("audit") view={AuditRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("data") view={DataRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("help") view={HelpRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("support") view={RecordRoute::OPEN} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("") view=SettingsFrame ssr=SsrMode::Async>
                    <Route path=path!("dashboard") view={DashboardRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("calls") view={CallsRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("calls/:id") view={CallRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("campaigns") view={CampaignsRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("campaigns/new") view={PlanRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("campaigns/:id") view={CampaignRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("agents") view={AgentsRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("agents/:id") view={AgentRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("customers") view={CustomersRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("customers/import") view={UploadRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("customers/import/:id") view={ImportRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("customers/:id") view={CustomerRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("reports") view={ReportsRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("notifications") view={NoticesRoute::OPEN} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("") view=DeskFrame ssr=SsrMode::Async>
                    <Route path=path!("support") view={DeskRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("support/system") view={SystemRoute::OPEN} ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("account") view=AccountFrame ssr=SsrMode::Async>
                    <Route path=path!("security") view={AccountRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("security/app") view={AppRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("security/codes") view={CodesRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("confirm") view={ConfirmRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("sessions") view={SessionsRoute::OPEN} ssr=SsrMode::Async />
                    <Route path=path!("delete") view={AccountDeleteRoute::OPEN} ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
