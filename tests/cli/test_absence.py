# SPDX-License-Identifier: Apache-2.0
"""The command through a gateway, and with the ledger of another account: nothing is gone, nothing is "not due", because of that."""

from __future__ import annotations

from tests.cli.running import Command
from tests.gateway import HTML_404, Answer, gateway

OTHER = {"OPENTOK_ACCOUNT_KEY": "20000002", "OPENTOK_ACCOUNT_SECRET": "0ther5ecret" * 4}


def test_what_a_gateway_says(command: Command) -> None:
    file = command.file("projects: [{key: acme, name: Acme}]")
    command("apply", "-f", file).ok()
    globex = command.projects.create("Globex")
    before = command.emulator.all_projects()
    with gateway(command.emulator.url) as between:
        through = {"OPENTOK_API_URL": between.url}
        between.instead = lambda method, path: HTML_404
        for arguments in (("list",), ("show", "Acme"), ("apply", "-f", file), ("due", "-f", file), ("rotate", "Acme", "--yes", "--reason", "leaked")):
            command(*arguments, **through).failed(1, "it does not prove that anything is gone", "is the address right (", between.url)
        # Only half of the account comes: Acme is not made anew, Globex does not end.
        between.instead = lambda method, path: None
        between.changed = lambda method, path, answer: Answer(206, Answer.of(answer.json[1:]).body) if path == "/v2/project" else answer
        done = command("apply", "-f", file, "--purge-at-most", "5", "--yes", **through)
        done.failed(1, "the list from", "is incomplete, so it is not used: HTTP 206")
        # It is listed, and its end meets the gateway.
        between.changed = lambda method, path, answer: answer
        for answer, says in ((HTML_404, "the server may or may not have done it"), (Answer(200), "where the API answers 204")):
            between.instead = lambda method, path, answer=answer: answer if method == "DELETE" else None  # type: ignore[misc]
            command("apply", "-f", file, "--purge-at-most", "5", "--yes", **through).failed(3, "Globex: project.delete of project", says)
        command("list", OPENTOK_API_URL=f"{between.url}/opentok").failed(2, "api_url: must end after the host, without the path '/opentok'")
    assert command.emulator.all_projects() == before
    assert globex.id in [project["id"] for project in before]


def test_the_ledger_of_another_account(command: Command) -> None:
    command.emulator.add_account(OTHER["OPENTOK_ACCOUNT_KEY"], OTHER["OPENTOK_ACCOUNT_SECRET"])
    command("apply", "-f", command.file("projects: [{name: Acme, secret_max_age: 90d}]"), "--ledger", "ledger.json").ok()
    acme = command.projects.list()[0]
    theirs = f"belong to account {command.emulator.account_key}"
    command("due", "--ledger", "ledger.json", **OTHER).failed(1, theirs, "of account 20000002")
    by_id = command.file(f"projects: [{{key: acme, id: '{acme.id}', status: suspended}}]", "by_id.yaml")
    for do in ("plan", "apply"):
        belongs = f"acme: project {acme.id} belongs to account {command.emulator.account_key}"
        command(do, "-f", by_id, "--ledger", "ledger.json", **OTHER).failed(1, belongs, "of account 20000002: nothing was read or changed")
    made = command("apply", "-f", "tenants.yaml", "--ledger", "ledger.json", **OTHER).ok()
    assert f"the ledger knows project 'Acme' as {acme.id} of account {command.emulator.account_key}; it is left as it is" in made.out


def test_rows_that_are_not_whole(command: Command) -> None:
    """They are read by their ids where that is needed, and shown as far as they are known where it is not."""
    acme, globex = command.projects.create("Acme"), command.projects.create("Globex")
    with gateway(command.emulator.url) as between:
        between.changed = lambda method, path, answer: (
            Answer.of([{"id": row["id"], "name": row["name"]} for row in answer.json] + [{"name": "No id"}]) if path == "/v2/project" else answer
        )
        through = {"OPENTOK_API_URL": between.url}
        listed = command("list", "--json", **through)
        assert (listed.code, listed.err.count("\n")) == (0, 1)
        assert "is incomplete in the list" in listed.err
        shown = {project["name"]: (project["id"], project["status"], project["secret_fingerprint"]) for project in listed.json["projects"]}
        assert shown == {"Acme": (acme.id, None, None), "Globex": (globex.id, None, None), "No id": (None, None, None)}
        assert command("show", "Acme", "--json", **through).json["project"]["secret_fingerprint"] == acme.secret_fingerprint
        file = command.file("projects: [{name: Acme, status: suspended}, {name: No id}]")
        done = command("apply", "-f", file, "--purge-at-most", "5", "--yes", **through)
        assert done.code == 1
        assert "No id: the list of account" in done.err
        assert "~ Acme  suspend project" in done.out
        assert "Globex: not ended: that is done only when nothing else has failed" in done.err
        rotated = command("rotate", "Globex", "--yes", "--reason", "leaked", **through)
        assert (rotated.code, "rotate the secret of project" in rotated.out) == (0, True)
    assert {row["name"]: row["status"] for row in command.emulator.all_projects()} == {"Acme": "SUSPENDED", "Globex": "VALID"}
