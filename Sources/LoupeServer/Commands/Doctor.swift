import Foundation
import LoupeCore
import LoupeNet
import LoupeSecurity
import LoupeStore

/// `loupe doctor`: looks at everything an installation needs and says in plain words what is wrong.
package struct Doctor: Sendable {
    /// One thing looked at.
    package struct Finding: Sendable {
        package let name: String
        package let isWell: Bool
        package let message: String
    }

    private let installation: Installation

    package init(_ installation: Installation) {
        self.installation = installation
    }

    package func examine() async -> [Finding] {
        [
            await store(), await schema(), await key(), results(), sample(), await server(),
        ]
    }

    private func store() async -> Finding {
        do {
            _ = try await installation.database.read { try $0.count("SELECT 1") }
            return Finding(name: "store", isWell: true, message: "\(installation.database.dialect.rawValue) answers")
        } catch {
            return Finding(name: "store", isWell: false, message: reason(error))
        }
    }

    private func schema() async -> Finding {
        do {
            let status = try await Migrator(installation.store.database, now: installation.surroundings.now).status()
            let pending = status.pending.count
            return Finding(
                name: "schema",
                isWell: pending == 0,
                message: pending == 0 ? "is this version's" : "\(pending) migrations are pending: run loupe migrate up"
            )
        } catch {
            return Finding(name: "schema", isWell: false, message: reason(error))
        }
    }

    private func key() async -> Finding {
        do {
            let sealer = Sealer(installation.keys.derived(for: .sealing))
            try await Keys.check(sealer, with: installation.database, now: installation.surroundings.now())
            return Finding(name: "key", isWell: true, message: "opens what the store holds sealed")
        } catch {
            return Finding(name: "key", isWell: false, message: reason(error))
        }
    }

    private func results() -> Finding {
        guard case .directory(let path) = installation.configuration.results.location else {
            return Finding(name: "results", isWell: true, message: "lie in the store")
        }
        let isWritable = FileManager.default.isWritableFile(atPath: path)
        return Finding(
            name: "results",
            isWell: isWritable,
            message: isWritable ? "\(path) is writable" : "\(path) is not writable"
        )
    }

    private func sample() -> Finding {
        let path = installation.configuration.sampleFile
        let isThere = FileManager.default.isReadableFile(atPath: path)
        // Loupe works without it.
        return Finding(
            name: "sample",
            isWell: true,
            message: isThere ? "\(path) is there" : "not made (scripts/sample-data makes it)"
        )
    }

    private func server() async -> Finding {
        let http = installation.configuration.http
        let address = http.publicURL?.text ?? "http://\(http.host):\(http.port)"
        do {
            let status = try await HTTPProbe().get("\(address)/api/v1/health").status
            return Finding(
                name: "server",
                isWell: status == 200,
                message: status == 200 ? "\(address) is well" : "\(address) answers \(status)"
            )
        } catch {
            return Finding(name: "server", isWell: false, message: "\(address) does not answer")
        }
    }

    private func reason(_ error: any Error) -> String {
        switch error {
        case let error as LoupeError: error.message
        case let error as ExitError: error.message
        case let error as MigrationError: "\(error)"
        default: "failed"
        }
    }
}
