import Configuration
import Foundation
import LoupeCore

/// A place where settings stand, under the name that an operator knows it by.
struct ConfigurationSource: Sendable {
    let name: String
    private let provider: any ConfigSnapshot
    private let key: @Sendable (String) -> String

    init(flags: [String: String]) {
        name = "command line"
        let values = flags.map { (AbsoluteConfigKey([$0.key]), ConfigValue(.string($0.value), isSecret: true)) }
        provider = InMemoryProvider(values: Dictionary(uniqueKeysWithValues: values)).snapshot()
        key = { $0 }
    }

    init(environment: [String: String]) {
        name = "environment"
        provider = EnvironmentVariablesProvider(environmentVariables: environment).snapshot()
        // The provider writes keys in upper case.
        key = { $0.lowercased() }
    }

    /// Throws what makes the text unreadable as YAML.
    init(yaml text: String) throws {
        name = "loupe.yaml"
        provider = try YAMLSnapshot(data: Array(text.utf8).span.bytes, providerName: name, parsingOptions: .default)
        key = { $0.lowercased() }
    }

    /// The text of a setting; nil where it is not set, or set to nothing. A YAML sequence is its elements with commas.
    func value(of setting: String) throws(SettingProblem) -> String? {
        let key = AbsoluteConfigKey([key(setting)])
        for type in [ConfigType.string, .stringArray] {
            // A value of the other type is the only thing these providers throw for.
            guard let found = try? provider.value(forKey: key, type: type) else { continue }
            switch found.value?.content {
            case .string(let text)?: return text.isEmpty ? nil : text
            case .stringArray(let list)?: return list.isEmpty ? nil : list.joined(separator: ",")
            case nil: return nil
            default: break
            }
        }
        throw SettingProblem(message: "must be a text, a number or a list")
    }
}
