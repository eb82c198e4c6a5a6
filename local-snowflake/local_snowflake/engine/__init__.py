"""The SQL engine: Snowflake statements to DuckDB, and the tables on disk or in memory."""
