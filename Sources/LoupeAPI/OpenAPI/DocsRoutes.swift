import CAssets
import HTTPTypes
import LoupeCore

/// `/docs`: the API to read and to try in the browser. Nothing comes from another host, and the page's script is a file
/// of ours, so that the policy allows no script written into a page.
package struct DocsRoutes: Sendable {
    private let page = StaticFile(
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Loupe API</title>
        <link rel="stylesheet" href="/docs/swagger-ui.css">
        </head>
        <body>
        <div id="api"></div>
        <noscript>The same is at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</noscript>
        <script src="/docs/swagger-ui-bundle.js"></script>
        <script src="/docs/start.js"></script>
        </body>
        </html>

        """,
        type: "text/html; charset=utf-8"
    )
    private let start = StaticFile(
        """
        SwaggerUIBundle({
            url: "/api/v1/openapi.json",
            dom_id: "#api",
            deepLinking: true,
            docExpansion: "none",
            persistAuthorization: false,
            syntaxHighlight: { activated: false },
            validatorUrl: null,
        });

        """,
        type: "text/javascript; charset=utf-8"
    )
    private let script = StaticFile(loupe_asset_swagger_script(), type: "text/javascript; charset=utf-8")
    private let style = StaticFile(loupe_asset_swagger_style(), type: "text/css; charset=utf-8")

    package init() {}

    package func add(to docs: Endpoints) {
        add(page, at: "", to: docs)
        add(start, at: "start.js", to: docs)
        add(script, at: "swagger-ui-bundle.js", to: docs)
        add(style, at: "swagger-ui.css", to: docs)
    }

    private func add(_ file: StaticFile, at path: String, to docs: Endpoints) {
        let options = EndpointOptions().with {
            $0.content = .stream([file.type])
            $0.isHidden = true
        }
        docs.get(path, permission: .everyone, summary: "The API's page", options: options) { _ in file.answer }
    }
}
