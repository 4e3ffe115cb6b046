import ArgumentParser
import LoupeServer

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Attaches the sample data \"New York flights\" to an organization."
    )

    @Option(help: "The organization's name.")
    var org: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await reporting {
            let id = try await Demo(Launch.installation(store.flags)).attach(toOrganizationNamed: org)
            print("attached as datasource \(id)")
        }
    }
}

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies a SQLite store, its results and its key while the server goes on."
    )

    @Argument(help: "The directory to make and fill.")
    var directory: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await reporting {
            let written = try await Backup(Launch.installation(store.flags)).write(to: directory)
            print("backed up to \(directory): \(written.joined(separator: ", "))")
        }
    }
}

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at everything an installation needs and says what is wrong."
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var listen: ListenOptions

    func run() async throws {
        try await reporting {
            let flags = store.flags.merging(listen.flags) { _, flag in flag }
            let findings = await Doctor(try Launch.installation(flags)).examine()
            for finding in findings { print("\(finding.isWell ? "ok  " : "FAIL") \(finding.name): \(finding.message)") }
            if findings.contains(where: { !$0.isWell }) {
                throw ExitError(.unavailable, "something is wrong")
            }
        }
    }
}

struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Accounts without the web.",
        subcommands: [CreateUser.self, ResetPassword.self, Unlock.self]
    )

    struct ResetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-password",
            abstract: "Sets a new password, read from standard input, one line, and ends every session of the account."
        )

        @Option var email: String
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await reporting {
                guard let password = readLine(strippingNewline: true) else {
                    throw ExitError(.dataError, "the password is missing on standard input")
                }
                let address = try await AccountMaker(Launch.installation(store.flags))
                    .resetPassword(of: email, to: password)
                print("set a new password of \(address)")
            }
        }
    }

    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock",
            abstract: "Forgets an account's wrong passwords, so that it need not wait to sign in."
        )

        @Option var email: String
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await reporting {
                let address = try await AccountMaker(Launch.installation(store.flags)).unlock(email)
                print("unlocked \(address)")
            }
        }
    }

    struct CreateUser: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create-user",
            abstract: "Makes an account. Its password is read from standard input, one line."
        )

        @Option var email: String
        @Option var name: String
        @Option(help: "admin, editor or viewer.")
        var role = "admin"
        @Option(help: "The organization's name; it is founded where there is none yet.")
        var org: String

        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await reporting {
                guard let password = readLine(strippingNewline: true) else {
                    throw ExitError(.dataError, "the password is missing on standard input")
                }
                let account = try AccountMaker.Wanted(
                    email: email,
                    name: name,
                    roleName: role,
                    organization: org,
                    password: password
                )
                print("made \(try await AccountMaker(Launch.installation(store.flags)).create(account))")
            }
        }
    }
}

struct OpenAPICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Prints the OpenAPI 3.1 document of the API."
    )

    func run() async throws {
        try await reporting { print(try await APIDocument.text()) }
    }
}
