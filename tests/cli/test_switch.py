# SPDX-License-Identifier: Apache-2.0
"""`suspend` and `activate`: of one project, of the projects that a CSV names; who is meant is known before anything is done."""

from __future__ import annotations

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.fleet.csv_rows import wanted_of_csv
from tests.cli.running import Command

CUTS = "its key and every session made with it stop working"
NAMES = {
    "as it should be": "api_key,name\n1,a\n2,b\n",
    "of a spreadsheet": '\ufeffName;API Key;Days overdue\r\n"Acme; Inc";1;31\r\nB;2;4\r\n',
    "with tabs and other headings first": "Kunde\tOPENTOK_API_KEY\nA\t1\nB\t2",
    "with blanks, blank lines and quotes": 'id , x\n\n  1  , a\n,\n\n"2"\n   \n',
    "with more commas than cells": "id,x,,\n1,a,,\n2,,,,,\n",
    "with a line for Excel": 'sep=|\r\nid|x\r\n1|a\r\n2|b,c,d\r\n',
    "with a key of the customer's own": "key,id,x\n9,1,a\n8,2,b\n",
    "with a cell of several lines": 'key,note\n1,"he said ""no"" ; and\n\nleft"\n2,\n',
}
BAD = {
    "": "overdue.csv: is empty",
    "\n \n": "overdue.csv: is empty",
    "api_key,name\n": "overdue.csv: names no project",
    "46000001\n46000002\n": "overdue.csv: its first line ('46000001') has no heading api_key, id or name: add one, or say --column NAME",
    "id,id\n1,2\n": "overdue.csv: has 2 columns 'id'",
    "api_key,name\n1,Acme, Inc\n,B\n": (
        "overdue.csv: line 2: has 3 cells, and there are 2 headings: quote a cell with a ,;"
        " overdue.csv: line 3: has nothing in the column 'api_key': name a project, or remove the line"
    ),
    'id,name\n46000001.0,A\n"=""46000002""",B\n4.6E+07,C\n': (
        "overdue.csv: line 2: has '46000001.0' in the column 'id', an id as a spreadsheet writes numbers (that is 46000001):"
        " format the column as text; overdue.csv: line 3: has '=\"46000002\"' in the column 'id', an id as a spreadsheet"
        " writes numbers (that is 46000002): format the column as text; overdue.csv: line 4: has '4.6E+07' in the column 'id',"
        " an id as a spreadsheet writes numbers: format the column as text"
    ),
    "i\0d\0": "overdue.csv: is no text: in Excel, save it as CSV UTF-8",
    'api_key,name\n1,"Acme\n2,B\n': "overdue.csv: line 2: is not valid CSV: unexpected end of data: is a quotation mark missing?",
}


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_any_csv_is_read(text: str) -> None:
    assert [(one.text, one.by) for one in wanted_of_csv(text, "overdue.csv")] == [("1", "id"), ("2", "id")]


@pytest.mark.parametrize(("text", "said"), BAD.items())
def test_a_csv_that_cannot_be_understood(text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        wanted_of_csv(text, "overdue.csv")
    assert str(raised.value).startswith(said)


def test_a_column_of_another_name() -> None:
    assert [(one.text, one.by) for one in wanted_of_csv("id,Kunde\n1,Acme\n", "overdue.csv", "kunde")] == [("Acme", "")]


def test_those_of_a_csv(command: Command) -> None:
    made = [command.projects.create(name) for name in ("Acme", "Twin", "Twin", "Paid")]
    overdue = command.file(f'\ufeffAPI Key;Name\r\n{made[0].id};acme\r\n"{made[1].id}" ; "Twin"\r\n\r\n{made[0].id};\r\n', "overdue.csv")
    command.asked()
    ledger = {"OPENTOK_LEDGER": "ledger.json"}
    dry = command("suspend", "--csv", overdue, "--dry-run", **ledger).ok().out
    assert command.asked() == {"project.list": 1}
    done = command("suspend", "--csv", overdue, "--yes", "--reason", "overdue since October", **ledger).ok().out
    assert command.asked() == {"project.list": 1, "project.set_status": 2}
    assert not (command.folder / "ledger.json").exists()
    for out in (dry, done):
        assert [line for line in out.splitlines() if "stop working" in line] == [
            f"~ {one.name.ljust(4)}  suspend project {one.id} '{one.name}': {CUTS}" for one in made[:2]
        ]
    assert "2 projects: 2 would be suspended, 0 suspended already\nnamed more than once: 1 line left out\n" in dry
    assert "2 projects: 2 suspended, 0 suspended already\nnamed more than once: 1 line left out\n" in done
    assert "\nreason: overdue since October\nnote: where a file of opentok-projects, a stack or a playbook declares them active" in done
    again = command("suspend", "--csv", "-", "--yes", stdin=f"id\n{made[0].id}\n{made[1].id}\n").ok().out
    assert "2 projects: 0 suspended, 2 suspended already" in again
    assert command.asked() == {"project.list": 1}
    back = command("activate", "Acme", f"id={made[1].id}", "--yes", "--json").ok().json
    assert (back["summary"]["changed"], back["skipped"], back["applied"], back["reason"]) == (2, [], True, None)
    assert {one.status for one in command.projects.list()} == {"active"}


def test_nobody_is_cut_off_by_mistake(command: Command) -> None:
    acme, *twins = (command.projects.create(name) for name in ("Acme GmbH", "Twin", "Twin"))
    command.asked()
    secret = "5ec2e7" * 6 + "5ec2"
    overdue = command.file(f"api_key\n{acme.id}\n46999999\n{secret}\n", "overdue.csv")
    refused = command("suspend", "--csv", overdue, "--yes").failed(1, "overdue.csv: line 3: no project of account 10000001 has the id '46999999'")
    assert refused.err.splitlines()[-1] == (
        "opentok-projects: nothing was done: say which projects are meant, or leave out those that are not known with --skip-unknown"
    )
    assert secret not in refused.err
    command("suspend", "Acme", "Twin", "--yes", "--skip-unknown").failed(
        1, "'Acme'; similar: 46000001 'Acme GmbH'", f"'Twin' may mean {twins[0].id} 'Twin' and {twins[1].id} 'Twin': give the id"
    )
    assert command.asked() == {"project.list": 2}
    for arguments, words in {
        (): "name the projects, or give a file of them with --csv, one of the two",
        ("",): "an id or a name is empty",
        (acme.id,): "there is no terminal to ask on: pass --yes",
        ("--csv", "-"): "stdin has the CSV",
        (acme.id, "--json"): "--json does not ask: pass --yes",
        ("--csv", overdue, "--column", "Kunde", "--yes"): "overdue.csv: has no column 'Kunde': its first line has 'api_key'",
    }.items():
        command("suspend", *arguments, stdin="id\n1\n").failed(2, words)
    assert command.asked() == {}
    skipped = command("suspend", "--csv", overdue, "--yes", "--skip-unknown", "--json")
    assert (skipped.code, len(skipped.json["skipped"]), skipped.json["summary"]["changed"]) == (0, 2, 1)


CONTRADICTIONS = {
    "project_id;api_key\n{a};{b}\n": "line 2: column 'api_key' ('{b}') means {b} 'Globex', and column 'project_id' ('{a}') means {a} 'ACME'",
    "id;api_key;name\n17;{a};ACME\n": "line 2: column 'api_key' ('{a}') means {a} 'ACME', and column 'id' ('17') means no project",
    "id;name\n{a};acme\n{a};Globex\n": "line 3: column 'id' ('{a}') means {a} 'ACME', and column 'name' ('Globex') means {b} 'Globex'",
    "id;name\n{a};Initech\n": "line 2: column 'id' ('{a}') means {a} 'ACME', and column 'name' ('Initech') means no project",
    "id;name\n17;Globex\n": "line 2: column 'id' ('17') means no project, and column 'name' ('Globex') means {b} 'Globex'",
    "name;project\nACME;Globex\n": "line 2: column 'name' ('ACME') means {a} 'ACME', and column 'project' ('Globex') means {b} 'Globex'",
}
"""A CSV -> what is wrong with it; {a} and {b} are two projects."""


def test_a_line_that_contradicts_itself_cuts_nobody_off(command: Command) -> None:
    ids = {letter: command.projects.create(name).id for letter, name in (("a", "ACME"), ("b", "Globex"))}
    for text, said in CONTRADICTIONS.items():
        overdue = command.file(text.format(**ids), "overdue.csv")
        refused = command("suspend", "--csv", overdue, "--yes", "--skip-unknown").failed(1, f"overdue.csv: {said.format(**ids)}: correct the line")
        assert "nothing was done" in refused.err
    told = command("suspend", "--csv", "-", "--column", "api_key", "--dry-run", stdin="id;api_key;name\n17;{a};Globex\n".format(**ids)).ok().out
    assert f"suspend project {ids['a']} 'ACME'" in told
    own = command("suspend", "--csv", "-", "--dry-run", stdin="key;name\n{a};Globex\n".format(**ids)).ok().out
    assert f"suspend project {ids['b']} 'Globex'" in own
    assert {one.status for one in command.projects.list()} == {"active"}


def test_a_csv_of_excel(command: Command) -> None:
    acme = command.projects.create("Grün")
    for encoding in ("utf-16", "utf-8-sig"):
        (command.folder / "overdue.csv").write_text(f"sep=\t\r\nid\tname\r\n{acme.id}\tGrün\r\n", encoding=encoding)
        assert f"suspend project {acme.id} 'Grün'" in command("suspend", "--csv", "overdue.csv", "--dry-run").ok().out
    (command.folder / "overdue.csv").write_bytes("name\nGrün\n".encode("cp1252"))
    command("suspend", "--csv", "overdue.csv", "--yes").failed(2, "is not UTF-8 text: in Excel, save it as CSV UTF-8")


def test_somebody_is_asked(command: Command) -> None:
    acme = command.projects.create("Acme")
    code, shown = command.on_terminal("suspend", "Acme", typed="n\n")
    assert (code, command.projects.get(acme.id).status) == (1, "active")
    assert f"suspend project {acme.id} 'Acme': {CUTS}" in shown
    assert "Suspend this project of account 10000001? [y/N]" in shown
    assert "nothing was done: you did not answer yes" in shown
    code, shown = command.on_terminal("suspend", "Acme", typed="yes\n")
    assert (code, command.projects.get(acme.id).status) == (0, "suspended")
    command.asked()
    code, shown = command.on_terminal("suspend", "Acme")
    assert (code, "[y/N]" in shown, command.asked()) == (0, False, {"project.list": 1})
