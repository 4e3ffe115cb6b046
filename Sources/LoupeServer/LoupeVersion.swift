/// The version of this program, as `--version` and health tell it.
package enum LoupeVersion {
    package static let current = "0.1.0"
}
