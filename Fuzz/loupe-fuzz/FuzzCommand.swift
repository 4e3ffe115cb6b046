import ArgumentParser
import LoupeFuzz

/// `loupe-fuzz --target guard --seconds 20 --seed 1`
@main
struct FuzzCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loupe-fuzz",
        abstract: "Gives Loupe's parsers made-up input and checks what must hold."
    )

    @Option(help: "One target; all in turn without it.")
    var target: String?

    @Option(help: "How long each target runs; 0 tries one input.")
    var seconds = 20

    @Option(help: "Where the inputs begin; made up without it, and printed.")
    var seed: UInt64?

    func run() async throws {
        let targets = FuzzTarget.all().filter { target == nil || $0.name == target }
        guard !targets.isEmpty else {
            let names = FuzzTarget.all().map(\.name).joined(separator: ", ")
            throw ValidationError("There is no such target: the targets are \(names)")
        }
        let seed = seed ?? UInt64.random(in: 0..<1 << 48)
        for target in targets {
            do {
                let count = try await target.run(for: .seconds(seconds), seed: seed)
                print("\(target.name): \(count) inputs from seed \(seed), nothing found")
            } catch let failure as FuzzFailure {
                print(failure)
                throw ExitCode.failure
            }
        }
    }
}
