import LoupeCore

extension ResultReader {
    private static let leastWidth = 16

    /// The numbers of the rows that the selection leaves, in its order. Reads the whole result once, and again only for
    /// rows whose keys are equal for long; kept for the pages that follow.
    func order(_ selection: RowSelection) async throws -> [UInt32] {
        try check(selection)
        let key = OrderCache.Key(result: id, selection: selection)
        if let kept = store.orders.rows(key) { return kept }
        let rows = try await computeOrder(selection)
        store.orders.keep(rows, as: key)
        return rows
    }

    func check(_ selection: RowSelection) throws(LoupeError) {
        if let sort = selection.sort, !columns.indices.contains(sort.column) {
            throw LoupeError.invalid("sort_by", "the result has no column \(sort.column)")
        }
    }

    private func computeOrder(_ selection: RowSelection) async throws -> [UInt32] {
        let records = try await records(of: 0..<rowCount)
        let scan = SelectionScan(columns: columns, selection: selection, width: width(rowCount))
        var found = scan.empty
        for record in records {
            found.append(try await onWorker(record) { scan.all($0, firstRow: record.firstRow) })
        }
        guard let sort = selection.sort else { return found.rest }
        let (keys, rest) = (found.keys, found.rest)
        var order = try await store.workers.run { RowOrder(keys, isDescending: sort.isDescending) }
        while !order.open.isEmpty {
            order = try await refined(order, records, selection)
        }
        return order.rows + rest
    }

    private func refined(
        _ order: RowOrder,
        _ records: [ChunkRecord],
        _ selection: RowSelection
    ) async throws -> RowOrder {
        let wanted = order.openRows
        let scan = SelectionScan(
            columns: columns,
            selection: selection,
            depth: order.depth,
            width: width(wanted.count)
        )
        var found = scan.empty
        var next = 0
        for record in records {
            let start = next
            while next < wanted.count, record.rows.contains(Int(wanted[next])) { next += 1 }
            guard next > start else { continue }
            let rows = wanted[start..<next]
            found.append(try await onWorker(record) { scan.some(rows, $0, firstRow: record.firstRow) })
        }
        let keys = found.keys
        return try await store.workers.run {
            var order = order
            order.refine(keys)
            return order
        }
    }

    private func width(_ rows: Int) -> Int {
        max(ResultReader.leastWidth, store.sortBytes / max(1, rows))
    }
}
