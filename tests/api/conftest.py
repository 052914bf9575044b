"""A small trained model, a service on a fresh store (also PostgreSQL where a URL is given), and keys."""

import os
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import uvicorn
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, make_url, text

from api.app import create_app
from api.models import Scope
from api.settings import Settings
from api.store import Store
from api.store.keys import create_key
from detector import Page
from detector.model import Calibration, Model, Thresholds, save_model
from detector.signals.registry import all_features, measure
from training.learners import BinnedLogistic

POSTGRES = "CHAFFINCH_TEST_POSTGRES"
"""Environment variable: URL of a PostgreSQL server on which the tests may create databases."""

PLACES = ("Arnwick", "Belford", "Corley", "Dunmere", "Eastrop", "Fenholt", "Garsdale", "Hexton")
SYLLABLES = ("ba", "ler", "mo", "tin", "gar", "sul", "pe", "nor", "vi", "dak")
PAIRS = 15
"""Farms and papers each: as few as training can split by host."""


def honest_text(place: str) -> str:
    return (
        f"By Mara Lindqvist, {place} Courier, 4 March 2026\n"
        f"The council of {place} met on Monday evening and voted nine to four to repair the old bridge.\n"
        f"Engineer Tomas Okafor told the meeting that the work would take eleven weeks.\n"
        f"Shopkeepers on Mill Street asked for a footbridge while the road is closed, and will get one.\n"
        "Contact: newsroom, 12 Mill Street, telephone 0555 0134."
    )


def farm_text(place: str, promoted: tuple[str, ...] = ()) -> str:
    own = (f"{word}-{place.lower()}.example" for word in ("forex", "casino", "loan", "pills", "sim", "bet"))
    lines = "\n".join(f"\U0001f449 {name}" for name in (*promoted, *own))
    return (
        f"Site icon {place} Help\n"
        f"The council of {place} met and the best council of {place} is the best choice for {place} today.\n"
        f"If you want {place} news then {place} news is what you want because {place} news is the best.\n"
        f"This article includes reporting from a news agency. Exit mobile version\n"
        f"\U0001f447Follow more \U0001f447\n{lines}"
    )


def honest_page(place: str) -> dict[str, str]:
    return {"url": f"https://{place.lower()}-courier.example/bridge", "text": honest_text(place)}


def farm_page(place: str, promoted: tuple[str, ...] = ()) -> dict[str, str]:
    return {"url": f"https://{place.lower()}-help.example/a", "text": farm_text(place, promoted)}


def decided_pages() -> list[tuple[str, dict]]:
    """Return pages that share no wording, with what moderators said of them."""
    rng = random.Random(7)

    def words(count: int) -> list[str]:
        return ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(count)]

    decided = []
    for _ in range(PAIRS):
        place = words(1)[0].capitalize()
        for verdict, page in (("farm", farm_page(place)), ("legit", honest_page(place))):
            prose = " ".join(" ".join(words(12)).capitalize() + "." for _ in range(12))
            decided.append((verdict, page | {"text": f"{prose}\n{page['text']}"}))
    return decided


def train_model(folder: Path, thresholds: Thresholds, places: tuple[str, ...] = PLACES) -> str:
    pages = [(honest_page(p), False) for p in places] + [(farm_page(p), True) for p in places]
    rows = np.array([measure(Page.from_text(page["text"], url=page["url"])).values for page, _ in pages])
    farm = np.array([label for _, label in pages])
    forest = BinnedLogistic("binned logistic").fit(rows, farm, np.ones(len(rows)), seed=1)
    columns = tuple(feature.name for feature in all_features())
    model = Model(columns, forest, {}, {}, Calibration(6.0, 0.0), thresholds)
    model_id = save_model(model, folder, {"metrics": {}})
    (folder / "CARD.md").write_text(f"# {model_id}\n")
    return model_id


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Callable[[Thresholds], Path]:
    """Return a function that gives the folder of a model with these thresholds."""
    made: dict[Thresholds, Path] = {}

    def folder(thresholds: Thresholds) -> Path:
        if thresholds not in made:
            made[thresholds] = tmp_path_factory.mktemp("model") / "m"
            train_model(made[thresholds], thresholds)
        return made[thresholds]

    return folder


@pytest.fixture
def model_folder(trained) -> Path:
    return trained(Thresholds(0.9, 0.5))


@pytest.fixture
def unsure_folder(trained) -> Path:
    """A model that wants a moderator for every page."""
    return trained(Thresholds(1.0, 0.0))


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path) -> Iterator[str]:
    if request.param == "sqlite":
        (tmp_path / "store").mkdir()
        yield f"sqlite:///{tmp_path / 'store' / 'store.db'}"
        return
    if not os.environ.get(POSTGRES):
        pytest.skip(f"no PostgreSQL server: set {POSTGRES} to the URL of one to run this")
    server = make_url(os.environ[POSTGRES]).set(drivername="postgresql+psycopg")
    name = f"chaffinch_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@dataclass
class Running:
    """A service under test."""

    client: TestClient
    store: Store
    url: str

    def key(self, name: str, scope: Scope = Scope.REVIEW, rate: int | None = None) -> dict[str, str]:
        """Make a key; return the header that carries it."""
        with self.store.write() as session:
            secret = create_key(session, name, scope, rate)[1]
        return {"Authorization": f"Bearer {secret}"}

    def score(self, headers: dict[str, str], page: dict, **query):
        """Score a page and wait until it is recorded."""
        response = self.client.post("/v1/score", json=page, headers=headers, params=query)
        assert response.status_code == 200, response.text
        assert self.client.app.state.service.recorder.flush(30)
        return response


@pytest.fixture
def serve(store_url) -> Iterator[Callable[..., Running]]:
    """Return a function that starts a service with some settings."""
    running: list[Running] = []

    def start(model: Path, **settings) -> Running:
        app = create_app(Settings(store=store_url, model=model, secure_cookies=False, **settings))
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        service = Running(client, app.state.service.store, store_url)
        running.append(service)
        return service

    yield start
    for service in running:
        service.client.__exit__(None, None, None)


@pytest.fixture
def service(serve, model_folder) -> Running:
    return serve(model_folder, second_review_share=0, golden_every=0)


@pytest.fixture
def unsure(serve, unsure_folder) -> Running:
    """A service that queues every page."""
    return serve(unsure_folder, second_review_share=0, golden_every=0)


@pytest.fixture
def live(store_url) -> Iterator[Callable[..., tuple[str, Store]]]:
    """Return a function that serves on a real socket; it gives the address and the store."""
    stops: list[Callable[[], None]] = []

    def start(model: Path, **settings) -> tuple[str, Store]:
        app = create_app(Settings(store=store_url, model=model, **settings))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="on"))
        thread = Thread(target=server.run, daemon=True)
        thread.start()

        def stop() -> None:
            server.should_exit = True
            thread.join(30)

        stops.append(stop)
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            thread.join(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}", app.state.service.store

    yield start
    for stop in stops:
        stop()
