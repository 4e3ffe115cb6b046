import LoupeCore

/// How much flies, and where to.
extension SampleQuery {
    static let overview = [flightsByDay, trafficByMonth, busiestRoutes, destinations, routeInDetail]

    private static let flightsByDay = SampleQuery(
        "Flights by day",
        description: "Scheduled and cancelled departures of each day, with the average of the seven days up to it.",
        parameters: [.start, .end, .origins],
        tags: ["overview", "time series"],
        sql: """
            WITH days AS (
                SELECT flight_date,
                       count(*) AS scheduled,
                       count(*) - count(dep_time) AS cancelled
                FROM flights
                WHERE flight_date BETWEEN :start AND :end
                  AND origin IN (:origins)
                GROUP BY flight_date
            )
            SELECT flight_date,
                   scheduled,
                   cancelled,
                   round(avg(scheduled) OVER week, 1) AS scheduled_7_days,
                   round(avg(cancelled) OVER week, 1) AS cancelled_7_days
            FROM days
            WINDOW week AS (ORDER BY flight_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
            ORDER BY flight_date
            """
    )

    private static let trafficByMonth = SampleQuery(
        "Traffic by month and airport",
        description: "Departures of each month from the three New York airports, side by side.",
        tags: ["overview"],
        sql: """
            SELECT date(flight_date, 'start of month') AS month,
                   count(*) FILTER (WHERE origin = 'EWR') AS newark,
                   count(*) FILTER (WHERE origin = 'JFK') AS kennedy,
                   count(*) FILTER (WHERE origin = 'LGA') AS laguardia,
                   count(*) AS all_airports
            FROM flights
            WHERE dep_time IS NOT NULL
            GROUP BY 1
            ORDER BY 1
            """
    )

    private static let busiestRoutes = SampleQuery(
        "Busiest routes",
        description: "The routes with the most flights, how many airlines fly them, and how late they arrive.",
        parameters: [
            .origins,
            ParameterDefinition(
                name: "top",
                type: .number,
                defaultValue: 20,
                isRequired: true,
                label: "How many routes"
            ),
        ],
        tags: ["overview", "routes"],
        sql: """
            SELECT f.origin,
                   f.dest,
                   coalesce(a.name, 'not listed') AS destination,
                   count(*) AS flights,
                   count(DISTINCT f.carrier) AS airlines,
                   f.distance AS miles,
                   round(avg(f.arr_delay), 1) AS average_arrival_delay
            FROM flights AS f
            LEFT JOIN airports AS a ON a.faa = f.dest
            WHERE f.origin IN (:origins)
            GROUP BY f.origin, f.dest
            ORDER BY flights DESC, f.origin, f.dest
            LIMIT :top
            """
    )

    private static let destinations = SampleQuery(
        "Destinations on the map",
        description: "Every destination with its place, its distance and its flights.",
        tags: ["overview", "map"],
        sql: """
            SELECT a.faa AS airport,
                   a.name,
                   a.lat,
                   a.lon,
                   a.tzone AS time_zone,
                   round(avg(f.distance)) AS miles,
                   count(*) AS flights
            FROM flights AS f
            JOIN airports AS a ON a.faa = f.dest
            GROUP BY a.faa
            ORDER BY miles DESC, airport
            """
    )

    private static let routeInDetail = SampleQuery(
        "One route in detail",
        description: "Each flight between two airports in a span of days, with its airline and its aircraft.",
        parameters: [
            ParameterDefinition(
                name: "origin",
                type: .string,
                defaultValue: "JFK",
                isRequired: true,
                label: "From airport",
                options: ParameterDefinition.origins.options
            ),
            ParameterDefinition(
                name: "dest",
                type: .string,
                defaultValue: "LAX",
                isRequired: true,
                label: "To airport (three letters)"
            ),
            ParameterDefinition(
                name: "start",
                type: .date,
                defaultValue: "2013-07-01",
                isRequired: true,
                label: "From"
            ),
            ParameterDefinition(
                name: "end",
                type: .date,
                defaultValue: "2013-07-07",
                isRequired: true,
                label: "To, inclusive"
            ),
        ],
        tags: ["routes"],
        sql: """
            SELECT f.flight_date,
                   f.carrier || ' ' || f.flight AS flight,
                   l.name AS airline,
                   f.sched_dep_time,
                   f.dep_time,
                   f.dep_delay,
                   f.arr_delay,
                   f.air_time,
                   f.tailnum,
                   p.manufacturer || ' ' || p.model AS aircraft,
                   p.seats
            FROM flights AS f
            JOIN airlines AS l ON l.carrier = f.carrier
            LEFT JOIN planes AS p ON p.tailnum = f.tailnum
            WHERE f.origin = :origin
              AND f.dest = :dest
              AND f.flight_date BETWEEN :start AND :end
            ORDER BY f.flight_date, f.sched_dep_time, flight
            """
    )
}
