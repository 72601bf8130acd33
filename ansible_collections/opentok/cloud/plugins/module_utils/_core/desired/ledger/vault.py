# SPDX-License-Identifier: Apache-2.0
"""The cells of a ledger as secrets of a HashiCorp Vault KV version 2 engine, written by check-and-set.

``vault:MOUNT/PATH`` has them as ``PATH/PART/[GROUP/]KEY``. Needs ``read``, ``create`` and ``update`` on ``MOUNT/data/PATH/*``, and ``create``,
``update``, ``list`` and ``delete`` on ``MOUNT/metadata/PATH/*``.
"""

from __future__ import annotations

import contextlib
import datetime
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from ...errors import InvalidInput, LedgerError, Problem, quote
from ..stores.vault_engine import CHECK_AND_SET, VaultEngine, VaultNotThere, VaultRefused, VaultUnanswered, is_path, map_in
from .cell import Cell, Changed, Unanswered, again, each_cell, keys_of, segment
from .ledger import ledger_error

VERSIONS = 2
"""How many versions of a run's sign of life are kept: it writes one every few seconds. Of all else the engine keeps what it is told to."""

T = TypeVar("T")


class VaultCells:
    """See :class:`Cells`. A revision is the number of a version; one that was deleted counts."""

    timeout: ClassVar[float] = 10.0
    """Seconds without a byte after which an answer is given up."""

    def __init__(self, where: str, path: str) -> None:
        self.where = where
        allowed = "read, create and update on MOUNT/data/PATH/*; create, update, list and delete on MOUNT/metadata/PATH/*"
        self._engine = VaultEngine(path, f"ledger {quote(where, 300)}", needs=allowed, timeout=self.timeout)
        self._mount = self._base = ""
        self._clock: tuple[datetime.datetime, float] | None = None
        self._locked = threading.Lock()

    @classmethod
    def of(cls, place: str) -> VaultCells:
        """The cells of ``place``. Raises ``InvalidInput``."""
        path = place.removeprefix("vault:")
        if not is_path(path):
            said = ", without // and any token: that is VAULT_TOKEN or ~/.vault-token" if path.startswith("//") else f", not {quote(place, 200)}"
            raise InvalidInput(Problem("ledger", f"must be vault:MOUNT/PATH such as vault:secret/opentok/ledger{said}"))
        return cls(place, path)

    def open(self, *, write: bool) -> None:
        self._mount, self._base = again(lambda: self._told(self._engine.place))

    def close(self) -> None:
        self._engine.close()

    def empty(self) -> bool:
        return not self._listed(self._base)

    def read(self, part: str, key: str, group: str = "") -> Cell | None:
        return self._get(self._path(part, key, group))

    def write(self, part: str, key: str, value: Mapping[str, Any], expected: Any, *, group: str = "") -> Any:
        path, kv = self._path(part, key, group), self._engine.kv()
        try:
            if part == "runners" and expected is None:
                self._ask("write", lambda: kv.update_metadata(path, max_versions=VERSIONS, mount_point=self._mount), silent=True)
            answer = self._ask("write", lambda: kv.create_or_update_secret(path, secret=dict(value), cas=expected or 0, mount_point=self._mount))
        except VaultNotThere:
            raise ledger_error(self.where, "cannot be used: the engine went away: see `vault secrets list`") from None
        written = map_in(answer, "data")
        if not isinstance(written.get("version"), int):
            raise Unanswered(str(self._no_version()))
        self._set_clock(written)
        return written["version"]

    def remove(self, part: str, key: str) -> None:
        path = self._path(part, key)
        with contextlib.suppress(VaultNotThere):
            self._ask("delete", lambda: self._engine.kv().delete_metadata_and_all_versions(path, mount_point=self._mount), silent=True)

    def keys(self, part: str, group: str = "") -> Iterable[str]:
        folder = self._path(part, "", group).rstrip("/")
        return keys_of(self, self._listed(folder), part, lambda name: self._get(f"{folder}/{name}"))

    def _path(self, part: str, key: str, group: str = "") -> str:
        within = f"{group}/" if group else ""
        return f"{self._base}/{part}/{within}{segment(key) if key else ''}"

    def _listed(self, folder: str) -> list[str]:
        def call() -> list[str]:
            try:
                answer = self._ask("list", lambda: self._engine.kv().list_secrets(folder, mount_point=self._mount))
            except VaultNotThere:
                return []
            names = map_in(answer, "data").get("keys")
            if not isinstance(names, list):
                raise Unanswered(str(ledger_error(self.where, f"cannot be used: a list has no keys in it: is {self._engine.address()} a Vault?")))
            return [str(name) for name in names]

        return again(call)

    def _get(self, path: str) -> Cell | None:
        kv = self._engine.kv()

        def call() -> Cell | None:
            try:
                answer = self._ask("read", lambda: kv.read_secret_version(path, mount_point=self._mount, raise_on_deleted_version=False))
            except VaultNotThere as nothing:
                return Cell({}, nothing.version) if nothing.version else None
            data = map_in(answer, "data")
            metadata = map_in(data, "metadata")
            if not isinstance(metadata.get("version"), int):
                raise Unanswered(str(self._no_version()))
            return Cell(map_in(data, "data"), metadata["version"], self._age(metadata))

        return again(call)

    def _ask(self, what: str, call: Callable[[], Any], *, silent: bool = False) -> Mapping[str, Any]:
        """Raises ``VaultNotThere``, :class:`Changed`, :class:`Unanswered` and ``LedgerError``."""
        return self._told(lambda: self._engine.ask(what, call, silent=silent))

    @staticmethod
    def _told(call: Callable[[], T]) -> T:
        try:
            return call()
        except VaultUnanswered as failure:
            raise Unanswered(str(failure)) from None
        except VaultRefused as refusal:
            raise (Changed() if CHECK_AND_SET in refusal.said else LedgerError(str(refusal))) from None

    def _no_version(self) -> LedgerError:
        return ledger_error(self.where, f"cannot be used: an answer has no version in it: is {self._engine.address()} a Vault?")

    def _set_clock(self, written: Mapping[str, Any]) -> None:
        """What Vault's clock says, by the time of what it has just written."""
        now = _moment(written)
        with self._locked:
            if now is not None and (self._clock is None or now > self._clock[0]):
                self._clock = now, time.monotonic()

    def _age(self, metadata: Mapping[str, Any]) -> float | None:
        with self._locked:
            then, clock = _moment(metadata), self._clock
        if then is None or clock is None:
            return None
        return (clock[0] - then).total_seconds() + time.monotonic() - clock[1]

    def list(self, part: str) -> Iterable[tuple[str, Cell]]:
        return each_cell(self, part)


def _moment(metadata: Mapping[str, Any]) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(str(metadata.get("created_time")))
    except ValueError:
        return None
