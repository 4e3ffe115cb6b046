import HummingbirdCore
import Logging

extension AccessLog {
    /// The stream as a body that says when it is done. A stream that breaks leaves its transfer unfinished, which is
    /// how the client learns of it: the status is long sent.
    func body(of stream: Answer.Stream, id: String, done: @escaping @Sendable () -> Void) -> ResponseBody {
        ResponseBody(contentLength: stream.length) { writer in
            do {
                try await stream.write(&writer)
                try await writer.finish(nil)
            } catch {
                logger.log(
                    level: stream.isOpenEnded ? .debug : .warning,
                    "answer broke off",
                    metadata: ["request.id": "\(id)", "error.cause": "\(String(describing: error))"]
                )
                done()
                throw error
            }
            done()
        }
    }
}
