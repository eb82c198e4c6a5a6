"""The lists that SHOW, DESCRIBE and INFORMATION_SCHEMA give."""
