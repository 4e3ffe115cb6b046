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

    private func page(of order: [UInt32], offset: Int, limit: Int) async throws -> ResultPage {
        let start = min(max(0, offset), order.count)
        let wanted = order[start..<min(order.count, start + max(0, min(limit, order.count)))]
        let rows = try await self.rows(wanted)
        var json: [UInt8] = [UInt8(ascii: "[")]
        rows.append(0..<rows.rowCount, to: &json)
        json.append(UInt8(ascii: "]"))
        return ResultPage(rows: json, rowCount: wanted.count, matchCount: order.count)
    }

    /// Rows by their numbers and in their order, each chunk read once however they are scattered.
    func rows(_ wanted: ArraySlice<UInt32>) async throws -> DecodedChunk {
        let wanted = Array(wanted)
        guard let first = wanted.min(), let last = wanted.max() else { return DecodedChunk([]) }
        let byRow = wanted.indices.sorted { wanted[$0] < wanted[$1] }
        var found: [UInt8] = []
        var ranges = [Range<Int>](repeating: 0..<0, count: wanted.count)
        var next = 0
        for record in try await records(of: Int(first)..<Int(last) + 1) {
            guard next < byRow.count, record.rows.contains(Int(wanted[byRow[next]])) else { continue }
            let chunk = try await chunk(record)
            while next < byRow.count, record.rows.contains(Int(wanted[byRow[next]])) {
                let row = Int(wanted[byRow[next]]) - record.firstRow
                let start = found.count
                found.append(contentsOf: chunk.lines[chunk.bytes(of: row..<row + 1)])
                ranges[byRow[next]] = start..<found.count
                next += 1
            }
        }
        var lines: [UInt8] = []
        lines.reserveCapacity(found.count)
        for range in ranges { lines.append(contentsOf: found[range]) }
        return DecodedChunk(lines)
    }
}
