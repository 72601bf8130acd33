# SPDX-License-Identifier: Apache-2.0
"""Makes them anew. Commit what changed."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from pulumi_opentok.core import Credentials, NoResponse
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.broadcasts.options import BroadcastOptions, Hls
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.browser.headless import headless
from tests.browser.screen import Screen
from tests.engine.typed import Shell
from tests.pictures import plan
from tests.pictures.terminal import svg
from tools.chromium import ensure_browser
from tools.engine.pulumi_cli import ensure_engine

DASHBOARD = Screen(1460, 760, mobile=False, dark=False)

PROJECTS = [("46000001", "a" * 40, "ACME GmbH"), ("46000002", "b" * 40, "Globex"), ("46000003", "c" * 40, "Initech")]


def picture_of_a_plan(folder: Path) -> str:
    """`pulumi preview`, typed in the example's folder."""
    with Emulator() as opentok:
        shell = Shell(ensure_engine(), folder, plan.EXAMPLE, opentok.env)
        shell(f"{plan.START} && pulumi up --yes --skip-preview").ok()
        plan.edit(shell)
        printed = shell(f"{plan.PREVIEW} --color always").ok().text
    return svg(f"\x1b[38;5;2m$\x1b[0m {plan.PREVIEW}\n" + plan.shown(printed), "A Pulumi preview that says who is cut off")


def a_busy_day(opentok: Emulator) -> None:
    """Something in most sections of the dashboard."""
    opentok.edit_project("46000002", status="SUSPENDED")
    client = OpenTok(Credentials(key=PROJECTS[0][0], secret=PROJECTS[0][1], kind="project"), api_url=opentok.url)
    desk, stage = (client.sessions.create(media_mode="routed").session_id for _ in range(2))
    for session, name in ((desk, "agent"), (desk, "customer"), (stage, "speaker")):
        opentok.publish(session, name=name)
    client.archives.start(desk, ArchiveOptions(name="consultation"))
    client.broadcasts.start(stage, BroadcastOptions(hls=Hls()))
    opentok.fault("archive.start", "drop_after")
    with suppress(NoResponse):
        client.archives.start(stage, ArchiveOptions(name="town hall"))
    opentok.fault("session.create", "delay", seconds=2)
    opentok.settle()


def pictures_of_the_dashboard(folder: Path) -> None:
    """By day and by night."""
    driver = headless(ensure_browser(), folder / "profile", folder / "driver.log")
    try:
        with Emulator(projects=PROJECTS) as opentok:
            a_busy_day(opentok)
            for name, dark in (("dashboard.png", False), ("dashboard-dark.png", True)):
                Screen(DASHBOARD.width, DASHBOARD.height, mobile=False, dark=dark).open(driver, f"{opentok.url}/_emulator/")
                (plan.FILE.parent / name).write_bytes(driver.get_screenshot_as_png())
    finally:
        driver.quit()


def main() -> None:
    plan.FILE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plan.FILE.write_text(picture_of_a_plan(Path(folder)), encoding="utf-8")
        pictures_of_the_dashboard(Path(folder))


if __name__ == "__main__":
    main()
