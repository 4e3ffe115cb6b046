import LoupeCore
import LoupeSecurity

/// `POST /auth/register`
package struct RegistrationRequest: RequestBody {
    let email: String
    let password: String
    let name: String
    let organizationName: String?
    let setupCode: String?

    package init(_ fields: Fields) {
        email = fields.required("email", .email)
        password = fields.required("password", .newPassword)
        name = fields.required("name", .name)
        organizationName = fields.optional("org_name", .name)
        setupCode = fields.optional("setup_code", .text(0...200))
    }
}

/// `POST /auth/login`: what is no address or too short is answered as a wrong one is.
package struct LoginRequest: RequestBody {
    let email: String
    let password: String

    package init(_ fields: Fields) {
        email = fields.required("email", .text(1...255))
        password = fields.required("password", .text(0...1024))
    }
}

/// `POST /auth/refresh`; a browser sends its cookie instead.
package struct RefreshRequest: RequestBody {
    let refreshToken: String?

    package init(_ fields: Fields) {
        refreshToken = fields.optional("refresh_token", .text(1...200))
    }
}

/// `PUT /auth/me`
package struct UserChange: RequestBody {
    let name: Change<String>

    package init(_ fields: Fields) {
        name = fields.change("name", .name)
    }
}

extension FieldRule where Value == String {
    static var newPassword: FieldRule {
        text(8...128).checked { CommonPasswords.contains($0) ? "is one of the most common passwords" : nil }
    }
}
