"""A local Snowflake: fakesnow and DuckDB, extended by what a blue/green deployment needs of a warehouse."""
