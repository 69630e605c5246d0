//! The projects of a filter, page by page, and bodies that are written while they are read: no
//! answer holds all of them at once.

use std::collections::BTreeSet;

use axum::body::{Body, Bytes};
use futures_util::stream;
use futures_util::{Stream, StreamExt};
use jawla_model::DocumentId;
use jawla_views::limits::PROJECTS_PER_PAGE_MAX;
use jawla_views::{PageWindow, ProjectQuery, ProjectRow, ViewError};

use crate::Office;

/// Where a walk through the projects stands.
pub(crate) struct Walk {
    office: Office,
    question: ProjectQuery,
    next: Option<u32>,
    rows_max: u64,
    /// Only these; all when empty.
    among: BTreeSet<DocumentId>,
}

impl Walk {
    /// Begins at the first row; ends after about `rows_max` of them, at the end of a page.
    pub(crate) fn of(office: &Office, question: ProjectQuery, rows_max: u64) -> Self {
        Self {
            office: office.clone(),
            question,
            next: Some(0),
            rows_max,
            among: BTreeSet::new(),
        }
    }

    /// The same walk, which shows these projects alone; all of them when there are none.
    pub(crate) fn among(self, among: BTreeSet<DocumentId>) -> Self {
        Self { among, ..self }
    }

    /// The next page; none after the last.
    pub(crate) async fn page(&mut self) -> Result<Option<Vec<ProjectRow>>, ViewError> {
        let Some(offset) = self.next else {
            return Ok(None);
        };
        self.question.window = PageWindow {
            offset,
            rows_max: PROJECTS_PER_PAGE_MAX,
        };
        let page = self.office.views.projects(&self.question).await?;
        let rows_max = self.rows_max;
        self.next = page
            .next_offset()
            .filter(|next| u64::from(*next) < rows_max);
        let mut rows = page.rows;
        rows.retain(|row| self.among.is_empty() || self.among.contains(&row.document));
        Ok(Some(rows))
    }
}

/// What becomes the bytes of a file, a page of rows at a time.
pub(crate) trait Writing: Send + 'static {
    /// What stands before all rows.
    fn head(&mut self) -> Vec<u8>;
    /// The rows of one page.
    fn rows(&mut self, rows: Vec<ProjectRow>) -> Vec<u8>;
    /// What stands after all rows.
    fn tail(&mut self) -> Vec<u8>;
}

enum Part<W> {
    First(Walk, W, Vec<ProjectRow>),
    Rows(Walk, W),
    End,
}

/// A body of everything the walk finds. The first page is read before this returns, so that a
/// store that cannot answer gets its page of fault; one that fails later cuts the body, which a
/// browser shows as a download that failed.
///
/// # Errors
/// As the store's first answer.
pub(crate) async fn body<W: Writing>(mut walk: Walk, writing: W) -> Result<Body, ViewError> {
    let first = walk.page().await?.unwrap_or_default();
    let parts = parts(Part::First(walk, writing, first));
    Ok(Body::from_stream(parts))
}

fn parts<W: Writing>(begin: Part<W>) -> impl Stream<Item = Result<Bytes, ViewError>> {
    stream::unfold(begin, |part| async {
        match part {
            Part::First(walk, mut writing, rows) => {
                let mut bytes = writing.head();
                bytes.extend(writing.rows(rows));
                Some((Ok(Bytes::from(bytes)), Part::Rows(walk, writing)))
            }
            Part::Rows(mut walk, mut writing) => match walk.page().await {
                Ok(Some(rows)) => {
                    let bytes = Bytes::from(writing.rows(rows));
                    Some((Ok(bytes), Part::Rows(walk, writing)))
                }
                Ok(None) => Some((Ok(Bytes::from(writing.tail())), Part::End)),
                Err(error) => Some((Err(error), Part::End)),
            },
            Part::End => None,
        }
    })
    // A compressor asks once more after the end.
    .fuse()
}
