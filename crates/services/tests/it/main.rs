//! Use-cases against real databases: every test runs on SQLite and on PostgreSQL.

mod account;
mod agents;
mod audit;
mod billing;
mod branding;
mod calls;
mod campaigns;
mod customers;
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
