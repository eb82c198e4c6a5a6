"""Errors as Snowflake words them: a code, a SQL state and a sentence that names the object."""

from __future__ import annotations

import re

import duckdb


class SnowflakeError(Exception):
    """A statement that Snowflake refuses; the server answers it with HTTP 200 and `success: false`.

    `code` has six digits, for example "002003".
    """

    def __init__(self, code: str, sqlstate: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.sqlstate = sqlstate
        self.message = message


class WriteConflict(Exception):
    """Two sessions wrote the same rows at once; the statement can be run again on the new state."""


def does_not_exist(kind: str, name: str) -> SnowflakeError:
    """An object that is not there, or that the role must not know of: Snowflake words both the same."""
    sqlstate = "02000" if kind in ("Database", "Schema", "Role", "User", "Warehouse") else "42S02"
    return SnowflakeError(
        "002003", sqlstate, f"SQL compilation error:\n{kind} '{name}' does not exist or not authorized."
    )


def cannot_be_performed(name: str) -> SnowflakeError:
    """SHOW, USE and DROP on an object that is not there (002043)."""
    return SnowflakeError(
        "002043",
        "02000",
        f"SQL compilation error:\nObject does not exist, or operation cannot be performed. ({name})",
    )


def already_exists(name: str) -> SnowflakeError:
    """A new or renamed object whose name is taken (002002)."""
    return SnowflakeError("002002", "42710", f"SQL compilation error:\nObject '{name}' already exists.")


def insufficient_privileges(kind: str, name: str) -> SnowflakeError:
    """An object that the role may see but not use in this way (003001)."""
    return SnowflakeError(
        "003001",
        "42501",
        f"SQL access control error:\nInsufficient privileges to operate on {kind.lower()} '{name}'.",
    )


def not_supported(what: str) -> SnowflakeError:
    """Something that Snowflake may know but this stand-in does not: said plainly, never pretended."""
    return SnowflakeError("000002", "0A000", f"Unsupported feature of the local Snowflake: {what}")


def invalid(message: str, code: str = "001003", sqlstate: str = "42000") -> SnowflakeError:
    """A statement that does not compile."""
    return SnowflakeError(code, sqlstate, f"SQL compilation error:\n{message}")


def cancelled() -> SnowflakeError:
    """A statement that somebody cancelled (000604)."""
    return SnowflakeError("000604", "57014", "SQL execution canceled")


_UNKNOWN_COLUMN = re.compile(r'(?:Referenced column|column named|Column with name) "?([^"\s]+)"?')
_UNKNOWN_FUNCTION = re.compile(r"Function with name (\S+)")


def from_engine(error: duckdb.Error, statement: str) -> SnowflakeError | WriteConflict:
    """DuckDB's error in Snowflake's words; `statement` is named where nothing better is known."""
    text = str(error)
    first_line = text.split("\n")[0]
    if isinstance(error, duckdb.InterruptException):
        return cancelled()
    if isinstance(error, duckdb.TransactionException) and "onflict" in text:
        return WriteConflict(text)
    if isinstance(error, duckdb.BinderException):
        column = _UNKNOWN_COLUMN.search(first_line)
        if column and "not found" in first_line:
            return invalid(f"error line 1 at position 0\ninvalid identifier '{column.group(1)}'", "000904")
        return invalid(first_line, "002043" if "does not exist" in first_line else "001044")
    if isinstance(error, duckdb.CatalogException):
        function = _UNKNOWN_FUNCTION.search(first_line)
        if function:
            return invalid(f"Unknown function {function.group(1).upper()}", "002140", "42601")
        return invalid(first_line, "002003", "42S02")
    if isinstance(error, duckdb.ParserException):
        return invalid(f"{first_line}\nin: {statement[:200]}")
    return _from_runtime_error(error, text, first_line, statement)


def _from_runtime_error(
    error: duckdb.Error, text: str, first_line: str, statement: str
) -> SnowflakeError | WriteConflict:
    if isinstance(error, duckdb.ConversionException | duckdb.OutOfRangeException):
        return SnowflakeError("100038", "22018", first_line)
    if isinstance(error, duckdb.ConstraintException) and "NOT NULL" in text:
        return SnowflakeError("100072", "22000", f"NULL result in a non-nullable column ({first_line})")
    if "more than one source row" in text or "more than once" in text:
        return SnowflakeError("100090", "42P18", f"Duplicate row detected during DML action\n{first_line}")
    if "Division by zero" in text:
        return SnowflakeError("100051", "22012", "Division by zero")
    if "onflict" in text:
        return WriteConflict(text)
    return SnowflakeError("000603", "XX000", f"SQL execution error: {first_line}\nin: {statement[:200]}")
