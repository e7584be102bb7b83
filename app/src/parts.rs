//! Parts of pages that most visits never show: what stands in the way of a page, who of support is inside, the croppers. Their code is not in
//! the Wasm that every page or every visit to their room loads but in pieces of their own.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, wasm_split::SplitLoaderError};

/// A part. It is loaded when it is due. What may be due above somebody's work is loaded as soon as they type or send
/// something (`shell/gate.rs`): when it is due its files may be gone or out of reach, and the work would be lost with them.
#[derive(Clone, Copy)]
pub struct Part {
    name: &'static str,
    draw: fn() -> Coming<Option<AnyView>>,
    load: fn() -> Coming<bool>,
}

type Coming<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Part {
    /// Where it stands. Nothing where it can't be loaded.
    pub fn view(self) -> AnyView {
        view! {
            // What `load_standing` looks for.
            <template data-part=self.name></template>
            {Suspend::new((self.draw)())}
        }
        .into_any()
    }

    /// Whether its code is there now. A failure is not for ever: the next call tries again.
    pub async fn load(self) -> bool {
        (self.load)().await
    }
}

/// What the server never draws: there is nothing of it in the server.
macro_rules! in_browser {
    ($view:expr) => {{
        #[cfg(feature = "hydrate")]
        {
            $view
        }
        #[cfg(not(feature = "hydrate"))]
        {
            ().into_any()
        }
    }};
}

/// One part: its name, its piece, and what it shows.
macro_rules! part {
    ($(#[$doc:meta])* $part:ident = $name:ident, $load:ident, $piece:ident: $view:expr) => {
        mod $name {
            use super::*;

            #[leptos::wasm_split::wasm_split($piece, wasm_split_path = ::leptos::wasm_split, preload($load), fallible)]
            pub fn $name() -> Result<AnyView, SplitLoaderError> {
                Ok($view)
            }

            pub fn load() -> Coming<bool> {
                Box::pin(async { $load().await.is_ok() })
            }
        }

        $(#[$doc])*
        pub const $part: Part = Part {
            name: stringify!($name),
            draw: || Box::pin(async { $name::$name().await.ok() }),
            load: $name::load,
        };
    };
}

part!(
    /// Above a page whose session ended.
    SIGN_IN = sign_in, load_sign_in, above_piece: view! { <crate::shell::SignInOverlay /> }.into_any()
);
part!(
    /// Above a room that was open when the duty of a second factor began.
    OWED_ABOVE = owed_above, load_owed_above, above_piece: view! { <crate::shell::OwedDialog /> }.into_any()
);
part!(
    /// Above a page whose action asks for the password once more.
    PASSWORD = password, load_password, above_piece: view! { <crate::account::PasswordDialog /> }.into_any()
);
part!(
    /// The cropper of the photo.
    CROP_PHOTO = crop_photo, load_crop_photo, crop_piece: in_browser!(view! { <crate::general::Cropper /> }.into_any())
);
part!(
    /// The cropper of the logo.
    CROP_LOGO = crop_logo, load_crop_logo, crop_piece: in_browser!(view! { <crate::branding::Cropper /> }.into_any())
);
part!(
    /// In the place of a room: a second factor is owed.
    OWED = owed, load_owed, instead_piece: view! { <crate::shell::OwedPage /> }.into_any()
);
part!(
    /// In the place of a room: the organisation is to be deleted.
    LEAVING = leaving, load_leaving, instead_piece: view! { <crate::deletion::LeavingPage /> }.into_any()
);
part!(
    /// In the place of a room: support is in no organisation.
    OUTSIDE = outside, load_outside, instead_piece: view! { <crate::support::OutsidePage /> }.into_any()
);
part!(
    /// In the place of the desk: support owes a second factor.
    DESK_CLOSED = desk_closed, load_desk_closed, instead_piece: view! { <crate::support::DeskClosedPage /> }.into_any()
);
part!(
    /// Support is inside.
    SUPPORT = support, load_support, inside_piece: view! { <crate::support::SupportBanner /> }.into_any()
);

/// Loads what the server has drawn, because a page can only be taken over whole: whether all of it is there.
#[cfg(feature = "hydrate")]
pub async fn load_standing() -> bool {
    for part in [OWED, LEAVING, OUTSIDE, DESK_CLOSED, SUPPORT] {
        let is_drawn = document().query_selector(&format!("template[data-part={}]", part.name));
        if is_drawn.is_ok_and(|found| found.is_some()) && !part.load().await {
            return false;
        }
    }
    true
}

/// The opposite of a part: what most rooms are made of. Nobody draws it; being named here it is in the Wasm of every page and not in files that
/// rooms share, which are larger by half (docs/decisions/0047).
#[cfg(feature = "hydrate")]
pub fn common() -> AnyView {
    use crate::{
        error::Error,
        loaded::load,
        shell::{FormFailure, shown},
        ui::{Button, Pill, TextField, Tone},
    };
    let answer = load(|| (), |()| async { Ok::<_, Error>(()) });
    view! {
        {shown(answer, 1, |()| ().into_any())}
        <FormFailure error=Signal::derive(|| None) />
        <TextField field="" label="" />
        <Button pending=RwSignal::new(false)>""</Button>
        <Pill tone=Tone::Ok>""</Pill>
    }
    .into_any()
}
