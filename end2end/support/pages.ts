// The pages that need nothing but their address: for what is asked of every page.
const settings = ["general", "branding", "hours", "billing", "knowledge", "members", "notifications", "security", "keys", "audit", "support", "data", "data/delete", "help"];
const work = ["dashboard", "calls", "campaigns", "campaigns/new", "customers", "customers/import", "agents", "reports", "notifications"];
const account = ["security", "sessions", "security/app", "confirm", "delete"];

/** Those of an owner who is signed in. */
export const rooms = [...settings.map((room) => `/settings/${room}`), ...work.map((room) => `/${room}`), ...account.map((page) => `/account/${page}`)];

/** Those of somebody who is not. */
export const entrances = ["/login", "/signup", "/forgot"];
