"""HTTP: the Snowflake protocol, and the control endpoints for tests."""
