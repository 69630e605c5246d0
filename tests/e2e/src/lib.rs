//! jawla-e2e
