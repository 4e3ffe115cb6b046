extension FunctionRules {
    /// Every volatile function of PostgreSQL 15 and of its contrib modules that a statement may call: what they return
    /// changes from call to call, and that is all.
    package static let allowedVolatile: Set<String> = values.union(statistics).union(catalog).union(extensions)

    /// Time, chance, waiting; a wait ends with the run's deadline.
    private static let values: Set<String> = [
        "bernoulli", "clock_timestamp", "current_query", "gen_random_uuid", "pg_sleep", "pg_sleep_for",
        "pg_sleep_until", "random", "system", "timeofday",
    ]

    private static let statistics: Set<String> = [
        "pg_blocking_pids", "pg_get_backend_memory_contexts", "pg_get_shmem_allocations", "pg_lock_status",
        "pg_notification_queue_usage", "pg_safe_snapshot_blocking_pids", "pg_stat_get_recovery_prefetch",
        "pg_stat_get_xact_blocks_fetched", "pg_stat_get_xact_blocks_hit", "pg_stat_get_xact_function_calls",
        "pg_stat_get_xact_function_self_time", "pg_stat_get_xact_function_total_time",
        "pg_stat_get_xact_numscans", "pg_stat_get_xact_tuples_deleted", "pg_stat_get_xact_tuples_fetched",
        "pg_stat_get_xact_tuples_hot_updated", "pg_stat_get_xact_tuples_inserted",
        "pg_stat_get_xact_tuples_returned", "pg_stat_get_xact_tuples_updated", "pg_stat_have_stats",
    ]

    /// Sizes, states and transactions, as the catalog's own views show them.
    private static let catalog: Set<String> = [
        "amvalidate", "pg_collation_actual_version", "pg_database_collation_actual_version", "pg_database_size",
        "pg_get_multixact_members", "pg_indexes_size", "pg_is_in_recovery",
        "pg_isolation_test_session_is_blocked", "pg_jit_available", "pg_last_committed_xact",
        "pg_last_xact_replay_timestamp", "pg_partition_ancestors", "pg_partition_tree", "pg_prepared_xact",
        "pg_relation_size", "pg_sequence_last_value", "pg_table_size", "pg_tablespace_size",
        "pg_total_relation_size", "pg_xact_commit_timestamp", "pg_xact_commit_timestamp_origin", "pg_xact_status",
        "txid_status",
    ]

    private static let extensions: Set<String> = [
        "gen_random_bytes", "gen_salt", "int_agg_final_array", "int_agg_state", "normal_rand",
        "pg_buffercache_pages", "pg_check_frozen", "pg_check_visible", "pg_freespace",
        "pg_old_snapshot_time_mapping", "pg_relpages", "pg_stat_statements", "pg_stat_statements_info",
        "pg_visibility", "pg_visibility_map", "pg_visibility_map_summary", "pgp_pub_encrypt",
        "pgp_pub_encrypt_bytea", "pgp_sym_encrypt", "pgp_sym_encrypt_bytea", "pgrowlocks", "pgstatginindex",
        "pgstathashindex", "pgstatindex", "pgstattuple", "pgstattuple_approx", "postgres_fdw_get_connections",
        "ssl_cipher", "ssl_client_cert_present", "ssl_client_dn", "ssl_client_dn_field", "ssl_client_serial",
        "ssl_extension_info", "ssl_is_used", "ssl_issuer_dn", "ssl_issuer_field", "ssl_version", "system_rows",
        "system_time", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4",
    ]
}
