//! jawla-bench
