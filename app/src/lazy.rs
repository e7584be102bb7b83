//! What a browser loads when it opens a page. Pages that are used together are one piece of Wasm: with a piece per
//! page the splitter makes a file for every set of pages that share a function, and one page then needs a hundred.

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
    view: fn() -> Pin<Box<dyn Future<Output = AnyView>>>,
    preload: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

impl ChooseView for Open {
    async fn choose(self) -> AnyView {
        (self.view)().await
    }

    async fn preload(&self) {
        (self.preload)().await;
    }
}

/// A page that has its place in a piece below. Nothing of the page itself is in the piece that every page loads.
pub trait InPiece {
    const OPEN: Open;
}

/// One piece: `name, preload: Page = type, …`. `preload` is what `#[lazy]` calls the function that only loads it.
macro_rules! piece {
    ($name:ident, $preload:ident: $($page:ident = $route:ident),+ $(,)?) => {
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
            const OPEN: Open =
                Open { view: || Box::pin($name::$name($name::Page::$page)), preload: $name::preload };
        })+
    };
}

piece!(entrance_piece, __preload_entrance_piece:
    Login = LoginRoute, Code = CodeRoute, Signup = SignupRoute, Verify = VerifyRoute, Forgot = ForgotRoute,
    Reset = ResetRoute, Invitation = InvitationRoute, Email = EmailRoute, NotMe = NotMeRoute, Unsubscribe = UnsubscribeRoute,
    Restore = RestoreRoute);
piece!(account_piece, __preload_account_piece:
    Account = AccountRoute, App = AppRoute, Codes = CodesRoute, Confirm = ConfirmRoute, Sessions = SessionsRoute,
    Delete = AccountDeleteRoute);
piece!(organisation_piece, __preload_organisation_piece:
    General = GeneralRoute, Branding = BrandingRoute, Hours = HoursRoute, Billing = BillingRoute, Invoice = InvoiceRoute);
piece!(people_piece, __preload_people_piece:
    Members = MembersRoute, Security = SecurityRoute, Keys = KeysRoute, Knowledge = KnowledgeRoute);
piece!(records_piece, __preload_records_piece:
    Dashboard = DashboardRoute, Calls = CallsRoute, Call = CallRoute, Reports = ReportsRoute, Audit = AuditRoute,
    Notifications = NotificationsRoute, Notices = NoticesRoute, Data = DataRoute, Delete = DeleteRoute, Help = HelpRoute);
piece!(campaigns_piece, __preload_campaigns_piece:
    Campaigns = CampaignsRoute, Campaign = CampaignRoute, Plan = PlanRoute, Agents = AgentsRoute, Agent = AgentRoute,
    Customers = CustomersRoute, Customer = CustomerRoute, Upload = UploadRoute, Import = ImportRoute);
piece!(support_piece, __preload_support_piece: Desk = DeskRoute, Record = RecordRoute, System = SystemRoute);
