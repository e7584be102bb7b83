//! Components used by two rooms or more: plain HTML elements first, so all of them work before
//! Wasm arrives and without it. Texts come in translated. Reference: `docs/design.md`.

mod avatar;
mod banner;
mod button;
mod choice;
mod combobox;
mod combobox_list;
mod dialog;
mod empty;
mod field;
mod fold;
mod icon;
mod input;
mod menu;
mod meter;
mod password;
mod pill;
mod select;
mod sheet;
mod skeleton;
mod table;
mod tabs;
mod textarea;
mod toast;

pub use avatar::{Avatar, AvatarSize};
pub use banner::{Banner, Conflict, Tone};
pub use button::{Button, ButtonKind, IconButton, LinkButton};
pub use choice::{CardChoice, RadioCards, Switch};
pub use combobox::{ComboOption, Combobox};
pub use dialog::Dialog;
pub use empty::EmptyState;
pub use field::{Field, Wiring, error_line, field_id, fill, hydrated};
pub use fold::fold;
pub use icon::{BrandMark, Icon};
pub use input::TextField;
pub use menu::Menu;
pub use meter::Meter;
pub use password::PasswordField;
pub use pill::Pill;
pub use select::{Choice, Select};
pub use sheet::{Sheet, SheetButton};
pub use skeleton::Skeleton;
pub use table::Table;
pub use tabs::{Tab, Tabs};
pub use textarea::TextArea;
pub use toast::{ToastRegion, Toasts, provide_toasts, use_toasts};
