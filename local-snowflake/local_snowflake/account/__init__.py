"""The account: databases, schemas, relations, users and privileges."""
