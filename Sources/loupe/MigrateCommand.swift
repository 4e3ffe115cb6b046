import ArgumentParser
import LoupeServer

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the store's schema forward or back.",
        subcommands: [Up.self, Down.self, Status.self]
    )

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Applies what is pending.")

        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await reporting { printLines(try await Schema(Launch.installation(store.flags)).up()) }
        }
    }

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes back, newest first, what is applied beyond a migration. What it held is lost."
        )

        @Option(help: "The last migration to keep; 0 for none.")
        var to: Int

        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await reporting { printLines(try await Schema(Launch.installation(store.flags)).down(to: to)) }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists migrations, applied and pending.")

        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await reporting { printLines(try await Schema(Launch.installation(store.flags)).status()) }
        }
    }
}

private func printLines(_ lines: [String]) {
    for line in lines { print(line) }
    if lines.isEmpty { print("nothing to do") }
}
