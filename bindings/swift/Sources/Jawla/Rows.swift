import JawlaCore

/// Rows a page: the most that one call answers.
private let rowsPerPage: UInt32 = 200

/// Every row of a list, read page by page as it is walked; nothing is read ahead.
public struct Rows<Row: Sendable>: AsyncSequence, Sendable {
    public typealias Element = Row

    /// One page: its rows, and where the next begins.
    typealias Page = (rows: [Row], nextOffset: UInt32?)

    let page: @Sendable (PageRequest) async throws -> Page

    /// One walk over the rows.
    public struct RowIterator: AsyncIteratorProtocol {
        let page: @Sendable (PageRequest) async throws -> Page
        var waiting: ArraySlice<Row> = []
        var offset: UInt32? = 0

        /// The next row; `nil` after the last.
        ///
        /// - Throws: what reading a page throws, and `CancellationError` between two pages.
        public mutating func next() async throws -> Row? {
            while waiting.isEmpty {
                guard let from = offset else { return nil }
                try Task.checkCancellation()
                let read = try await page(PageRequest(offset: from, limit: rowsPerPage))
                waiting = read.rows[...]
                offset = read.nextOffset
            }
            return waiting.popFirst()
        }
    }

    public func makeAsyncIterator() -> RowIterator {
        RowIterator(page: page)
    }
}

extension FieldStore {
    /// Every project that passes.
    public func everyProject(_ filter: ProjectFilter = ProjectFilter()) -> Rows<ProjectSummary> {
        Rows { window in
            let page = try await self.projects(filter: filter, page: window)
            return (page.rows, page.nextOffset)
        }
    }

    /// Every visit that passes.
    public func everyVisit(_ filter: VisitFilter = VisitFilter()) -> Rows<VisitWithProject> {
        Rows { window in
            let page = try await self.visits(filter: filter, page: window)
            return (page.rows, page.nextOffset)
        }
    }
}
