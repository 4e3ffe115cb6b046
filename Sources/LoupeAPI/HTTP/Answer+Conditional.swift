import HTTPTypes
import HummingbirdCore
import LoupeCore

extension Answer {
    /// `304` without a body where the client has this very state already.
    func conditional(on request: Request) -> Answer {
        guard let entityTag, request.method == .get || request.method == .head, status == nil || status == .ok,
            let known = request.headers.first(.ifNoneMatch), EntityTag.matches(known, entityTag)
        else { return self }
        var unchanged = self
        unchanged.status = .notModified
        unchanged.payload = .none
        return unchanged
    }
}
