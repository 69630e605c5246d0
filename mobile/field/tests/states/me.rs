//! *Moi*: each setting, storage, about.

use jawla_views::phone::PhoneStanding;

use crate::fake::State;
use crate::page::{Case, picture};

#[tokio::test]
async fn every_setting_and_what_the_phone_says_of_itself() {
    let at = || "/moi".to_owned();
    let cases: Vec<Case> = vec![
        ("day", |_| {}, at()),
        ("sun", |state| state.status.settings.sun = true, at()),
        (
            "largest_text",
            |state| state.status.settings.text_step = 3,
            at(),
        ),
        (
            "photos_on_any_link",
            |state| state.status.settings.photos_on_free_link_only = false,
            at(),
        ),
        (
            "nearly_full",
            |state| state.status.storage.free_bytes = Some(90_000_000),
            at(),
        ),
        (
            "room_unknown",
            |state| state.status.storage.free_bytes = None,
            at(),
        ),
        (
            "never_in_contact",
            |state| {
                state.status.last_contact_ms = None;
                state.status.receipt = None;
            },
            at(),
        ),
        (
            "rolled_back",
            |state| state.status.standing = PhoneStanding::RolledBack,
            at(),
        ),
        (
            "nameless",
            |state: &mut State| {
                state.status.person = None;
                state.status.role = None;
            },
            at(),
        ),
    ];
    picture("me", cases).await;
}
