/// Some rows of a result.
package struct ResultPage: Sendable {
    /// A JSON array of rows, `[[1,"a"],[2,null]]`, as it goes into the answer.
    package let rows: [UInt8]
    /// In this page.
    package let rowCount: Int
    /// Of all rows that the selection leaves; without a search the whole result's.
    package let matchCount: Int
}
