//! What a browser loads when it opens a page. Pages that are used together are one piece of Wasm, with a style sheet. The splitter
//! makes a file for every set of pieces that share a function; crates/site joins them to a few (docs/decisions/0046).

use std::{future::Future, pin::Pin};

use leptos::prelude::*;
use leptos_router::ChooseView;

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
    style,
    support::{DeskRoute, RecordRoute},
    system::SystemRoute,
};

/// A page whose code is loaded when it is opened, what it asks the server with it: how answers are read is
/// half of a page's code.
pub trait LazyPage: Sized + 'static {
    /// What it asks the server.
    fn data() -> Self;

    fn view(self) -> AnyView;
}

/// Where a page is opened: the same type for every page, so that nothing of the router is instantiated for each of them.
#[derive(Clone, Copy)]
pub struct Open {
    sheet: Option<&'static str>,
    view: fn() -> Pin<Box<dyn Future<Output = AnyView>>>,
    preload: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

impl ChooseView for Open {
    async fn choose(self) -> AnyView {
        #[cfg(feature = "ssr")]
        if let Some(name) = self.sheet {
            style::link(name);
        }
        (self.view)().await
    }

    /// Before the page that is seen gives way.
    async fn preload(&self) {
        #[cfg(feature = "hydrate")]
        let styled = self.sheet.map(style::ready);
        (self.preload)().await;
        #[cfg(feature = "hydrate")]
        if let Some(styled) = styled {
            styled.await;
        }
    }
}

/// A page that has its place in a piece below. Nothing of the page itself is in the piece that every page loads.
pub trait InPiece {
    const OPEN: Open;
}

/// One piece: `name, preload, sheet; Page = type, …`. `preload` is what `#[lazy]` calls the function that only loads it, `sheet` the
/// file in `style/pieces`, if there is something in it.
macro_rules! piece {
    ($name:ident, $preload:ident, $sheet:expr; $($page:ident = $route:ident),+ $(,)?) => {
        mod $name {
            use super::*;

            pub enum Page {
                $($page),+
            }

            #[lazy]
            pub fn $name(page: Page) -> AnyView {
                match page {
                    $(Page::$page => $route::data().view()),+
                }
            }

            pub fn preload() -> Pin<Box<dyn Future<Output = ()>>> {
                #[cfg(target_arch = "wasm32")]
                return Box::pin($preload());
                #[cfg(not(target_arch = "wasm32"))]
                Box::pin(std::future::ready(()))
            }
        }

        $(impl InPiece for $route {
            const OPEN: Open = Open {
                sheet: $sheet,
                view: || Box::pin($name::$name($name::Page::$page)),
                preload: $name::preload,
            };
        })+
    };
}

piece!(login_piece, __preload_login_piece, Some("entrance"); Login = LoginRoute, Code = CodeRoute);
piece!(signup_piece, __preload_signup_piece, Some("entrance"); Signup = SignupRoute, Verify = VerifyRoute, Invitation = InvitationRoute);
// What mails lead to, and asking for such a mail.
piece!(links_piece, __preload_links_piece, Some("entrance");
    Forgot = ForgotRoute, Reset = ResetRoute, Email = EmailRoute, NotMe = NotMeRoute, Unsubscribe = UnsubscribeRoute,
    Restore = RestoreRoute);
piece!(account_piece, __preload_account_piece, Some("account");
    Account = AccountRoute, App = AppRoute, Codes = CodesRoute, Confirm = ConfirmRoute, Sessions = SessionsRoute,
    Delete = AccountDeleteRoute);
piece!(general_piece, __preload_general_piece, None; General = GeneralRoute);
piece!(branding_piece, __preload_branding_piece, Some("branding"); Branding = BrandingRoute);
piece!(hours_piece, __preload_hours_piece, Some("hours"); Hours = HoursRoute);
piece!(billing_piece, __preload_billing_piece, Some("billing"); Billing = BillingRoute, Invoice = InvoiceRoute);
piece!(members_piece, __preload_members_piece, Some("members"); Members = MembersRoute);
piece!(security_piece, __preload_security_piece, Some("security"); Security = SecurityRoute);
piece!(keys_piece, __preload_keys_piece, Some("keys"); Keys = KeysRoute);
piece!(knowledge_piece, __preload_knowledge_piece, Some("knowledge"); Knowledge = KnowledgeRoute);
piece!(calls_piece, __preload_calls_piece, Some("calls");
    Dashboard = DashboardRoute, Calls = CallsRoute, Call = CallRoute, Reports = ReportsRoute);
piece!(audit_piece, __preload_audit_piece, Some("audit"); Audit = AuditRoute);
piece!(notifications_piece, __preload_notifications_piece, Some("notifications");
    Notifications = NotificationsRoute, Notices = NoticesRoute, Help = HelpRoute);
piece!(data_piece, __preload_data_piece, Some("data"); Data = DataRoute, Delete = DeleteRoute);
piece!(campaigns_piece, __preload_campaigns_piece, Some("campaigns");
    Campaigns = CampaignsRoute, Campaign = CampaignRoute, Plan = PlanRoute, Agents = AgentsRoute, Agent = AgentRoute);
piece!(customers_piece, __preload_customers_piece, Some("customers");
    Customers = CustomersRoute, Customer = CustomerRoute);
piece!(import_piece, __preload_import_piece, Some("customers"); Upload = UploadRoute, Import = ImportRoute);
piece!(record_piece, __preload_record_piece, Some("support"); Record = RecordRoute);
// Of staff.
piece!(support_piece, __preload_support_piece, Some("support"); Desk = DeskRoute, System = SystemRoute);
