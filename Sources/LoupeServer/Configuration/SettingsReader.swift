import Foundation

/// Reads settings from the sources in order and collects every problem instead of stopping at the first.
struct SettingsReader {
    /// The first that has a value wins.
    let sources: [ConfigurationSource]
    /// Reads the file that a `_FILE` setting names.
    let readFile: (String) throws -> String
    private(set) var problems: [ConfigurationError.Problem] = []
    private(set) var effective: [EffectiveSetting] = []

    init(sources: [ConfigurationSource], readFile: @escaping (String) throws -> String) {
        self.sources = sources
        self.readFile = readFile
    }

    /// The value set, or the setting's own default; also the default, and a problem, where the value is not valid.
    mutating func value<Value>(_ setting: Setting<Value>) -> Value {
        if let value = optional(setting) { return value }
        guard let standard = setting.standard, let value = try? setting.parse(standard) else {
            preconditionFailure("\(setting.name) has no valid default, which a test of all settings would show")
        }
        return value
    }

    /// The value set; nil where there is none, or, with a problem, none that is valid.
    mutating func optional<Value>(_ setting: Setting<Value>) -> Value? {
        guard let (text, origin) = text(of: setting) else {
            effective.append(EffectiveSetting(name: setting.name, value: setting.standard, origin: "default"))
            return nil
        }
        effective.append(EffectiveSetting(name: setting.name, value: setting.exposure.mask(text), origin: origin))
        do {
            return try setting.parse(text)
        } catch {
            report(setting.name, error.message, origin: origin)
            return nil
        }
    }

    /// Says what a default is that depends on other settings.
    mutating func settle<Value>(_ setting: Setting<Value>, on value: String) {
        guard let index = effective.firstIndex(where: { $0.name == setting.name && $0.origin == "default" }) else {
            return
        }
        effective[index] = EffectiveSetting(name: setting.name, value: setting.exposure.mask(value), origin: "default")
    }

    mutating func report(_ name: String, _ message: String, origin: String? = nil) {
        problems.append(ConfigurationError.Problem(name: name, message: message, origin: origin))
    }

    /// Whether somebody set it, validly or not.
    func isSet<Value>(_ setting: Setting<Value>) -> Bool {
        effective.contains { $0.name == setting.name && $0.origin != "default" }
    }

    private mutating func text<Value>(of setting: Setting<Value>) -> (text: String, origin: String)? {
        for source in sources {
            do {
                let direct = try source.value(of: setting.name)
                let file = try setting.exposure.allowsFile ? source.value(of: setting.name + "_FILE") : nil
                switch (direct, file) {
                case (let text?, nil): return (text, source.name)
                case (nil, let path?): return contents(of: path, for: setting.name, source).map { ($0, source.name) }
                case (.some, .some):
                    report(setting.name, "is set both by itself and by \(setting.name)_FILE", origin: source.name)
                    return nil
                case (nil, nil): continue
                }
            } catch {
                report(setting.name, error.message, origin: source.name)
                return nil
            }
        }
        return nil
    }

    private mutating func contents(of path: String, for name: String, _ source: ConfigurationSource) -> String? {
        do {
            let text = try readFile(path).trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty { return text }
            report(name + "_FILE", "names an empty file", origin: source.name)
        } catch {
            report(name + "_FILE", "names a file that cannot be read", origin: source.name)
        }
        return nil
    }
}

extension SettingExposure {
    fileprivate var allowsFile: Bool {
        if case .plain = self { false } else { true }
    }
}
