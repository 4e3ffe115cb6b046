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
                fileProblems = unknownNames(in: yaml)
                // A file of comments alone is no mapping for the parser, and says nothing.
                if !topLevelNames(in: yaml).isEmpty { sources.append(try ConfigurationSource(yaml: yaml)) }
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
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
            return nil
        }
    }

    private static func read(_ path: String, by readFile: (String) throws -> String?) throws -> String {
        guard let text = try readFile(path) else { throw CocoaError(.fileReadNoSuchFile) }
        return text
    }

    private static func topLevelNames(in yaml: String) -> [String] {
        yaml.split(whereSeparator: \.isNewline).compactMap { line in
            line.firstMatch(of: /^["']?([A-Za-z_][\w.-]*)["']?\s*:(\s|$)/).map { String($0.1) }
        }
    }

    /// A name that is written wrong would otherwise be silently without effect.
    private static func unknownNames(in yaml: String) -> [ConfigurationError.Problem] {
        let settings = Settings.all.filter { $0.name != Settings.dataDirectory.name }
        let known = Set(settings.flatMap { [$0.name.lowercased(), $0.name.lowercased() + "_file"] })
        return topLevelNames(in: yaml).filter { !known.contains($0) }.map { name in
            ConfigurationError.Problem(name: name, message: "is not a setting of this file", origin: "loupe.yaml")
        }
    }
}
