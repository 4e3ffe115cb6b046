/// Rows as they are stored, joined into one array.
struct JSONTranscoder: RowTranscoder {
    let head: [UInt8] = [UInt8(ascii: "[")]
    let tail: [UInt8] = [UInt8(ascii: "]")]

    func rows(of chunk: DecodedChunk, isFirst: Bool) -> [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity(chunk.lines.count + 1)
        if !isFirst { json.append(UInt8(ascii: ",")) }
        chunk.append(0..<chunk.rowCount, to: &json)
        return json
    }
}
