import LoupeCore

/// What flies.
extension SampleQuery {
    static let fleet = [hardestWorking, manufacturers, oldest, unlisted]

    private static let hardestWorking = SampleQuery(
        "Hardest-working aircraft",
        description: "The aircraft with the most hours in the air out of New York, and the routes they flew.",
        tags: ["fleet"],
        sql: """
            SELECT p.tailnum,
                   p.manufacturer,
                   p.model,
                   p.year AS built,
                   p.seats,
                   count(*) AS flights,
                   count(DISTINCT f.dest) AS destinations,
                   round(sum(f.air_time) / 60.0) AS hours_in_the_air,
                   sum(f.distance) AS miles
            FROM flights AS f
            JOIN planes AS p ON p.tailnum = f.tailnum
            WHERE f.air_time IS NOT NULL
            GROUP BY p.tailnum
            ORDER BY hours_in_the_air DESC, p.tailnum
            LIMIT 50
            """
    )

    private static let manufacturers = SampleQuery(
        "Fleet by manufacturer",
        description: "Aircraft, flights and seats offered, with the maker's several spellings put together.",
        tags: ["fleet"],
        sql: """
            WITH fleet AS (
                SELECT tailnum,
                       seats,
                       CASE
                           WHEN manufacturer LIKE 'AIRBUS%' THEN 'Airbus'
                           WHEN manufacturer LIKE 'MCDONNELL%' THEN 'McDonnell Douglas'
                           WHEN manufacturer IN ('BOEING', 'EMBRAER', 'BOMBARDIER INC') THEN
                               upper(substr(manufacturer, 1, 1)) || lower(substr(manufacturer, 2))
                           ELSE 'others'
                       END AS maker
                FROM planes
            ),
            flown AS (
                SELECT tailnum, count(*) AS flights FROM flights WHERE dep_time IS NOT NULL GROUP BY tailnum
            )
            SELECT fleet.maker,
                   count(*) AS aircraft,
                   sum(flown.flights) AS flights,
                   sum(flown.flights * fleet.seats) AS seats_offered,
                   round(100.0 * sum(flown.flights) / sum(sum(flown.flights)) OVER (), 1) AS flights_percent
            FROM fleet
            JOIN flown ON flown.tailnum = fleet.tailnum
            GROUP BY fleet.maker
            ORDER BY flights DESC
            """
    )

    private static let oldest = SampleQuery(
        "Does age matter?",
        description: "Delay by age of the aircraft, for aircraft built since a year of your choice.",
        parameters: [
            ParameterDefinition(
                name: "built_since",
                type: .number,
                defaultValue: 1985,
                isRequired: true,
                label: "Built in or after"
            )
        ],
        tags: ["fleet", "punctuality"],
        sql: """
            SELECT 2013 - p.year AS age_in_years,
                   count(DISTINCT p.tailnum) AS aircraft,
                   count(*) AS flights,
                   round(avg(f.dep_delay), 1) AS average_departure_delay,
                   round(avg(f.arr_delay), 1) AS average_arrival_delay
            FROM planes AS p
            JOIN flights AS f ON f.tailnum = p.tailnum
            WHERE p.year >= :built_since
            GROUP BY age_in_years
            ORDER BY age_in_years
            """
    )

    private static let unlisted = SampleQuery(
        "Flights without a known aircraft",
        description: "How complete the list of aircraft is, airline by airline. Worth a look before trusting a join.",
        tags: ["fleet", "data quality"],
        sql: """
            SELECT l.name AS airline,
                   count(*) AS flights,
                   count(*) FILTER (WHERE f.tailnum IS NULL) AS without_tail_number,
                   count(*) FILTER (WHERE f.tailnum IS NOT NULL AND p.tailnum IS NULL) AS not_in_the_list,
                   round(100.0 * count(p.tailnum) / count(*), 1) AS known_percent
            FROM flights AS f
            JOIN airlines AS l ON l.carrier = f.carrier
            LEFT JOIN planes AS p ON p.tailnum = f.tailnum
            GROUP BY l.carrier
            ORDER BY known_percent, airline
            """
    )
}
