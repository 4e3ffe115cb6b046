import LoupeCore

/// Turns chunks of rows into a download's bytes. Stateless but for where in the file a chunk stands, so that a chunk
/// can be turned on any thread.
protocol RowTranscoder: Sendable {
    /// What comes before the first row.
    var head: [UInt8] { get }
    /// What comes after the last row.
    var tail: [UInt8] { get }

    /// A chunk's rows.
    func rows(of chunk: DecodedChunk, isFirst: Bool) -> [UInt8]
}

extension ExportFormat {
    func transcoder(for columns: [ResultColumn]) -> any RowTranscoder {
        switch self {
        case .json: JSONTranscoder()
        case .csv(let spreadsheet): CSVTranscoder(columns: columns, isForSpreadsheet: spreadsheet)
        case .ndjson: NDJSONTranscoder(columns: columns)
        }
    }
}
