/// Why Redis could not answer, in words that are safe to log: neither an address nor a password nor a command.
package enum RedisFailure: Error, Hashable, CustomStringConvertible {
    case notConnected(reason: String)
    /// It broke off, or did not answer in time.
    case noAnswer
    /// The first word of its error reply, such as `WRONGPASS`. The rest may repeat what was sent.
    case refused(code: String)
    case unexpectedReply

    package var description: String {
        switch self {
        case .notConnected(let reason): "cannot connect: \(reason)"
        case .noAnswer: "no answer in time"
        case .refused(let code): "refused: \(code)"
        case .unexpectedReply: "an answer of another form than expected"
        }
    }
}
