"""A service killed while labels are being written: whatever it acknowledged is there, and there once."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Semaphore

import httpx2 as httpx

from api.models import Scope
from api.store import Store
from api.store.keys import create_key
from tests.api.conftest import honest_text

MOMENTS = (1, 8, 25, 60)
"""Labels that were acknowledged when the service is killed; others are on their way."""
WRITERS = 4
MOST = 5_000
"""Labels that a writer would send to a service that nobody kills."""


@dataclass
class Sent:
    """What writers sent, by domain, and what they were told."""

    tried: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    arrived: Semaphore = field(default_factory=lambda: Semaphore(0))


def test_every_acknowledged_label_is_there_exactly_once(store_url, model_folder, tmp_path) -> None:
    store = Store(store_url)
    store.upgrade()
    with store.write() as session:
        secret = create_key(session, "ana", Scope.REVIEW, 10**6)[1]
    store.close()
    headers = {"Authorization": f"Bearer {secret}"}
    sent = Sent()
    for moment in MOMENTS:
        with (
            running(store_url, model_folder, headers, tmp_path) as (process, address),
            ThreadPoolExecutor(WRITERS) as pool,
        ):
            writers = [pool.submit(write, address, headers, f"m{moment}-w{n}", sent) for n in range(WRITERS)]
            for _ in range(moment):
                assert sent.arrived.acquire(timeout=60)
            process.kill()
            assert [writer.result() for writer in writers] == ["cut off"] * WRITERS
        sent.arrived = Semaphore(0)
    with running(store_url, model_folder, headers, tmp_path) as (_, address):
        kept = Counter(ledger(address, headers))
    assert len(sent.acknowledged) >= sum(MOMENTS)
    assert {name: kept[name] for name in sent.acknowledged} == dict.fromkeys(sent.acknowledged, 1)
    assert kept.keys() <= set(sent.tried)
    assert set(kept.values()) == {1}


def write(address: str, headers: dict[str, str], name: str, sent: Sent) -> str:
    """Label domains and pages, one after the other, until the service is gone."""
    with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
        for number in range(MOST):
            domain = f"{name}-{number}.example"
            page = {"url": f"https://{domain}/a", "text": honest_text(domain)}
            subject = {"page": page} if number % 2 else {"domain": domain}
            sent.tried.append(domain)
            try:
                answer = client.post("/v1/labels", json=subject | {"verdict": "farm"})
            except httpx.TransportError:
                return "cut off"
            assert answer.status_code == 201, answer.text
            sent.acknowledged.append(domain)
            sent.arrived.release()
    return "never cut off"


def ledger(address: str, headers: dict[str, str]) -> Iterator[str]:
    """Yield the domain of every row."""
    query: dict[str, int] = {"limit": 1000}
    with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
        while rows := client.get("/v1/labels", params=query).raise_for_status().json():
            yield from (row["domain"] for row in rows)
            query["before"] = rows[-1]["id"]


@contextmanager
def running(
    store_url: str, model: Path, headers: dict[str, str], folder: Path
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve in a process of its own; give it and its address once it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "service.log"
    environment = os.environ | {
        "CHAFFINCH_STORE": store_url, "CHAFFINCH_MODEL": str(model), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app", "--port", str(port)],
        env=environment,
        cwd=Path(__file__).parents[2],
        stderr=log.open("ab"),
    )
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
            wait_until_ready(client, process, log)
        yield process, address
    finally:
        process.kill()
        process.wait()


def wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())
