import ArgumentParser
import LoupeServer

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes an organization's queries, charts, dashboards, schedules and canvases as files.",
        discussion: "A YAML file an object, a query's SQL beside it. Datasources are named; no secret is written."
    )

    @Argument(help: "A directory that is missing, empty, or holds an earlier export.")
    var directory: String

    @Option(help: "The organization's name, where there are several.")
    var org: String?

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await reporting {
            let command = ArchiveCommand(try Launch.installation(store.flags), directory: directory)
            print("exported \(try await command.export(organizationNamed: org)) objects to \(directory)")
        }
    }
}

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Reads an export's files into an organization: makes what is new, changes what differs.",
        discussion:
            "Nothing is deleted, and nothing is done where anything is wrong. Datasources of the names used must be there."
    )

    @Argument(help: "The directory of an export.")
    var directory: String

    @Option(help: "The organization's name, where there are several.")
    var org: String?

    @Flag(help: "Prints what would change, and changes nothing.")
    var dryRun = false

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await reporting {
            let command = ArchiveCommand(try Launch.installation(store.flags), directory: directory)
            let lines = try await command.importing(organizationNamed: org, onlyPlan: dryRun)
            for line in lines { print(line) }
        }
    }
}
