"""Which function answers which statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import statements as s
from ..errors import not_supported
from . import (
    databases,
    grants,
    policies,
    principals,
    properties,
    relations,
    result,
    schemas,
    session_settings,
    tags,
    transactions,
)
from .clones import create_table_clone
from .context import Context
from .describe import describe_object
from .result import TRANSACTION, Result
from .show import show
from .show_grants import show_future_grants, show_grants

Handler = Callable[[Context, Any], Result]


def _create_or_drop(by_kind: dict[str, Handler], otherwise: Handler) -> Handler:
    def handle(context: Context, statement: Any) -> Result:
        return by_kind.get(statement.kind, otherwise)(context, statement)

    return handle


def _unsupported(context: Context, _: s.Statement) -> Result:
    raise not_supported(f"this statement: {context.text.strip()[:300]}")


def _begin(context: Context, _: s.Begin) -> Result:
    transactions.begin(context)
    return result.status(statement_type=TRANSACTION)


def _commit(context: Context, _: s.Commit) -> Result:
    transactions.commit(context)
    return result.status(statement_type=TRANSACTION)


def _rollback(context: Context, _: s.Rollback) -> Result:
    transactions.rollback(context)
    return result.status(statement_type=TRANSACTION)


_account_object = principals.drop_account_object
_DROP: dict[str, Handler] = {
    "SCHEMA": schemas.drop_schema,
    "DATABASE": databases.drop_database,
    "TABLE": relations.drop_relation,
    "VIEW": relations.drop_relation,
    "ROLE": _account_object,
    "DATABASE ROLE": _account_object,
    "USER": _account_object,
    "WAREHOUSE": _account_object,
}
_RENAME: dict[str, Handler] = {
    "SCHEMA": schemas.rename_schema,
    "TABLE": relations.rename_relation,
    "VIEW": relations.rename_relation,
}
_SWAP: dict[str, Handler] = {
    "SCHEMA": schemas.swap_schemas,
    "TABLE": relations.swap_tables,
    "DATABASE": databases.swap_databases,
}
_UNDROP: dict[str, Handler] = {
    "SCHEMA": schemas.undrop_schema,
    "TABLE": relations.undrop_table,
    "DATABASE": databases.undrop_database,
}
_SET: dict[str, Handler] = {"USER": principals.set_user_properties, "WAREHOUSE": _unsupported, "ROLE": _unsupported}
_UNSET: dict[str, Handler] = {"USER": principals.set_user_properties, "WAREHOUSE": _unsupported, "ROLE": _unsupported}

HANDLERS: dict[type[s.Statement], Handler] = {
    s.CreateSchema: schemas.create_schema,
    s.CreateDatabase: databases.create_database,
    s.CreateTableClone: create_table_clone,
    s.CreateListedObject: relations.create_listed,
    s.CreateAccountObject: principals.create_account_object,
    s.DropObject: _create_or_drop(_DROP, relations.drop_listed),
    s.UndropObject: _create_or_drop(_UNDROP, _unsupported),
    s.RenameObject: _create_or_drop(_RENAME, _unsupported),
    s.SwapObjects: _create_or_drop(_SWAP, _unsupported),
    s.SetProperties: _create_or_drop(_SET, properties.set_properties),
    s.UnsetProperties: _create_or_drop(_UNSET, properties.unset_properties),
    s.SetManagedAccess: schemas.set_managed_access,
    s.AlterClustering: properties.alter_clustering,
    s.SetMaskingPolicies: policies.set_masking_policies,
    s.ChangeRowAccessPolicy: policies.change_row_access_policy,
    s.ChangeTags: tags.change_tags,
    s.CommentOn: properties.comment_on,
    s.CommentColumns: properties.comment_columns,
    s.GrantPrivileges: grants.grant_privileges,
    s.RevokePrivileges: grants.revoke_privileges,
    s.GrantOwnership: grants.grant_ownership_of,
    s.GrantRole: grants.grant_role_to,
    s.RevokeRole: grants.revoke_role_from,
    s.AddAccessToken: principals.add_access_token,
    s.RemoveAccessToken: principals.remove_access_token,
    s.AlterWarehouse: principals.alter_warehouse,
    s.Use: session_settings.use,
    s.UseSecondaryRoles: session_settings.use_secondary_roles,
    s.SetSessionParameters: session_settings.set_parameters,
    s.UnsetSessionParameters: session_settings.unset_parameters,
    s.Begin: _begin,
    s.Commit: _commit,
    s.Rollback: _rollback,
    s.Show: show,
    s.ShowGrants: show_grants,
    s.ShowFutureGrants: show_future_grants,
    s.Describe: describe_object,
}
