/// One thing that an operator can set, declared once: reading, validation and docs/configuration.md come from it.
struct Setting<Value: Sendable>: Sendable {
    /// As an environment variable; loupe.yaml has the same name in lower case.
    let name: String
    /// What holds when nobody sets it, in the form an operator would write; nil where absence is a value of its own or
    /// the default depends on other settings.
    let standard: String?
    /// The default in words, where `standard` does not say it.
    let standardNote: String?
    /// Which values there are.
    let form: String
    /// What it is for.
    let about: String
    let exposure: SettingExposure
    /// Reads a value; throws what is wrong with it, in words that do not repeat it.
    let parse: @Sendable (String) throws(SettingProblem) -> Value

    init(
        _ name: String,
        default standard: String? = nil,
        note: String? = nil,
        _ parser: SettingParser<Value>,
        exposure: SettingExposure = .plain,
        _ about: String
    ) {
        self.name = name
        self.standard = standard
        self.standardNote = note
        self.form = parser.form
        self.about = about
        self.exposure = exposure
        self.parse = parser.parse
    }
}

/// A setting whatever its type.
protocol AnySetting: Sendable {
    var name: String { get }
    var standard: String? { get }
    var standardNote: String? { get }
    var form: String { get }
    var about: String { get }
    var exposure: SettingExposure { get }
    /// Whether the setting's own default reads as a value of it.
    var isStandardValid: Bool { get }
}

extension Setting: AnySetting {
    var isStandardValid: Bool {
        guard let standard else { return true }
        // The problem itself is of no use here: a default of ours is either right or not.
        return (try? parse(standard)) != nil
    }
}

/// How much of a value may be shown. What is not plain can also be given as a file, by the name with `_FILE`.
enum SettingExposure: Sendable {
    case plain
    /// A URL that is shown without its password.
    case urlWithPassword
    case secret

    func mask(_ text: String) -> String {
        switch self {
        case .plain: text
        case .urlWithPassword: URLMask.withoutPassword(text)
        case .secret: "•••"
        }
    }
}

/// What is wrong with one value.
struct SettingProblem: Error {
    let message: String
}
