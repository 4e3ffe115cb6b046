import ArgumentParser
import LoupeServer

@main
struct Loupe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loupe",
        abstract: "Connect a database, write SQL, chart it, put it on dashboards.",
        version: "loupe \(LoupeVersion.current)",
        subcommands: [
            ServeCommand.self, APICommand.self, RunnerCommand.self, SchedulerCommand.self, MigrateCommand.self,
            DemoCommand.self, BackupCommand.self, DoctorCommand.self, AdminCommand.self, OpenAPICommand.self,
            ExportCommand.self, ImportCommand.self,
        ]
    )
}
