extension FunctionRules {
    /// Every function of PostgreSQL 15 and of its contrib modules that a statement may not call, with the reason.
    ///
    /// All volatile functions are here or on `allowedVolatile`; of the others, those that do harm.
    package static let refusedNames: [(reason: Reason, names: Set<String>)] = [
        (.files, fileNames), (.network, networkNames), (.sessions, sessionNames), (.settings, settingNames),
        (.largeObjects, largeObjectNames), (.sequences, ["currval", "lastval", "nextval", "setval"]),
        (.locks, lockNames), (.wal, walNames), (.replication, replicationNames), (.sqlText, sqlTextNames),
        (.control, controlNames), (.transactions, ["pg_current_xact_id", "txid_current"]), (.storage, storageNames),
        (.internalUse, internalNames),
    ]

    private static let fileNames: Set<String> = [
        "pg_control_checkpoint", "pg_control_init", "pg_control_recovery", "pg_control_system", "pg_current_logfile",
        "pg_file_rename", "pg_file_sync", "pg_file_unlink", "pg_file_write", "pg_hba_file_rules",
        "pg_ident_file_mappings", "pg_logdir_ls", "pg_ls_archive_statusdir", "pg_ls_dir", "pg_ls_logdir",
        "pg_ls_logicalmapdir", "pg_ls_logicalsnapdir", "pg_ls_replslotdir", "pg_ls_tmpdir", "pg_ls_waldir",
        "pg_read_binary_file", "pg_read_file", "pg_read_file_old", "pg_show_all_file_settings", "pg_stat_file",
        "query_export_to_s3", "table_import_from_s3", "xslt_process",
    ]

    private static let networkNames: Set<String> = [
        "dblink", "dblink_build_sql_delete", "dblink_build_sql_insert", "dblink_build_sql_update",
        "dblink_cancel_query", "dblink_close", "dblink_connect", "dblink_connect_u", "dblink_current_query",
        "dblink_disconnect", "dblink_error_message", "dblink_exec", "dblink_fdw_validator", "dblink_fetch",
        "dblink_get_connections", "dblink_get_notify", "dblink_get_pkey", "dblink_get_result", "dblink_is_busy",
        "dblink_open", "dblink_send_query", "http_delete", "http_get", "http_head", "http_patch", "http_post",
        "http_put", "postgres_fdw_disconnect", "postgres_fdw_disconnect_all", "run_command_on_workers",
    ]

    private static let sessionNames: Set<String> = [
        "pg_cancel_backend", "pg_log_backend_memory_contexts", "pg_notify", "pg_terminate_backend",
    ]

    private static let settingNames: Set<String> = ["set_config", "set_limit", "setseed"]

    private static let largeObjectNames: Set<String> = [
        "lo_close", "lo_creat", "lo_create", "lo_export", "lo_from_bytea", "lo_get", "lo_import", "lo_lseek",
        "lo_lseek64", "lo_manage", "lo_open", "lo_put", "lo_tell", "lo_tell64", "lo_truncate", "lo_truncate64",
        "lo_unlink", "loread", "lowrite",
    ]

    private static let lockNames: Set<String> = [
        "pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_unlock", "pg_advisory_unlock_all",
        "pg_advisory_unlock_shared", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared", "pg_try_advisory_lock",
        "pg_try_advisory_lock_shared", "pg_try_advisory_xact_lock", "pg_try_advisory_xact_lock_shared",
    ]

    private static let walNames: Set<String> = [
        "pg_backup_start", "pg_backup_stop", "pg_create_restore_point", "pg_current_wal_flush_lsn",
        "pg_current_wal_insert_lsn", "pg_current_wal_lsn", "pg_get_wal_record_info", "pg_get_wal_records_info",
        "pg_get_wal_records_info_till_end_of_wal", "pg_get_wal_replay_pause_state", "pg_get_wal_resource_managers",
        "pg_get_wal_stats", "pg_get_wal_stats_till_end_of_wal", "pg_is_wal_replay_paused", "pg_last_wal_receive_lsn",
        "pg_last_wal_replay_lsn", "pg_promote", "pg_switch_wal", "pg_wal_replay_pause", "pg_wal_replay_resume",
    ]

    private static let replicationNames: Set<String> = [
        "pg_copy_logical_replication_slot", "pg_copy_physical_replication_slot",
        "pg_create_logical_replication_slot", "pg_create_physical_replication_slot", "pg_drop_replication_slot",
        "pg_logical_emit_message", "pg_logical_slot_get_binary_changes", "pg_logical_slot_get_changes",
        "pg_logical_slot_peek_binary_changes", "pg_logical_slot_peek_changes", "pg_replication_origin_advance",
        "pg_replication_origin_create", "pg_replication_origin_drop", "pg_replication_origin_progress",
        "pg_replication_origin_session_is_setup", "pg_replication_origin_session_progress",
        "pg_replication_origin_session_reset", "pg_replication_origin_session_setup",
        "pg_replication_origin_xact_reset", "pg_replication_origin_xact_setup", "pg_replication_slot_advance",
        "pg_show_replication_origin_status",
    ]

    /// They take a statement, or a table's name out of which they make one, and run it where the guard does not see it.
    private static let sqlTextNames: Set<String> = [
        "connectby", "crosstab", "crosstab2", "crosstab3", "crosstab4", "cursor_to_xml", "cursor_to_xmlschema",
        "database_to_xml", "database_to_xml_and_xmlschema", "database_to_xmlschema", "query_to_xml",
        "query_to_xml_and_xmlschema", "query_to_xmlschema", "schema_to_xml", "schema_to_xml_and_xmlschema",
        "schema_to_xmlschema", "table_to_xml", "table_to_xml_and_xmlschema", "table_to_xmlschema", "ts_rewrite",
        "ts_stat", "xpath_table",
    ]

    private static let controlNames: Set<String> = [
        "autoprewarm_dump_now", "autoprewarm_start_worker", "binary_upgrade_create_empty_extension",
        "binary_upgrade_set_missing_value", "binary_upgrade_set_next_array_pg_type_oid",
        "binary_upgrade_set_next_attribute_versions", "binary_upgrade_set_next_heap_pg_class_oid",
        "binary_upgrade_set_next_heap_relfilenode", "binary_upgrade_set_next_index_pg_class_oid",
        "binary_upgrade_set_next_index_relfilenode", "binary_upgrade_set_next_multirange_array_pg_type_oid",
        "binary_upgrade_set_next_multirange_pg_type_oid", "binary_upgrade_set_next_pg_authid_oid",
        "binary_upgrade_set_next_pg_enum_oid", "binary_upgrade_set_next_pg_tablespace_oid",
        "binary_upgrade_set_next_pg_type_oid", "binary_upgrade_set_next_toast_pg_class_oid",
        "binary_upgrade_set_next_toast_relfilenode", "binary_upgrade_set_record_init_privs",
        "pg_export_snapshot", "pg_extension_config_dump", "pg_import_system_collations", "pg_nextoid",
        "pg_reload_conf", "pg_rotate_logfile", "pg_rotate_logfile_old", "pg_stat_clear_snapshot",
        "pg_stat_force_next_flush", "pg_stat_reset", "pg_stat_reset_replication_slot", "pg_stat_reset_shared",
        "pg_stat_reset_single_function_counters", "pg_stat_reset_single_table_counters", "pg_stat_reset_slru",
        "pg_stat_reset_subscription_stats", "pg_stat_statements_reset", "pg_stop_making_pinned_objects",
    ]

    private static let storageNames: Set<String> = [
        "brin_desummarize_range", "brin_metapage_info", "brin_page_items", "brin_page_type", "brin_revmap_data",
        "brin_summarize_new_values", "brin_summarize_range", "bt_index_check", "bt_index_parent_check", "bt_metap",
        "bt_page_items", "bt_page_stats", "currtid2", "fsm_page_contents", "get_raw_page", "gin_clean_pending_list",
        "gin_leafpage_items", "gin_metapage_info", "gin_page_opaque_info", "gist_page_items",
        "gist_page_items_bytea", "gist_page_opaque_info", "hash_bitmap_info", "hash_metapage_info",
        "hash_page_items", "hash_page_stats", "hash_page_type", "heap_force_freeze", "heap_force_kill",
        "heap_page_item_attrs", "heap_page_items", "heap_tuple_infomask_flags", "page_checksum", "page_header",
        "pg_prewarm", "pg_truncate_visibility_map", "tuple_data_split", "verify_heapam",
    ]

    /// Handlers, trigger functions and their kin.
    private static let internalNames: Set<String> = [
        "RI_FKey_cascade_del", "RI_FKey_cascade_upd", "RI_FKey_check_ins", "RI_FKey_check_upd",
        "RI_FKey_noaction_del", "RI_FKey_noaction_upd", "RI_FKey_restrict_del", "RI_FKey_restrict_upd",
        "RI_FKey_setdefault_del", "RI_FKey_setdefault_upd", "RI_FKey_setnull_del", "RI_FKey_setnull_upd", "autoinc",
        "blhandler", "brinhandler", "bthandler", "check_foreign_key", "check_primary_key", "dintdict_init",
        "dintdict_lexize", "dsnowball_init", "dsnowball_lexize", "dxsyn_init", "dxsyn_lexize", "file_fdw_handler",
        "file_fdw_validator", "ginhandler", "gisthandler", "hashhandler", "heap_tableam_handler", "insert_username",
        "moddatetime", "plpgsql_call_handler", "plpgsql_inline_handler", "plpgsql_validator",
        "postgres_fdw_handler", "postgres_fdw_validator", "spghandler", "suppress_redundant_updates_trigger",
        "triggered_change_notification", "tsvector_update_trigger", "tsvector_update_trigger_column",
        "unaccent_init", "unaccent_lexize", "unique_key_recheck",
    ]
}
