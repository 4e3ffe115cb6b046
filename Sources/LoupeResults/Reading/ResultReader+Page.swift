import LoupeCore

extension ResultReader {
    /// Rows from `offset`, at most `limit`; none past the end. Throws `validationFailed` for a column that the result
    /// does not have, `gone` and `unavailable` as `ResultStore.find`, and an error where a chunk is damaged.
    ///
    /// A page of rows as they came is cut from one or two chunks without parsing; a selection reads the whole result
    /// once and is kept for the pages after.
    package func page(
        offset: Int,
        limit: Int,
        selection: RowSelection = RowSelection()
    ) async throws -> ResultPage {
        guard selection.isEverything else {
            return try await page(of: order(selection), offset: offset, limit: limit)
        }
        let start = min(max(0, offset), rowCount)
        let rows = start..<min(rowCount, start + max(0, min(limit, rowCount)))
        var json: [UInt8] = [UInt8(ascii: "[")]
        for record in try await records(of: rows) {
            let chunk = try await chunk(record)
            let part = rows.clamped(to: record.rows)
            if part.lowerBound > rows.lowerBound { json.append(UInt8(ascii: ",")) }
            chunk.append(part.lowerBound - record.firstRow..<part.upperBound - record.firstRow, to: &json)
        }
        json.append(UInt8(ascii: "]"))
        return ResultPage(rows: json, rowCount: rows.count, matchCount: rowCount)
    }

    /// Rows by their numbers, each chunk read once however they are scattered.
    private func page(of order: [UInt32], offset: Int, limit: Int) async throws -> ResultPage {
        let start = min(max(0, offset), order.count)
        let wanted = order[start..<min(order.count, start + max(0, min(limit, order.count)))]
        var found: [UInt32: [UInt8]] = [:]
        if let first = wanted.min(), let last = wanted.max() {
            let sorted = wanted.sorted()
            var next = 0
            for record in try await records(of: Int(first)..<Int(last) + 1) {
                let from = next
                while next < sorted.count, record.rows.contains(Int(sorted[next])) { next += 1 }
                guard next > from else { continue }
                let chunk = try await chunk(record)
                for row in sorted[from..<next] {
                    found[row] = Array(chunk.lines[chunk.row(Int(row) - record.firstRow)])
                }
            }
        }
        var json: [UInt8] = [UInt8(ascii: "[")]
        for (index, row) in wanted.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.append(contentsOf: found[row] ?? [])
        }
        json.append(UInt8(ascii: "]"))
        return ResultPage(rows: json, rowCount: wanted.count, matchCount: order.count)
    }
}
