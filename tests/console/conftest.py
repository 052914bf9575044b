"""A real service on a port of its own, and a real browser before it."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn

from api.app import create_app
from api.settings import Settings
from detector.model import Thresholds
from tests.api.conftest import model_folder, serve, service, train_model, trained  # noqa: F401  # fixtures
from tests.console.browser import SECONDS, Browser
from tests.console.site import Site

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--lang=en",
    "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip


class _Server(uvicorn.Server):
    """Tells when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        self.up.set()


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., Site]]:
    """Return a function that serves a fresh store with a small model of these thresholds."""
    servers = []

    def start(thresholds: Thresholds, **settings) -> Site:
        folder = tmp_path / "model"
        train_model(folder, thresholds)
        app = create_app(
            Settings(store=f"sqlite:///{tmp_path / 'store.db'}", model=folder, reload_seconds=0.2, **settings)
        )
        sock = socket.create_server(("127.0.0.1", 0))
        server = _Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        servers.append((server, thread))
        assert server.up.wait(SECONDS)
        return Site(f"http://localhost:{sock.getsockname()[1]}", app.state.service, folder)

    yield start
    for server, thread in servers:
        server.should_exit = True
        thread.join(SECONDS)


@pytest.fixture
def site(start) -> Site:
    """A service that tells farms from papers."""
    return start(Thresholds(0.9, 0.5), second_review_share=0, golden_every=0)


@pytest.fixture
def unsure(start) -> Site:
    """A service that wants a moderator for every page."""
    return start(Thresholds(1.0, 0.0), second_review_share=0, golden_every=0)


@pytest.fixture
def store_url(tmp_path) -> str:
    """Pages alone don't depend on the kind of store: SQLite does for them."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture(scope="session")
def chromium(tmp_path_factory) -> Iterator[Browser]:
    """A headless Chromium with a fresh profile; skips where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="no Selenium: pip install '.[e2e]'")
    programs = [shutil.which("chromium"), shutil.which("chromedriver")]
    if None in programs:
        pytest.skip("no Chromium: install Debian's packages chromium and chromium-driver to run this")
    downloads = tmp_path_factory.mktemp("downloads")
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options, webdriver.ChromeService(programs[1]))
    yield Browser(driver, downloads)
    driver.quit()


@pytest.fixture
def browser(chromium) -> Iterator[Browser]:
    """The browser, logged out. Fails where a page broke its policy or a script failed."""
    chromium.reset()
    yield chromium
    assert not chromium.complaints()
