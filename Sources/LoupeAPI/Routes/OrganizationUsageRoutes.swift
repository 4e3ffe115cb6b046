package import LoupeCore
package import LoupeServices
import LoupeStore

/// `/api/v1/organizations/usage`
package struct OrganizationUsageRoutes: Sendable {
    let usage: OrganizationUsageService

    package init(usage: OrganizationUsageService) {
        self.usage = usage
    }

    package func add(to api: Endpoints) {
        api.get("usage", permission: .admin, summary: "What the organization uses, and what it may", handler: show)
    }

    func show(_ request: AuthorizedRequest) async throws -> OrganizationUsageBody {
        OrganizationUsageBody(report: try await usage.report(for: request.caller))
    }
}

package struct OrganizationUsageBody: JSONEncodableBody {
    let report: OrganizationUsageService.Report

    package static let schema = Schema.object(
        "OrganizationUsage",
        [
            .field("users", .count),
            .field("queries", .count),
            .field("runs_today", .count),
            .field("result_bytes", .count),
            .field(
                "limits",
                .object(
                    "UsageLimits",
                    [
                        .field("max_concurrent_runs", .integer(1...1000)),
                        .field("run_retention_days", .integer(1...3650)),
                        .field("result_retention_days", .integer(1...3650)),
                        .field("result_max_bytes", .count),
                    ]
                )
            ),
        ]
    )

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("users", report.usage.users)
            json.field("queries", report.usage.queries)
            json.field("runs_today", report.usage.runsToday)
            json.field("result_bytes", report.usage.resultBytes)
            json.key("limits")
            json.object { json in
                json.field("max_concurrent_runs", report.settings.maxConcurrentRuns)
                json.field("run_retention_days", report.settings.runRetentionDays)
                json.field("result_retention_days", report.settings.resultRetentionDays)
                json.field("result_max_bytes", report.resultMaximum)
            }
        }
    }
}
