"""A real browser and a real server on loopback."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from surveyapp.app import create_app
from surveyapp.cli import commands
from surveyapp.settings import load
from tests.browser.respondent_pages import Door, prepare
from tests.databases import surroundings

StartServer = Callable[[Path], str]
UNUSED: Final = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess")
"""What Chromium keeps ready for a person: two pages under the address bar, a process. It took two thirds of opening a page."""
OFF_BY_PLAYWRIGHT: Final = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
"""What Playwright switches off: said again, because the last switch of a kind is the one that counts (see test_chromium.py)."""
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join((*OFF_BY_PLAYWRIGHT, *UNUSED))}",
)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data_dir: Path, port: int) -> dict[str, str]:
    """The environment of a server whose data live in *data_dir*."""
    return {**surroundings(data_dir), "SURVEYAPP_BASE_URL": f"http://127.0.0.1:{port}", "PORT": str(port)}


def run(folder: Path, *command: str, **settings: str) -> str:
    """Run a command of the app on *folder* and return what it says. A process of its own would load all that anew."""
    made: list[Flask] = []

    def make() -> Flask:
        made.append(create_app(load({**environment(folder, 8000), **settings})))
        return made[-1]

    done = CliRunner().invoke(commands, command, obj=make, catch_exceptions=False)
    for app in made:
        app.extensions["engine"].dispose()
    assert done.exit_code == 0, done.output
    return done.stdout


def wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; fail if it stops or takes a minute."""
    for _ in range(600):
        assert process.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the server did not come up within a minute")


@pytest.fixture(scope="session")
def start_server() -> Iterator[StartServer]:
    """Start servers on data folders; they stop with the test session."""
    running: list[subprocess.Popen[bytes]] = []

    def start(data_dir: Path, port: int | None = None) -> str:
        port = port or free_port()
        command = [sys.executable, "-m", "surveyapp.cli", "serve"]
        process = subprocess.Popen(command, env=environment(data_dir, port))
        running.append(process)
        wait_until_up(f"http://127.0.0.1:{port}", process)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=60)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demonstration data, as `make run` leaves it."""
    folder = tmp_path_factory.mktemp("demo")
    for command in ("init", "demo"):
        subprocess.run([sys.executable, "-m", "surveyapp.cli", command], check=True, env=environment(folder, 8000))
    return folder


@pytest.fixture(scope="session")
def live(start_server: StartServer, demo_folder: Path) -> str:
    """The address of a server with the demonstration data."""
    return start_server(demo_folder)


@pytest.fixture(scope="session")
def door(start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Door:
    """A running server with waves that take answers, for everything that respondents do."""
    made = prepare(tmp_path_factory.mktemp("respondent"), codes=50, small=50)
    made.address = start_server(made.folder)
    return made


@pytest.fixture(scope="module")
def signed_in(browser: Browser, live: str, demo_folder: Path) -> Iterator[Callable[[str], Page]]:
    """Open a page of somebody with a role, signed in on the demonstration through a fresh link."""
    contexts: list[BrowserContext] = []

    def open_as(role: str) -> Page:
        link = run(demo_folder, "user", "link", f"{role}@example.org").strip()
        contexts.append(browser.new_context(base_url=live, locale="lv-LV", reduced_motion="reduce"))
        page = contexts[-1].new_page()
        page.goto(f"/staff/link/{link.rpartition('/')[2]}")
        page.get_by_role("main").get_by_role("button").click()
        return page

    yield open_as
    for context in contexts:
        context.close()
