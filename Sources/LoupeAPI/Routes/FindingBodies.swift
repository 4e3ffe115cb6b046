package import LoupeCore
import LoupeStore

extension ObjectSummary {
    static let schema: [FieldSchema] = [
        .field("type", .words(ObjectKind.self)),
        .field("id", .id),
        .field("name", .name),
        .field("description", .string(0...2000)),
    ]

    func write(to json: inout JSONWriter) {
        json.field("type", reference.kind.rawValue)
        json.field("id", Identifier<ObjectSummary>(reference.id))
        json.field("name", name)
        json.field("description", description)
    }
}

package struct SearchHitBody: JSONEncodableBody {
    let hit: SearchHit

    package static let schema = Schema.object(
        "SearchHit",
        ObjectSummary.schema + [.field("match", .words(SearchHit.Match.self)), .field("updated_at", .time)]
    )

    package func write(to json: inout JSONWriter) {
        json.object { json in
            hit.object.write(to: &json)
            json.field("match", hit.match.rawValue)
            json.field("updated_at", hit.object.updatedAt)
        }
    }
}

package struct FavoriteBody: JSONEncodableBody {
    let favorite: FavoriteRepository.Favorite

    package static let schema = Schema.object(
        "Favorite",
        ObjectSummary.schema + [.field("updated_at", .time), .field("created_at", .time)]
    )

    package func write(to json: inout JSONWriter) {
        json.object { json in
            favorite.object.write(to: &json)
            json.field("updated_at", favorite.object.updatedAt)
            json.field("created_at", favorite.since)
        }
    }
}

package struct RecentBody: JSONEncodableBody {
    let recent: RecentRepository.Recent

    package static let schema = Schema.object(
        "Recent",
        ObjectSummary.schema + [.field("updated_at", .time), .field("opened_at", .time)]
    )

    package func write(to json: inout JSONWriter) {
        json.object { json in
            recent.object.write(to: &json)
            json.field("updated_at", recent.object.updatedAt)
            json.field("opened_at", recent.openedAt)
        }
    }
}

package struct HomeBody: JSONEncodableBody {
    let home: HomeRepository.Home

    package static let schema = Schema.object(
        "Home",
        [
            .field("recent", .array(RecentBody.schema, count: 0...HomeRepository.limit)),
            .field("favorites", .array(FavoriteBody.schema, count: 0...HomeRepository.limit)),
            .field("failing", .array(failing, count: 0...HomeRepository.limit)),
            .field("running", .array(RunBody.schema, count: 0...HomeRepository.limit)),
            .field("counts", .object("ObjectCounts", counts.map { .field($0.name, .count) })),
        ]
    )

    private static let failing = Schema.object(
        "FailingSchedule",
        [
            .field("id", .id),
            .field("name", .name),
            .field("query_id", .id),
            .field("query_name", .name),
            .field("consecutive_failures", .count),
            .field("last_run_at", .time.orNull),
        ]
    )

    private static let counts: [(name: String, kind: ObjectKind)] = [
        ("queries", .query), ("visualizations", .visualization), ("dashboards", .dashboard),
        ("schedules", .schedule), ("canvases", .canvas), ("datasources", .datasource),
    ]

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("recent")
            json.array(home.recent) { RecentBody(recent: $1).write(to: &$0) }
            json.key("favorites")
            json.array(home.favorites) { FavoriteBody(favorite: $1).write(to: &$0) }
            json.key("failing")
            json.array(home.failing) { write($1, to: &$0) }
            json.key("running")
            json.array(home.running) { RunBody($1).write(to: &$0) }
            json.key("counts")
            json.object { json in
                for (name, kind) in HomeBody.counts { json.field(name, home.counts[kind] ?? 0) }
            }
        }
    }

    private func write(_ schedule: HomeRepository.Failing, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", schedule.id)
            json.field("name", schedule.name)
            json.field("query_id", schedule.queryID)
            json.field("query_name", schedule.queryName)
            json.field("consecutive_failures", schedule.consecutiveFailures)
            json.field("last_run_at", schedule.lastRunAt)
        }
    }
}
