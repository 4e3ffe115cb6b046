import Foundation
import JWTKit
import LoupeCore

/// The members of a token's body, under the names of RFC 7519.
struct AccessPayload: JWTPayload {
    let iss: String
    let aud: String
    let sub: UUID
    let sid: UUID
    let org: UUID
    /// Seconds since 1970.
    let iat: Int64
    let exp: Int64

    static let issuer = "loupe"
    static let audience = "loupe-api"

    init(_ claims: AccessClaims, issuedAt: Timestamp) {
        iss = Self.issuer
        aud = Self.audience
        sub = claims.user.uuid
        sid = claims.session.uuid
        org = claims.organization.uuid
        iat = issuedAt.milliseconds.flooringDivide(1000)
        exp = claims.expiresAt.milliseconds.flooringDivide(1000)
    }

    /// Who issued it, and for whom; its time is for the caller, who has the clock.
    func verify(using algorithm: some JWTAlgorithm) throws {
        guard iss == Self.issuer else {
            throw JWTError.claimVerificationFailure(failedClaim: IssuerClaim(value: iss), reason: "not of this issuer")
        }
        guard aud == Self.audience else {
            throw JWTError.claimVerificationFailure(failedClaim: AudienceClaim(value: aud), reason: "not for this api")
        }
    }

    var claims: AccessClaims {
        // A signed token holds what was put in; the clamp only keeps the multiplication from trapping.
        let seconds = min(max(exp, 0), Int64.max / 1000)
        return AccessClaims(
            user: User.ID(sub),
            session: Session.ID(sid),
            organization: Organization.ID(org),
            expiresAt: Timestamp(milliseconds: seconds * 1000)
        )
    }
}
