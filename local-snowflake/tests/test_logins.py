"""Logging in: passwords, key pairs, tokens, and their refusals. D/ is https://docs.snowflake.com/en/."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from server_process import Client, ServerProcess
from snowflake.connector.errors import DatabaseError


def _key() -> tuple[bytes, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(public).decode()


def _refused(server: ServerProcess, code: str, **settings: object) -> None:
    with pytest.raises(DatabaseError) as refusal, server.connect(**settings):
        pass
    assert code in str(refusal.value)


def test_a_wrong_password_or_user_is_refused(server: ServerProcess) -> None:
    _refused(server, "390100", password="wrong")
    _refused(server, "390100", user="NOBODY")


def test_a_key_pair_is_verified(admin: Client, server: ServerProcess) -> None:
    """D/user-guide/key-pair-auth."""
    private, public = _key()
    other, _ = _key()
    admin.run(f"create user keyed rsa_public_key = '{public}' type = service default_role = public")
    settings = {"user": "KEYED", "password": None, "authenticator": "SNOWFLAKE_JWT"}
    with server.connect(private_key=private, **settings) as client:
        assert client.run("select current_user(), current_role()") == [("KEYED", "PUBLIC")]
    _refused(server, "390144", private_key=other, **settings)
    admin.run("drop user keyed")
    _refused(server, "390144", private_key=private, **settings)


def test_a_programmatic_access_token_is_checked_and_can_be_removed(admin: Client, server: ServerProcess) -> None:
    """D/sql-reference/sql/alter-user-add-programmatic-access-token."""
    admin.run("create user robot type = service default_role = public")
    name, secret = admin.run("alter user robot add programmatic access token ci")[0]
    assert name == "CI"
    settings = {"user": "ROBOT", "password": None, "authenticator": "PROGRAMMATIC_ACCESS_TOKEN"}
    with server.connect(token=secret, **settings) as client:
        assert client.value("select current_user()") == "ROBOT"
    _refused(server, "394400", token=secret + "x", **settings)
    admin.run("alter user robot remove programmatic access token ci")
    _refused(server, "394400", token=secret, **settings)
    admin.run("drop user robot")


def test_a_role_that_the_user_does_not_have_is_refused(admin: Client, server: ServerProcess) -> None:
    admin.run("create user plain password = 'p'")
    _refused(server, "390189", user="PLAIN", password="p", role="SYSADMIN")
    with server.connect(user="PLAIN", password="p") as client:
        assert client.value("select current_role()") == "PUBLIC"
    admin.run("alter user plain set disabled = true")
    _refused(server, "390101", user="PLAIN", password="p")
    admin.run("drop user plain")


def test_a_login_creates_nothing(admin: Client, server: ServerProcess) -> None:
    with server.connect(database="not_there", schema="neither", warehouse="nor_this") as client:
        assert client.run("select current_database(), current_schema(), current_warehouse()") == [(None, None, None)]
        assert client.error("select * from t")[0] == "090105"
    assert "NOT_THERE" not in admin.column("show databases", "name")


def test_a_warehouse_without_usage_is_not_in_use(admin: Client, server: ServerProcess) -> None:
    """D/user-guide/security-access-control-privileges (virtual warehouses), D/sql-reference/sql/use-warehouse."""
    admin.run("create warehouse engine", "create role driver", "create user someone password = 'p'")
    admin.run("grant role driver to user someone", "grant monitor on warehouse engine to role driver")
    login = {"user": "SOMEONE", "password": "p", "role": "DRIVER", "warehouse": "ENGINE"}
    with server.connect(**login) as client:
        assert client.value("select current_warehouse()") is None
        assert client.error("use warehouse engine")[0] == "002043"
        admin.run("grant usage on warehouse engine to role driver")
        client.run("use warehouse engine")
        assert client.value("select current_warehouse()") == "ENGINE"
    with server.connect(**login) as client:
        assert client.value("select current_warehouse()") == "ENGINE"
    admin.run("drop user someone", "drop role driver", "drop warehouse engine")


def test_secondary_roles_count_only_when_asked(admin: Client, server: ServerProcess) -> None:
    """D/user-guide/security-access-control-overview (authorization through secondary roles)."""
    database = admin.value("select current_database()")
    admin.run("create role side", "create user two_roles password = 'p'", "grant role side to user two_roles")
    admin.run(f"grant usage on database {database} to role side", "grant usage on schema public to role side")
    admin.run("create table t as select 1 as x", "grant select on table t to role side")
    with server.connect(user="TWO_ROLES", password="p") as client:
        assert client.error(f"select x from {database}.public.t")[0] == "002003"
        client.run("use secondary roles all")
        assert client.value(f"select x from {database}.public.t") == 1
    admin.run("drop user two_roles", "drop role side")
