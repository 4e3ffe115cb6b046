extension TreeJudge {
    /// Nobody reads more, and each costs a walk over the text.
    private static let maximumProblems = 100

    /// Keeps a finding as a problem at its place in the person's text.
    mutating func add(_ finding: Finding, from location: Int) {
        guard problems.count < TreeJudge.maximumProblems else { return }
        let offset = place(of: finding.target, from: location)
        let source = sql.sourceByte(ofByte: offset)
        problems.append((offset, SQLProblem(finding.code, finding.message, at: sql.source.position(ofByte: source))))
    }

    private func place(of target: Finding.Target, from location: Int) -> Int {
        let first = tokens.firstIndex { $0.range.upperBound > location } ?? tokens.endIndex
        let following = tokens[first...].lazy.filter(\.isSignificant)
        let fallback = following.first?.range.lowerBound ?? location
        switch target {
        case .here: return fallback
        case .word(let word): return following.first { names($0, word) }?.range.lowerBound ?? fallback
        case .lock:
            let strengths: Set = ["update", "share", "no", "key"]
            let lock = zip(following, following.dropFirst()).first { word, next in
                names(word, "for") && strengths.contains(text(of: next).lowercased())
            }
            return lock?.0.range.lowerBound ?? fallback
        }
    }

    private func names(_ token: SQLToken, _ word: String) -> Bool {
        switch token.kind {
        case .word: text(of: token).lowercased() == word
        case .quotedIdentifier: text(of: token) == "\"\(word)\""
        default: false
        }
    }

    func text(of token: SQLToken) -> String {
        String(decoding: sql.text.utf8.dropFirst(token.range.lowerBound).prefix(token.range.count), as: UTF8.self)
    }
}
