import LoupeCore
import Synchronization

/// `/api/v1/openapi.json`
package struct OpenAPIRoutes: Sendable {
    /// The document, which can only be written once its own route is declared too.
    private final class Written: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    let version: String

    package init(version: String) {
        self.version = version
    }

    /// To be called last: the document tells of every route that was declared before, and of itself.
    package func add(to api: Endpoints) {
        let document = Written()
        api.get(
            "openapi.json",
            permission: .everyone,
            summary: "This document",
            options: EndpointOptions().with { $0.content = .json { .json(maximumBytes: 16 << 20) } }
        ) { _ in Answer(.json(document.bytes.withLock { $0 })) }
        document.bytes.withLock { $0 = Array(OpenAPIDocument(api, version: version).json.canonicalText.utf8) }
    }
}
