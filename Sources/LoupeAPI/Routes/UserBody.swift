package import LoupeCore

package struct UserBody: JSONEncodableBody {
    let user: User

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
