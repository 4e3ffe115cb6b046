import Foundation
import LoupeCore
import LoupeSecurity
import LoupeTelemetry

extension Configuration {
    /// Reads the configuration: flags, then the environment, then `loupe.yaml` in the data directory, then defaults.
    ///
    /// `flags` has the names of settings (`API_PORT`). Throws `ConfigurationError` with everything that is wrong.
    package static func load(
        role: ServerRole,
        flags: [String: String],
        environment: [String: String],
        readFile: @escaping (String) throws -> String? = Configuration.contents(of:)
    ) throws -> Configuration {
        var sources = [ConfigurationSource(flags: flags), ConfigurationSource(environment: environment)]
        // Where loupe.yaml is cannot stand in loupe.yaml.
        var first = SettingsReader(sources: sources) { try read($0, by: readFile) }
        let directory = first.value(Settings.dataDirectory)
        var fileProblems: [ConfigurationError.Problem] = []
        do {
            if let yaml = try readFile(directory + "/loupe.yaml") {
                let lines = lines(of: yaml)
                fileProblems = misplacedNames(in: lines)
                // A file of comments alone is no mapping for the parser, and says nothing.
                if !lines.isEmpty { sources.append(try ConfigurationSource(yaml: yaml)) }
            }
        } catch {
            fileProblems.append(.init(name: "loupe.yaml", message: "cannot be read as YAML", origin: nil))
        }
        var reader = SettingsReader(sources: sources) { try read($0, by: readFile) }
        let configuration = Configuration(role: role, reading: &reader)
        let problems = fileProblems + reader.problems
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return configuration
    }

    /// A file's text; nil where there is no such file.
    package static func contents(of path: String) throws -> String? {
        // Where the directory is none, opening it says so in its own words.
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    private static func read(_ path: String, by readFile: (String) throws -> String?) throws -> String {
        guard let text = try readFile(path) else { throw CocoaError(.fileReadNoSuchFile) }
        return text
    }

    /// The names of the file's lines, with what stands behind the colon. The form is flat, so a line is a setting.
    private static func lines(of yaml: String) -> [(name: String, value: Substring, isIndented: Bool)] {
        yaml.split(whereSeparator: \.isNewline).compactMap { line in
            guard let match = line.firstMatch(of: /^(\s*)["']?([A-Za-z_][\w.-]*)["']?\s*:(?:\s+(.*))?$/) else {
                return nil
            }
            return (String(match.2), match.3 ?? "", !match.1.isEmpty)
        }
    }

    /// A name that is written wrong, or stands below another, would otherwise be silently without effect.
    private static func misplacedNames(
        in lines: [(name: String, value: Substring, isIndented: Bool)]
    )
        -> [ConfigurationError.Problem]
    {
        let settings = Settings.all.filter { $0.name != Settings.dataDirectory.name }
        let known = Set(settings.flatMap { [$0.name.lowercased(), $0.name.lowercased() + "_file"] })
        return lines.compactMap { line in
            let message: String
            if line.isIndented || !known.contains(line.name) {
                message = "is not a setting of this file"
            } else if line.value.hasPrefix("{") {
                message = "must be a text, a number or a list"
            } else {
                return nil
            }
            return ConfigurationError.Problem(name: line.name, message: message, origin: "loupe.yaml")
        }
    }
}
