import LoupeCore

/// The known members of a chart's `config`, which docs/charts.md explains. They are checked for what they are, not for
/// what the chart makes of them: a column may come with the query's next change. Others are kept unread.
struct ChartConfig: RequestBody {
    private struct Threshold: RequestBody {
        init(_ fields: Fields) {
            _ = fields.required("value", .number(ChartConfig.numbers))
            _ = fields.required("color", .text(1...64))
        }
    }

    private struct Column: RequestBody {
        init(_ fields: Fields) {
            _ = fields.required("key", .text(1...255))
            _ = fields.optional("label", .text(0...255))
            _ = fields.optional("width", .integer(1...10_000))
            _ = fields.optional("align", .oneOf(ColumnAlignment.self))
            _ = fields.optional("format", .textOrObject)
        }
    }

    private static let numbers = -1e300...1e300

    init(_ fields: Fields) {
        for name in ["label", "x_axis", "series_column", "value_column", "compare_column", "label_column"] {
            _ = fields.optional(name, .text(0...255))
        }
        for name in ["prefix", "suffix"] { _ = fields.optional(name, .text(0...64)) }
        for name in ["stacked", "log", "show_legend", "show_grid", "donut"] { _ = fields.optional(name, .boolean) }
        for name in ["y_min", "y_max"] { _ = fields.optional(name, .number(ChartConfig.numbers)) }
        _ = fields.optional("y_axis", .nameOrNames)
        _ = fields.optional("orientation", .oneOf(ChartOrientation.self))
        _ = fields.optional("sort", .oneOf(ChartSort.self))
        _ = fields.optional("top_n", .integer(1...10_000))
        _ = fields.optional("null_handling", .oneOf(NullHandling.self))
        _ = fields.optional("format", .textOrObject)
        _ = fields.optional("thresholds", .array(.object(Threshold.self), count: 0...100))
        _ = fields.optional("colors", .listOrObject)
        _ = fields.optional("columns", .array(.object(Column.self), count: 0...1000))
    }
}

enum ChartOrientation: String, CaseIterable, Sendable {
    case vertical
    case horizontal
}

/// By what the marks of a chart are ordered.
enum ChartSort: String, CaseIterable, Sendable {
    case none
    case labelAscending = "label_asc"
    case labelDescending = "label_desc"
    case valueAscending = "value_asc"
    case valueDescending = "value_desc"
}

/// What a line does where there is no value.
enum NullHandling: String, CaseIterable, Sendable {
    case gap
    case zero
    case connect
}

enum ColumnAlignment: String, CaseIterable, Sendable {
    case left
    case center
    case right
}

extension FieldRule where Value == JSONValue {
    /// A chart's whole `config`: kept as it is given, after a look at its known members.
    static var chartConfig: FieldRule {
        let kept = FieldRule.json(objectUpTo: Visualization.maximumConfigBytes)
        return FieldRule(kept.schema, placeholder: [:]) { json, path, problems in
            guard let config = kept.read(json, path, problems), case .object(let members) = config else { return nil }
            _ = ChartConfig(Fields(members, prefix: "\(path).", problems: problems))
            return config
        }
    }

    fileprivate static var textOrObject: FieldRule {
        shape("must be a string or an object") { json in
            switch json {
            case .string, .object: true
            default: false
            }
        }
    }

    fileprivate static var listOrObject: FieldRule {
        shape("must be a list or an object") { json in
            switch json {
            case .array, .object: true
            default: false
            }
        }
    }

    /// A column's name, or a list of them.
    fileprivate static var nameOrNames: FieldRule {
        shape("must be a string or a list of strings") { json in
            switch json {
            case .string: true
            case .array(let names): names.allSatisfy { if case .string = $0 { true } else { false } }
            default: false
            }
        }
    }

    private static func shape(_ message: String, _ fits: @escaping @Sendable (JSONValue) -> Bool) -> FieldRule {
        FieldRule(.json(maximumBytes: Visualization.maximumConfigBytes), placeholder: .null) { json, path, problems in
            guard fits(json) else {
                problems.add(.form, path, message)
                return nil
            }
            return json
        }
    }
}
