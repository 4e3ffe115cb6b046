import LoupeCore

/// A whole result as the bytes of a download: pulled piece by piece, so a slow reader slows the reading and no more than
/// a few chunks lie in memory. Each is read, decompressed and turned on a worker's thread.
package struct ResultExport: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    let reader: ResultReader
    let transcoder: any RowTranscoder
    let selection: RowSelection

    package func makeAsyncIterator() -> Iterator {
        Iterator(reader: reader, transcoder: transcoder, selection: selection)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private enum Place {
            case head
            case chunks(ArraySlice<ChunkRecord>)
            case rows(ArraySlice<UInt32>)
            case end
        }

        private let reader: ResultReader
        private let transcoder: any RowTranscoder
        private let selection: RowSelection
        private var place = Place.head
        private var isFirst = true
        /// The next piece where it can be made while the one before is sent.
        private var ahead: StartedWork<[UInt8]>?

        init(reader: ResultReader, transcoder: any RowTranscoder, selection: RowSelection) {
            self.reader = reader
            self.transcoder = transcoder
            self.selection = selection
        }

        /// The next piece; throws where a chunk is damaged or was removed meanwhile.
        package mutating func next() async throws -> [UInt8]? {
            while true {
                guard let piece = try await advance() else { return nil }
                if !piece.isEmpty { return piece }
            }
        }

        private mutating func advance() async throws -> [UInt8]? {
            switch place {
            case .head:
                place =
                    selection.isEverything
                    ? .chunks(try await reader.records(of: 0..<reader.rowCount)[...])
                    : .rows(try await reader.order(selection)[...])
                return transcoder.head
            case .chunks(let records):
                guard let record = records.first else { return finish() }
                place = .chunks(records.dropFirst())
                let next = records.dropFirst().first
                return try await turn(record, next: next?.isOutside == true ? next : nil)
            case .rows(let rows):
                guard !rows.isEmpty else { return finish() }
                let count = reader.rowsInPiece
                place = .rows(rows.dropFirst(count))
                return try await turn(rows.prefix(count))
            case .end: return nil
            }
        }

        private mutating func finish() -> [UInt8] {
            place = .end
            return transcoder.tail
        }

        private mutating func turn(_ record: ChunkRecord, next: ChunkRecord?) async throws -> [UInt8] {
            let (transcoder, isFirst) = (transcoder, isFirst)
            self.isFirst = false
            let ready = ahead
            ahead = next.map { record in
                reader.startOutside(record) { transcoder.rows(of: $0, isFirst: false) }
            }
            if let ready { return try await ready.value }
            return try await reader.onWorker(record) { transcoder.rows(of: $0, isFirst: isFirst) }
        }

        private mutating func turn(_ rows: ArraySlice<UInt32>) async throws -> [UInt8] {
            let (transcoder, isFirst) = (transcoder, isFirst)
            self.isFirst = false
            let chunk = try await reader.rows(rows)
            return try await reader.store.workers.run { transcoder.rows(of: chunk, isFirst: isFirst) }
        }
    }
}

extension ResultReader {
    /// The whole result as a download.
    package func export(_ format: ExportFormat) -> ResultExport {
        ResultExport(reader: self, transcoder: format.transcoder(for: columns), selection: RowSelection())
    }

    /// The rows that a selection leaves, in its order. Throws `validationFailed` for a column that the result does not
    /// have; reading begins with the first piece.
    package func export(_ format: ExportFormat, selection: RowSelection) throws -> ResultExport {
        try check(selection)
        return ResultExport(reader: self, transcoder: format.transcoder(for: columns), selection: selection)
    }

    /// Sorted rows are scattered over all chunks: taken 8 MiB at a time, each chunk is read a few times, not once a row.
    fileprivate var rowsInPiece: Int {
        max(1, (8 << 20) / max(1, byteCount / max(1, rowCount)))
    }
}
