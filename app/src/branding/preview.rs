//! The logo where it will stand: on the head of an invoice and in a mail, each on light and on dark. The mail is a real
//! one, rendered by the server from the template of all mails.

use domain::branding::SHOWN;
use leptos::prelude::*;

use super::logo::{Brand, company};
use crate::{paths, state::language};

#[component]
pub fn PreviewPanel(brand: Brand) -> impl IntoView {
    let l = language();
    view! {
        <section class="panel" aria-labelledby="preview">
            <header class="panel-head">
                <div>
                    <h2 id="preview">{texts::branding::preview_title(l)}</h2>
                    <p>{texts::branding::preview_text(l)}</p>
                </div>
            </header>
            <div class="panel-body previews">
                <Invoice brand class="paper scheme-light" scheme=texts::branding::preview_light(l) />
                <Invoice brand class="paper scheme-dark" scheme=texts::branding::preview_dark(l) />
                <Mail
                    brand
                    word="light"
                    scheme=texts::branding::preview_light(l)
                    title=texts::branding::preview_mail_light(l)
                />
                <Mail
                    brand
                    word="dark"
                    scheme=texts::branding::preview_dark(l)
                    title=texts::branding::preview_mail_dark(l)
                />
            </div>
        </section>
    }
}

#[component]
fn Invoice(brand: Brand, class: &'static str, scheme: &'static str) -> impl IntoView {
    let l = language();
    let head = move || match brand.logo() {
        Some(logo) => view! {
            <img
                src=logo.plain.clone()
                srcset=format!("{} 1x, {} 2x", logo.plain, logo.dense)
                width=SHOWN.0.to_string()
                height=SHOWN.1.to_string()
                alt=company()
            />
        }
        .into_any(),
        None => view! { <strong>{company()}</strong> }.into_any(),
    };
    view! {
        <figure class="preview">
            <figcaption>{texts::branding::preview_invoice(l)} " · " {scheme}</figcaption>
            <div class=class>
                <div class="paper-head">
                    {head} <p class="paper-title">{texts::branding::invoice(l)}</p>
                </div>
                <dl class="paper-facts">
                    <div>
                        <dt>{texts::branding::invoice_number(l)}</dt>
                        <dd class="tnum">"2026-000128"</dd>
                    </div>
                    <div>
                        <dt>{texts::branding::invoice_total(l)}</dt>
                        <dd class="tnum">"₺ 1.200,00"</dd>
                    </div>
                </dl>
            </div>
        </figure>
    }
}

#[component]
fn Mail(brand: Brand, word: &'static str, scheme: &'static str, title: &'static str) -> impl IntoView {
    let l = language();
    // Another version is another address: the frame loads again.
    let src = move || {
        let version = brand.now.with(|now| now.version);
        format!("{}?scheme={word}&version={version}", paths::MAIL_PREVIEW)
    };
    view! {
        <figure class="preview">
            <figcaption>{texts::branding::preview_mail(l)} " · " {scheme}</figcaption>
            // Its link leads nowhere: a picture, not a page.
            <iframe class="mail-frame" src=src title=title inert=true></iframe>
        </figure>
    }
}
