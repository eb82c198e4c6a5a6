"""Who may log in: password, key pair, programmatic access token; then the session's role and names."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt.types import Options

from ..access import Principal
from ..access.privileges import can_compute
from ..access.roles import PUBLIC, exists, may_assume, role
from ..account.account import Account
from ..account.objects import AccountState, User, warehouse_id
from ..engine.names import parse_name
from ..errors import SnowflakeError
from .parameters import PARAMETERS
from .passwords import password_matches
from .session import Session

# Clocks of runners differ; Snowflake allows 60 seconds.
JWT_LEEWAY_SECONDS = 60


@dataclass(frozen=True)
class LoginRequest:
    """What a driver sends; names are as the user wrote them."""

    user: str
    authenticator: str
    password: str
    token: str
    client: str
    database: str | None
    schema: str | None
    warehouse: str | None
    role: str | None
    parameters: Mapping[str, Any]


def log_in(account: Account, request: LoginRequest) -> Session:
    """A new session, or the documented refusal; nothing is ever created by a login."""
    state = account.state
    person = _authenticated(state, request)
    chosen = _role(state, person, request.role)
    session = Session(person.name, chosen, account.storage.connect(), client=request.client)
    session.secondary_roles = None if person.secondary_roles else ()
    for name, value in request.parameters.items():
        if name.upper() in PARAMETERS and value is not None:
            text = str(value)
            session.parameters[name.upper()] = text.lower() if isinstance(value, bool) else text
    _set_names(state, session, person, request)
    account.sessions[session.token] = session
    return session


def _authenticated(state: AccountState, request: LoginRequest) -> User:
    name = request.user.upper()
    person = state.users.get(name) or state.users.get(request.user)
    method = request.authenticator.upper()
    if method in ("", "SNOWFLAKE"):
        # A token may stand in the password's place (https://docs.snowflake.com/en/user-guide/programmatic-access-tokens).
        known = person is not None and (
            password_matches(request.password, person.password_hash) or _has_token(person, request.password)
        )
        refusal = SnowflakeError("390100", "08001", "Incorrect username or password was specified.")
    elif method == "SNOWFLAKE_JWT":
        person = _jwt_user(state, request.token) or person
        known = person is not None and _jwt_valid(person, request.token)
        refusal = SnowflakeError("390144", "08001", "JWT token is invalid.")
    elif method == "PROGRAMMATIC_ACCESS_TOKEN":
        person = person or next((one for one in state.users.values() if _has_token(one, request.token)), None)
        known = person is not None and _has_token(person, request.token or request.password)
        refusal = SnowflakeError("394400", "08001", "Programmatic access token is invalid.")
    else:
        known = False
        refusal = SnowflakeError("390190", "08001", f"The authenticator {request.authenticator} is not supported here.")
    if not known or person is None:
        raise refusal
    if person.disabled:
        raise SnowflakeError("390101", "08001", "User access disabled. Contact your local system administrator.")
    return person


def _has_token(person: User, secret: str) -> bool:
    return bool(secret) and any(password_matches(secret, token.secret_hash) for token in person.tokens)


def _jwt_user(state: AccountState, token: str) -> User | None:
    """The subject is ACCOUNT.USER (https://docs.snowflake.com/en/developer-guide/sql-api/authenticating)."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    subject = str(claims.get("sub", ""))
    return state.users.get(subject.rpartition(".")[2].upper())


def _jwt_valid(person: User, token: str) -> bool:
    if not person.rsa_public_key:
        return False
    try:
        key = load_der_public_key(base64.b64decode(person.rsa_public_key))
        if not isinstance(key, RSAPublicKey):
            return False
        unchecked: Options = {"verify_aud": False, "verify_iat": False, "verify_exp": False}
        claims = jwt.decode(token, key, algorithms=["RS256"], options=unchecked)
    except (jwt.PyJWTError, ValueError):
        return False
    if not _is_current(claims.get("iat"), claims.get("exp")):
        return False
    return str(claims.get("sub", "")).rpartition(".")[2].upper() == person.name


def _is_current(issued: object, expires: object) -> bool:
    """Whether the token is valid now.

    The Node driver writes milliseconds where the standard has seconds (lib/authentication/auth_keypair.js).
    """
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        return False
    now = time.time()
    unit = 1000 if issued > 100 * now else 1
    return issued / unit - JWT_LEEWAY_SECONDS <= now <= expires / unit + JWT_LEEWAY_SECONDS


def _role(state: AccountState, person: User, wanted: str | None) -> Principal:
    name = parse_name(wanted).last if wanted else person.default_role
    if not name:
        return PUBLIC
    chosen = role(name)
    if not exists(state.access, chosen) or not may_assume(state.access, person.name, chosen):
        raise SnowflakeError(
            "390189",
            "08001",
            f"Role '{name}' specified in the connect string is not granted to this user. "
            "Contact your local system administrator, or attempt to login with another role, e.g. PUBLIC.",
        )
    return chosen


def _set_names(state: AccountState, session: Session, person: User, request: LoginRequest) -> None:
    """Names that do not exist, and a warehouse that the role may not use, stay unset, as in Snowflake."""
    default = parse_name(person.default_namespace).parts if person.default_namespace else ()
    database = parse_name(request.database).last if request.database else next(iter(default), None)
    schema = parse_name(request.schema).last if request.schema else (default[1] if len(default) > 1 else "PUBLIC")
    warehouse = parse_name(request.warehouse).last if request.warehouse else person.default_warehouse
    if warehouse in state.warehouses and can_compute(state.access, session.roles(state), warehouse_id(warehouse)):
        session.warehouse = warehouse
    if database is not None and database in state.databases:
        session.database = database
        if schema in state.databases[database].schemas:
            session.schema = schema
