# SPDX-License-Identifier: Apache-2.0
"""A ledger in PostgreSQL: a store that is for many runs at once."""

from __future__ import annotations

from .store import PostgresqlStore

__all__ = ["PostgresqlStore"]
