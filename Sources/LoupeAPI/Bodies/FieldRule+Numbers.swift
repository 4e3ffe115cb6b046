import LoupeCore

extension FieldRule where Value == Int {
    /// A whole number, however written (`3`, `3.0`, `3e0`), within a range.
    package static func integer(_ range: ClosedRange<Int>) -> FieldRule {
        FieldRule(.integer(range), placeholder: range.lowerBound) { json, path, problems in
            guard case .number(let text) = json else {
                problems.add(.form, path, "must be a number")
                return nil
            }
            guard let number = Int(text) ?? whole(text) else {
                problems.add(.rule, path, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
                return nil
            }
            guard range.contains(number) else {
                problems.add(.rule, path, "must be from \(range.lowerBound) to \(range.upperBound)")
                return nil
            }
            return number
        }
    }

    private static func whole(_ text: String) -> Int? {
        Double(text).flatMap { Int(exactly: $0) }
    }
}

extension FieldRule where Value == Double {
    /// A finite number within a range.
    package static func number(_ range: ClosedRange<Double>) -> FieldRule {
        FieldRule(.number(range), placeholder: range.lowerBound) { json, path, problems in
            guard case .number(let text) = json else {
                problems.add(.form, path, "must be a number")
                return nil
            }
            guard let number = Double(text), number.isFinite, range.contains(number) else {
                problems.add(.rule, path, "must be from \(range.lowerBound) to \(range.upperBound)")
                return nil
            }
            return number
        }
    }
}

extension FieldRule where Value == Bool {
    package static var boolean: FieldRule {
        FieldRule(.boolean, placeholder: false) { json, path, problems in
            guard case .boolean(let flag) = json else {
                problems.add(.form, path, "must be true or false")
                return nil
            }
            return flag
        }
    }
}
