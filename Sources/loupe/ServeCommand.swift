import ArgumentParser
import LoupeServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Everything in one process: the API, a runner and the scheduler."
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var listen: ListenOptions

    func run() async throws {
        try await reporting {
            try await Launch.run(.serve, flags: store.flags.merging(listen.flags) { _, flag in flag })
        }
    }
}

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "The API alone; any number share a PostgreSQL store."
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var listen: ListenOptions

    func run() async throws {
        try await reporting {
            try await Launch.run(.api, flags: store.flags.merging(listen.flags) { _, flag in flag })
        }
    }
}

struct RunnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner",
        abstract: "Executes runs; any number share a PostgreSQL store."
    )

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await reporting { try await Launch.run(.runner, flags: store.flags) }
    }
}

struct SchedulerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler",
        abstract: "What goes on without a request; one of several leads."
    )

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await reporting { try await Launch.run(.scheduler, flags: store.flags) }
    }
}
