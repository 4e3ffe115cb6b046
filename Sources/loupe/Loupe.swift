@main
struct Loupe {
    static func main() {}
}
