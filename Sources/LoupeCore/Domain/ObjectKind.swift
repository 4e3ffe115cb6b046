/// The kinds of things that people make, tag, mark and find.
package enum ObjectKind: String, CaseIterable, Sendable {
    case datasource
    case query
    case visualization
    case dashboard
    case schedule
    case canvas
}
