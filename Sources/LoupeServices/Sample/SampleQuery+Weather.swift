/// What the sky has to do with it.
extension SampleQuery {
    static let weather = [visibility, wind]

    private static let visibility = SampleQuery(
        "Delay by visibility",
        description:
            "Departure delays and cancellations against the visibility at the airport in the hour of departure.",
        tags: ["weather"],
        sql: """
            SELECT CASE
                       WHEN w.visib < 1 THEN 'under 1 mile'
                       WHEN w.visib < 3 THEN '1 to 3 miles'
                       WHEN w.visib < 5 THEN '3 to 5 miles'
                       WHEN w.visib < 10 THEN '5 to 10 miles'
                       ELSE '10 miles and more'
                   END AS visibility,
                   count(*) AS flights,
                   round(avg(f.dep_delay), 1) AS average_delay,
                   round(100.0 * count(*) FILTER (WHERE f.dep_time IS NULL) / count(*), 1) AS cancelled_percent
            FROM flights AS f
            JOIN weather AS w ON w.origin = f.origin AND w.time_hour = f.time_hour
            GROUP BY visibility
            ORDER BY min(w.visib)
            """
    )

    private static let wind = SampleQuery(
        "Delay by wind",
        description:
            "Average delay for each step of wind speed. The one reading of over 1,000 miles per hour is an error of the instrument.",
        tags: ["weather"],
        sql: """
            SELECT CAST(w.wind_speed / 5 AS INTEGER) * 5 AS miles_per_hour_from,
                   count(*) AS flights,
                   round(avg(f.dep_delay), 1) AS average_departure_delay,
                   round(avg(f.arr_delay), 1) AS average_arrival_delay
            FROM flights AS f
            JOIN weather AS w ON w.origin = f.origin AND w.time_hour = f.time_hour
            WHERE w.wind_speed < 100
            GROUP BY miles_per_hour_from
            ORDER BY miles_per_hour_from
            """
    )
}
