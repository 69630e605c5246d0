//! `uniffi-bindgen`, at the version that `jawla-ffi` links: both come from one line of the
//! workspace, so that library and generated code cannot differ.

fn main() {
    uniffi::uniffi_bindgen_main();
}
