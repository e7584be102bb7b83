//! The server over HTTP, without a socket: routes, layers, pages, forms.

mod entrance;
mod general;
mod hours;
mod permissions;
mod requests;
mod world;
