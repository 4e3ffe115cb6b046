package import LoupeCore

package struct UserBody: JSONEncodableBody {
    let user: User

    package static let schema = Schema.object(
        "User",
        [
            .field("id", .id),
            .field("org_id", .id),
            .field("email", .string(3...255).orNull),
            .field("name", .name),
            .field("role", .words(Role.self)),
            .field("created_at", .time),
        ]
    )

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", user.id)
            json.field("org_id", user.organizationID)
            json.field("email", user.email)
            json.field("name", user.name)
            json.field("role", user.role.rawValue)
            json.field("created_at", user.createdAt)
        }
    }
}
