//! Use-cases against real databases: every test runs on SQLite and on PostgreSQL.

mod account;
mod audit;
mod billing;
mod branding;
mod calls;
mod dashboard;
mod database;
mod demo;
mod entrance;
mod general;
mod hours;
mod keys;
mod members;
mod plan;
mod recordings;
mod reports;
mod schema;
mod sealing;
mod security;
mod slots;
mod support;
mod upstream;
mod world;
