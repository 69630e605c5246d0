//! The phone's pages: an Axum router over [`jawla_views::Phone`], rendered in process, in French
//! and Arabic. Nothing here knows a database, a document or a network.
