/// docs/configuration.md, written from the declarations of the settings.
package enum ConfigurationDocument {
    package static var markdown: String {
        let sections = Settings.sections.map { section in
            "## \(section.title)\n\n| name | default | values | |\n| --- | --- | --- | --- |\n"
                + section.settings.map(row).joined(separator: "\n")
        }
        return preamble + "\n\n" + sections.joined(separator: "\n\n") + "\n"
    }

    private static func row(_ setting: any AnySetting) -> String {
        let standard = setting.standardNote ?? setting.standard.map { "`\($0)`" } ?? "–"
        let file = if case .plain = setting.exposure { "" } else { " (`_FILE`)" }
        return "| `\(setting.name)`\(file) | \(standard) | \(setting.form) | \(setting.about) |"
    }

    private static let preamble = """
        # Configuration

        Written from the declarations in `Sources/LoupeServer/Configuration`; a test compares.

        Every setting is read once at start: from the command line where it has a flag, then from the environment, then from
        `loupe.yaml` in the data directory (the same names in lower case: `api_port: 8080`), else its default holds. A setting
        that is empty counts as not set. Lists are apart by commas, in `loupe.yaml` also as a YAML list.

        Everything that is wrong is named at once, and the process exits 78. A setting marked `_FILE` can be given as a
        file that holds it: `LOUPE_SECRET_KEY_FILE=/run/secrets/loupe`.
        """
}
