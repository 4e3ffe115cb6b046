/// Which of SQLite's functions a statement may call: those on `allowed`, no other.
package enum SQLiteFunctions {
    package static let allowed: Set<String> = scalar.union(aggregates).union(json).union(dates).union(math).union(
        search
    )

    /// Built in and refused: they load code, hand out pointers, or write.
    package static let refused: Set<String> = [
        "fts3_tokenizer", "fts5", "fts5_insttoken", "load_extension", "optimize", "rtreecheck", "sqlite_log",
    ]

    private static let scalar: Set<String> = [
        "abs", "changes", "char", "coalesce", "concat", "concat_ws", "format", "glob", "hex", "if", "ifnull", "iif",
        "instr", "last_insert_rowid", "length", "like", "likelihood", "likely", "lower", "ltrim", "max", "min",
        "nullif", "octet_length", "printf", "quote", "random", "randomblob", "replace", "round", "rtrim", "sign",
        "soundex", "sqlite_compileoption_get", "sqlite_compileoption_used", "sqlite_source_id", "sqlite_version",
        "substr", "substring", "subtype", "total_changes", "trim", "typeof", "unhex", "unicode", "unistr",
        "unistr_quote", "unlikely", "upper", "zeroblob",
    ]

    private static let aggregates: Set<String> = [
        "avg", "count", "cume_dist", "dense_rank", "first_value", "group_concat", "lag", "last_value", "lead",
        "median", "nth_value", "ntile", "percent_rank", "percentile", "percentile_cont", "percentile_disc", "rank",
        "row_number", "string_agg", "sum", "total",
    ]

    private static let json: Set<String> = [
        "->", "->>", "json", "json_array", "json_array_length", "json_error_position", "json_extract",
        "json_group_array", "json_group_object", "json_insert", "json_object", "json_patch", "json_pretty",
        "json_quote", "json_remove", "json_replace", "json_set", "json_type", "json_valid", "jsonb", "jsonb_array",
        "jsonb_extract", "jsonb_group_array", "jsonb_group_object", "jsonb_insert", "jsonb_object", "jsonb_patch",
        "jsonb_remove", "jsonb_replace", "jsonb_set",
    ]

    private static let dates: Set<String> = [
        "current_date", "current_time", "current_timestamp", "date", "datetime", "julianday", "strftime", "time",
        "timediff", "unixepoch",
    ]

    private static let math: Set<String> = [
        "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "ceiling", "cos", "cosh", "degrees", "exp",
        "floor", "ln", "log", "log10", "log2", "mod", "pi", "pow", "power", "radians", "sin", "sinh", "sqrt", "tan",
        "tanh", "trunc",
    ]

    private static let search: Set<String> = [
        "bm25", "fts5_get_locale", "fts5_locale", "fts5_source_id", "highlight", "match", "matchinfo", "offsets",
        "rtreedepth", "rtreenode", "snippet",
    ]
}
