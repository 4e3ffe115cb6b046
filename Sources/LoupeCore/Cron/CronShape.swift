/// What a field's values look like to a person, however they were written.
enum CronShape: Hashable {
    case all
    /// From the least value of the field to its greatest.
    case step(Int)
    case range(Int, Int)
    case list([Int])
}

extension CronValues {
    func shape(of field: CronField) -> CronShape {
        let whole = field == .dayOfWeek ? 0...6 : field.range
        if count == whole.count { return .all }
        let list = list
        guard let first = list.first, let last = list.last, list.count > 2 else { return .list(list) }
        if last - first == list.count - 1 { return .range(first, last) }
        let step = list[1] - first
        if first == whole.lowerBound, self == CronValues(whole, step: step) { return .step(step) }
        return .list(list)
    }
}
