import LoupeCore
import LoupeSecurity

/// What makes two runs the same work: who asks is no part of it.
enum Fingerprint {
    static func of(_ run: Run, _ bound: [BoundParameter]) -> [UInt8] {
        let limits = run.limits
        let parts: JSONValue = [
            .string(run.organizationID.description),
            .string(run.datasourceID.description),
            .number(String(run.datasourceRevision)),
            .string(run.sql),
            .array(bound.sorted { $0.name < $1.name }.map(\.json)),
            .string(run.timeZone),
            .number(String(limits.timeoutSeconds)),
            .number(String(limits.maxRows)),
            .number(String(limits.maxBytes)),
        ]
        return Digest.sha256(Array(parts.canonicalText.utf8))
    }
}
