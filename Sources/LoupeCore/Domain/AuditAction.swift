/// What the audit log tells of: a closed list, so that who reads the log can count on its words.
package enum AuditAction: String, CaseIterable, Sendable {
    case accountRegister = "account.register"
    case accountCreate = "account.create"
    case sessionLogin = "session.login"
    case sessionLoginFailed = "session.login_failed"
    /// Too many wrong passwords: the next tries wait.
    case sessionLocked = "session.locked"
    case sessionUnlock = "session.unlock"
    case sessionLogout = "session.logout"
    /// Ended from the list of sessions.
    case sessionRevoke = "session.revoke"
    /// A refresh token was used again long after it was replaced, which ended the session.
    case sessionReuse = "session.reuse"
    case passwordChange = "password.change"
    case passwordForgot = "password.forgot"
    case passwordReset = "password.reset"

    case invitationCreate = "invitation.create"
    case invitationDelete = "invitation.delete"
    case invitationAccept = "invitation.accept"
    case userRename = "user.rename"
    case userRole = "user.role"
    case userRemove = "user.remove"
    case apiKeyCreate = "api_key.create"
    /// The first use in a day.
    case apiKeyUse = "api_key.use"
    case apiKeyRevoke = "api_key.revoke"
    case organizationUpdate = "organization.update"

    case datasourceCreate = "datasource.create"
    case datasourceUpdate = "datasource.update"
    case datasourceDelete = "datasource.delete"
    case connectionTest = "connection.test"
    case sampleAttach = "sample.attach"

    case queryDelete = "query.delete"
    case visualizationDelete = "visualization.delete"
    case dashboardDelete = "dashboard.delete"
    case scheduleDelete = "schedule.delete"
    case canvasDelete = "canvas.delete"
    case datasourceRestore = "datasource.restore"
    case queryRestore = "query.restore"
    case visualizationRestore = "visualization.restore"
    case dashboardRestore = "dashboard.restore"
    case scheduleRestore = "schedule.restore"
    case canvasRestore = "canvas.restore"
    case datasourcePurge = "datasource.purge"
    case queryPurge = "query.purge"
    case visualizationPurge = "visualization.purge"
    case dashboardPurge = "dashboard.purge"
    case schedulePurge = "schedule.purge"
    case canvasPurge = "canvas.purge"

    case resultDownload = "result.download"
    case queryExport = "query.export"
    case queryImport = "query.import"
    case organizationExport = "organization.export"
    case organizationImport = "organization.import"
    case deadLetterDelete = "dead_letter.delete"
}

extension AuditAction {
    /// Moving an object to the bin, or ending a datasource.
    package static func delete(_ kind: ObjectKind) -> AuditAction {
        switch kind {
        case .datasource: .datasourceDelete
        case .query: .queryDelete
        case .visualization: .visualizationDelete
        case .dashboard: .dashboardDelete
        case .schedule: .scheduleDelete
        case .canvas: .canvasDelete
        }
    }

    /// Taking an object out of the bin.
    package static func restore(_ kind: ObjectKind) -> AuditAction {
        switch kind {
        case .datasource: .datasourceRestore
        case .query: .queryRestore
        case .visualization: .visualizationRestore
        case .dashboard: .dashboardRestore
        case .schedule: .scheduleRestore
        case .canvas: .canvasRestore
        }
    }

    /// Removing an object from the bin for good.
    package static func purge(_ kind: ObjectKind) -> AuditAction {
        switch kind {
        case .datasource: .datasourcePurge
        case .query: .queryPurge
        case .visualization: .visualizationPurge
        case .dashboard: .dashboardPurge
        case .schedule: .schedulePurge
        case .canvas: .canvasPurge
        }
    }
}
