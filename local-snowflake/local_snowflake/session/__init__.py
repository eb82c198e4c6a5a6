"""Sessions: who is logged in, with which role and settings."""
