# SPDX-License-Identifier: Apache-2.0
"""`make demo`: the main job from end to end against the embedded OpenTok; stops at the first thing that is not as promised.

The example folders run as they are: `examples/pulumi/tenants` on the real Pulumi engine, `examples/ansible/tenants` by a real
ansible-playbook. A change that a person would make in tenants.yaml is made in a copy.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pulumi_opentok.core import Credentials, Forbidden  # noqa: E402
from pulumi_opentok.core.api.opentok import OpenTok  # noqa: E402
from pulumi_opentok.emulator import Emulator  # noqa: E402
from tests.engine.outcome import NO_CHANGES_EXPECTED  # noqa: E402
from tests.engine.stack import EngineStack  # noqa: E402
from tests.playbooks.ansible_run import AnsibleRun, Played  # noqa: E402
from tests.proxies import pass_proxies  # noqa: E402
from tools.engine.pulumi_cli import ensure_engine  # noqa: E402

PULUMI_EXAMPLE = ROOT / "examples" / "pulumi" / "tenants"
ANSIBLE_EXAMPLE = ROOT / "examples" / "ansible" / "tenants"
TENANTS = 12


class BrokenPromise(Exception):
    """Something was not as the demo says."""


class Story:
    """Says what happens, holds it to what was promised, and keeps the rows of the closing table."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, float]] = []
        self._proof = ""

    @contextmanager
    def step(self, title: str, promise: str) -> Iterator[None]:
        """One step; `promise` says what it proves."""
        print(f"\n\033[1m{len(self.rows) + 1:2}. {title}\033[0m\n    {promise}", flush=True)
        started, self._proof = time.monotonic(), ""
        yield
        self.rows.append((title, self._proof, time.monotonic() - started))

    def shown(self, holds: bool, proof: str, otherwise: object = "") -> None:
        """Goes on if `holds`."""
        if not holds:
            raise BrokenPromise(f"not as promised: {proof}\n{otherwise}")
        self._proof = f"{self._proof}; {proof}" if self._proof else proof
        print(f"    \033[32m✓\033[0m {proof}", flush=True)

    def table(self) -> None:
        """What was proven."""
        width = max(len(title) for title, _, _ in self.rows)
        print(f"\n{'step':<{width + 4}}  {'seconds':>7}  proven")
        for number, (title, proof, seconds) in enumerate(self.rows, 1):
            print(f"{number:2}. {title:<{width}}  {seconds:7.1f}  {proof}")


class Demo:
    """The emulator, the stack and the playbooks of one run of the demo."""

    def __init__(self, opentok: Emulator, folder: Path) -> None:
        self.story = Story()
        self.opentok = opentok
        self.stack = EngineStack(ensure_engine(), folder / "pulumi", folder=PULUMI_EXAMPLE, env=opentok.env)
        (folder / "ansible").mkdir()
        self.ansible = AnsibleRun(folder / "ansible", opentok)

    def edit_tenants(self, change: Callable[[str], str]) -> None:
        """Edits tenants.yaml of the stack as a person would."""
        file = self.stack.work_dir / "tenants.yaml"
        text = change(file.read_text(encoding="utf-8"))
        file.unlink()
        file.write_text(text, encoding="utf-8")

    def requests(self) -> list[str]:
        """The requests since the last call, by operation."""
        names = [str(entry["operation"]) for entry in self.opentok.journal()]
        self.opentok.clear_journal()
        return names

    def signed_call(self, key: str, secret: str) -> str:
        """Creates a session with these credentials: "works", or the server's message."""
        try:
            OpenTok(Credentials(key=key, secret=secret, kind="project"), api_url=self.opentok.url).sessions.create()
        except Forbidden as error:
            return f"HTTP {error.status} {error.server_message}"
        return "works"

    def play(self, playbook: str, *arguments: str) -> Played:
        """Runs a playbook of the example."""
        return self.ansible.playbook(ANSIBLE_EXAMPLE / playbook, *arguments)


def create(demo: Demo) -> None:
    story, stack = demo.story, demo.stack
    with story.step("pulumi preview", "shows what would be done and sends nothing"):
        planned = stack.preview().ok()
        story.shown(planned.changes.get("create") == TENANTS + 1, f"{TENANTS} projects to create", planned.text)
        story.shown(demo.requests() == [], "no request was sent")
    with story.step("pulumi up", "one project for each tenant, names as customers write them"):
        stack.up().ok()
        sent = demo.requests()
        names = {project["name"] for project in demo.opentok.all_projects()}
        story.shown(len(names) == TENANTS, f"{TENANTS} projects, among them {sorted(names)[-1]!r}")
        # One of the tenants is declared suspended.
        lists = sent.count("project.list")
        others = sorted(operation for operation in sent if operation != "project.list")
        as_few = 2 <= lists <= 1 + TENANTS and others == ["project.create"] * TENANTS + ["project.set_status"]
        story.shown(as_few, f"{len(sent)} requests: {TENANTS} creates, one suspension, {lists} lists, before and after them", sent)
    with story.step("pulumi up again", "what matches its declaration stays as it is"):
        again = stack.up(expect_no_changes=True).ok()
        story.shown(not again.changed, "nothing changed", again.text)
        story.shown(demo.requests() == [], "no request was sent")


def suspend(demo: Demo) -> None:
    story, stack = demo.story, demo.stack
    outputs = stack.outputs()
    key, secret = outputs["api_keys"]["globex"], outputs["api_secrets"]["globex"]
    with story.step("suspend a tenant", "a change of one line in tenants.yaml stops its key"):
        story.shown(demo.signed_call(key, secret) == "works", f"before: a call signed by key {key} works")
        demo.edit_tenants(lambda text: text.replace("  - key: globex\n", "  - key: globex\n    status: suspended\n"))
        planned = stack.preview().ok()
        story.shown(any("suspend project" in text for text in planned.warnings), "the preview warns of it", planned.text)
        stack.up().ok()
        answer = demo.signed_call(key, secret)
        story.shown(answer.startswith("HTTP 403"), f"after: the same call gets {answer}", answer)


def rotate(demo: Demo) -> None:
    story, stack = demo.story, demo.stack
    outputs = stack.outputs()
    key, old = outputs["api_keys"]["acme"], outputs["api_secrets"]["acme"]
    with story.step("rotate a secret", "a changed trigger rotates once, in place"):
        demo.edit_tenants(lambda text: text.replace('rotation: "2026-11"', 'rotation: "2026-12"'))
        planned = stack.preview().ok()
        story.shown(any("every client token" in text for text in planned.warnings), "the preview says that client tokens die", planned.text)
        demo.requests()
        stack.up().ok()
        sent = demo.requests()
        story.shown(sent == ["project.get", "project.refresh_secret", "archive.list"], "three requests: read, refresh, proof", sent)
        answer = demo.signed_call(key, old)
        story.shown(answer.startswith("HTTP 403"), f"the old secret is dead: {answer}", answer)
        new = stack.outputs()["api_secrets"]["acme"]
        story.shown(demo.signed_call(key, new) == "works", "the new one works, the API key is the same")


def drift(demo: Demo) -> None:
    story, stack = demo.story, demo.stack
    key = stack.outputs()["api_keys"]["rocket"]
    with story.step("drift", "someone deletes a project in the dashboard"):
        demo.opentok.delete_project(key)
        check = stack.preview(expect_no_changes=True, refresh=True)
        story.shown(check.code == NO_CHANGES_EXPECTED, "the nightly check exits with 7", check.text)
    with story.step("repair", "the next up creates it again, and nothing else"):
        repaired = stack.up(refresh=True).ok()
        story.shown(repaired.changes.get("create") == 1, "one project created", repaired.changes)
        check = stack.preview(expect_no_changes=True, refresh=True)
        story.shown(check.code == 0, "the check is quiet again", check.text)


def playbooks(demo: Demo) -> None:
    story = demo.story
    with story.step("ansible-playbook drift.yml", "Ansible checks the same tenants.yaml"):
        played = demo.play("drift.yml")
        story.shown(played.status != 0 and "Globex" in played.output, "finds what the stack's edited copy suspended", played.output)
    with story.step("ansible-playbook site.yml --check --diff", "check mode says what the run would do"):
        predicted = demo.play("site.yml", "--check", "--diff").succeeded()
        actions = predicted.of("The projects of all tenants").result["actions"]
        story.shown(len(actions) == 1 and actions[0].startswith("activate project"), actions[0][:60] + " …", predicted.output)
    with story.step("ansible-playbook site.yml", "the run does exactly that; a second run changes nothing"):
        done = demo.play("site.yml").succeeded()
        story.shown(done.of("The projects of all tenants").result["actions"] == actions, "did what check mode said", done.output)
        story.shown(demo.play("drift.yml").succeeded().changed() == [], "drift.yml: nothing has drifted")
    with story.step("suspend.yml, activate.yml", "one tenant by its key"):
        suspended = demo.play("suspend.yml", "-e", "tenant=tokyo").succeeded()
        story.shown(len(suspended.changed()) == 1, "suspended")
        activated = demo.play("activate.yml", "-e", "tenant=tokyo").succeeded()
        story.shown(len(activated.changed()) == 1, "active again")
    with story.step("retire.yml", "a tenant leaves"):
        played = demo.play("retire.yml", "-e", "tenant=percent").succeeded()
        story.shown(len(demo.opentok.all_projects()) == TENANTS - 1, "its project is deleted", played.output)


def destroy(demo: Demo) -> None:
    story, stack = demo.story, demo.stack
    secrets = [project["secret"] for project in demo.opentok.all_projects()] + [demo.opentok.account_secret]
    with story.step("pulumi destroy", "everything goes, even what Ansible has already deleted"):
        stack.destroy().ok()
        story.shown(demo.opentok.all_projects() == [], "no project is left")
    with story.step("secrets", "none in plain text in any file that Pulumi wrote"):
        everything = stack.everything_on_disk()
        story.shown(not any(secret in everything for secret in secrets), f"{len(secrets)} secrets looked for in {len(everything):,} characters")


def main() -> int:
    print("OpenTok projects as desired state: the whole workflow on this machine, without an account.")
    started = time.monotonic()
    pass_proxies()
    with tempfile.TemporaryDirectory() as folder, Emulator() as opentok:
        (Path(folder) / "pulumi").mkdir()
        demo = Demo(opentok, Path(folder))
        print(f"The embedded OpenTok listens on {opentok.url}.")
        try:
            for part in (create, suspend, rotate, drift, playbooks, destroy):
                part(demo)
        except (BrokenPromise, AssertionError) as broken:
            print(f"\n\033[31m✗\033[0m {broken}", file=sys.stderr)
            return 1
        demo.story.table()
    print(f"\nAll as promised, in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
