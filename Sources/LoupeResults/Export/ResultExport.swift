import LoupeCore

/// A whole result as the bytes of a download: pulled piece by piece, so a slow reader slows the reading and no more than
/// a chunk lies in memory. Each chunk is read, decompressed and turned on a worker's thread.
package struct ResultExport: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    let reader: ResultReader
    let transcoder: any RowTranscoder

    package func makeAsyncIterator() -> Iterator {
        Iterator(reader: reader, transcoder: transcoder)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private enum Place {
            case head
            case chunks([ChunkRecord], next: Int)
            case end
        }

        private let reader: ResultReader
        private let transcoder: any RowTranscoder
        private var place = Place.head

        init(reader: ResultReader, transcoder: any RowTranscoder) {
            self.reader = reader
            self.transcoder = transcoder
        }

        /// The next piece; throws where a chunk is damaged or was removed meanwhile.
        package mutating func next() async throws -> [UInt8]? {
            while true {
                let piece: [UInt8]
                switch place {
                case .head:
                    place = .chunks(try await reader.records(of: 0..<reader.rowCount), next: 0)
                    piece = transcoder.head
                case .chunks(let records, let next) where next < records.count:
                    place = .chunks(records, next: next + 1)
                    let transcoder = transcoder
                    piece = try await reader.onWorker(records[next]) { transcoder.rows(of: $0, isFirst: next == 0) }
                case .chunks:
                    place = .end
                    piece = transcoder.tail
                case .end: return nil
                }
                if !piece.isEmpty { return piece }
            }
        }
    }
}

extension ResultReader {
    /// The whole result as a download.
    package func export(_ format: ExportFormat) -> ResultExport {
        ResultExport(reader: self, transcoder: format.transcoder(for: columns))
    }
}
