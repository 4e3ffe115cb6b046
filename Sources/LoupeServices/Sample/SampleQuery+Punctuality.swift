import LoupeCore

/// Who is late, when and by how much.
extension SampleQuery {
    static let punctuality = [airlines, weekdayAndHour, longDelays, caughtUp, worstDays]

    private static let airlines = SampleQuery(
        "Punctuality of the airlines",
        description: "Share of flights that arrived within 15 minutes of their time, and of those cancelled.",
        parameters: [.start, .end],
        tags: ["punctuality", "airlines"],
        sql: """
            SELECT l.name AS airline,
                   count(*) AS flights,
                   round(100.0 * count(*) FILTER (WHERE f.arr_delay <= 15) / count(f.arr_delay), 1) AS on_time_percent,
                   round(100.0 * count(*) FILTER (WHERE f.dep_time IS NULL) / count(*), 2) AS cancelled_percent,
                   round(avg(f.dep_delay), 1) AS average_departure_delay,
                   round(avg(f.arr_delay), 1) AS average_arrival_delay
            FROM flights AS f
            JOIN airlines AS l ON l.carrier = f.carrier
            WHERE f.flight_date BETWEEN :start AND :end
            GROUP BY l.carrier
            ORDER BY on_time_percent DESC
            """
    )

    private static let weekdayAndHour = SampleQuery(
        "Delay by weekday and hour",
        description:
            "When to fly: the average departure delay for each hour of each weekday. Hours with under 50 flights are left out.",
        tags: ["punctuality", "heatmap"],
        sql: """
            SELECT CASE strftime('%w', flight_date)
                       WHEN '1' THEN 'Monday' WHEN '2' THEN 'Tuesday' WHEN '3' THEN 'Wednesday'
                       WHEN '4' THEN 'Thursday' WHEN '5' THEN 'Friday' WHEN '6' THEN 'Saturday'
                       ELSE 'Sunday'
                   END AS weekday,
                   hour,
                   count(dep_delay) AS flights,
                   round(avg(dep_delay), 1) AS average_delay
            FROM flights
            GROUP BY weekday, hour
            HAVING count(dep_delay) >= 50
            ORDER BY (strftime('%w', flight_date) + 6) % 7, hour
            """
    )

    private static let longDelays = SampleQuery(
        "Flights delayed by more than …",
        description: "Single flights that left later than a number of minutes, the latest first.",
        parameters: [
            ParameterDefinition(
                name: "minutes",
                type: .number,
                defaultValue: 180,
                isRequired: true,
                label: "Minutes late"
            ),
            .origins, .start, .end,
        ],
        tags: ["punctuality"],
        sql: """
            SELECT f.flight_date,
                   l.name AS airline,
                   f.carrier || ' ' || f.flight AS flight,
                   f.origin,
                   f.dest,
                   f.sched_dep_time,
                   f.dep_time,
                   f.dep_delay,
                   f.arr_delay
            FROM flights AS f
            JOIN airlines AS l ON l.carrier = f.carrier
            WHERE f.dep_delay > :minutes
              AND f.origin IN (:origins)
              AND f.flight_date BETWEEN :start AND :end
            ORDER BY f.dep_delay DESC, f.id
            """
    )

    private static let caughtUp = SampleQuery(
        "Delay made up in the air",
        description: "How much of a late departure is caught up on the way, by length of the flight.",
        tags: ["punctuality", "distance"],
        sql: """
            SELECT distance / 500 * 500 AS miles_from,
                   count(*) AS late_flights,
                   round(avg(dep_delay), 1) AS average_departure_delay,
                   round(avg(arr_delay), 1) AS average_arrival_delay,
                   round(avg(dep_delay - arr_delay), 1) AS minutes_made_up,
                   round(100.0 * count(*) FILTER (WHERE arr_delay <= 0) / count(*), 1) AS arrived_on_time_percent
            FROM flights
            WHERE dep_delay > 15
              AND arr_delay IS NOT NULL
            GROUP BY miles_from
            ORDER BY miles_from
            """
    )

    private static let worstDays = SampleQuery(
        "Worst days of the year",
        description: "The 25 days with the most cancelled flights, beside that day's worst weather.",
        tags: ["punctuality", "weather"],
        sql: """
            WITH days AS (
                SELECT flight_date,
                       count(*) AS scheduled,
                       count(*) - count(dep_time) AS cancelled,
                       round(avg(dep_delay), 1) AS average_delay
                FROM flights
                GROUP BY flight_date
            ),
            skies AS (
                SELECT printf('%04d-%02d-%02d', year, month, day) AS flight_date,
                       max(wind_gust) AS strongest_gust,
                       round(sum(precip) / count(DISTINCT origin), 2) AS inches_of_rain,
                       min(visib) AS least_visibility,
                       min(temp) AS coldest
                FROM weather
                GROUP BY 1
            )
            SELECT rank() OVER (ORDER BY cancelled DESC) AS place,
                   d.flight_date,
                   d.scheduled,
                   d.cancelled,
                   round(100.0 * d.cancelled / d.scheduled, 1) AS cancelled_percent,
                   d.average_delay,
                   s.strongest_gust,
                   s.inches_of_rain,
                   s.least_visibility,
                   s.coldest
            FROM days AS d
            LEFT JOIN skies AS s ON s.flight_date = d.flight_date
            ORDER BY place, d.flight_date
            LIMIT 25
            """
    )
}
