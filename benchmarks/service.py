"""What the service adds to scoring: throughput and latency on loopback, beside an empty route in one run.

    python -m benchmarks.service [--model DIR] [--seconds 5] [--connections 1 8 32] [--workers 1 2]

The client is this process, so it shares the machine with the server. The page has some 60 kB of HTML and is
made here.

The overhead is measured first, on one connection that asks in turn for a route that does nothing but parse
and score the body, for a score of the same body, and for the empty route, so that what else the machine does
meets all three. The score and the empty route both follow a page that was scored (caches are cold) and a
pause (what the request before left behind, a log line or a count, is done with).

What the service adds is an answer's latency less the time that parsing and `Detector.score` took inside that
very answer. Before, it was the difference of the medians of the answer and of the library's route; but what
the library takes varies by milliseconds on a machine with neighbours, so this told mostly their noise. That
the library is no slower inside the service shows beside it (`library_in_answer`, `library_alone`). The client
is a blocking socket here: an event loop and a stream parser in Python take 0.1 ms of an answer that are not
the service's. The load after it comes over asyncio streams.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

import orjson
from fastapi import FastAPI, Request

from api import scoring
from api.app import create_app
from api.models import PageIn, Scope
from api.store import Store
from api.store.keys import create_key
from detector import Detector
from detector.detector import SHIPPED

EMPTY, LIBRARY, SCORE, TAKEN = "/empty", "/library", "/v1/score", "/taken"
WARM_UP = 20
PIECE = 1 << 18
PAUSE = 0.002
"""Seconds between requests in turn."""
URL = "https://arnwick-courier.example/bridge"

P = ParamSpec("P")
T = TypeVar("T")

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Load:
    """A measured load. Latencies in milliseconds."""

    route: str
    workers: int
    connections: int
    requests: int
    errors: int
    per_second: float
    p50: float
    p99: float


def page_html(size: int = 60_000) -> str:
    """Return an invented article of some bytes: a third text, the rest markup."""
    paragraph = (
        '<div class="article-body__row"><p data-track="paragraph" class="text text--serif">'
        "The council of place {n} met on Monday evening and voted nine to four to repair the old bridge, "
        "engineer number {n} said.</p>"
        '<a class="teaser__link" href="/news/{n}" data-position="{n}">More on bridge {n}</a></div>'
    )
    rows = "".join(paragraph.format(n=n) for n in range(size // len(paragraph) + 1))
    head = "<!doctype html><html lang=en><head><title>Bridge</title></head>"
    return f"{head}<body><main>{rows}</main></body></html>"


def make_benchmark_app() -> FastAPI:
    """Return the service with a route that does nothing, and one that does what the library alone does.

    A third one tells what the library took for each page since it was asked last, in milliseconds.
    """
    app = create_app()
    parsing: list[float] = []
    scored: list[float] = []
    scoring.read_page = _timed(scoring.read_page, parsing)
    Detector.score = _timed(Detector.score, scored)  # type: ignore[method-assign]

    @app.get(EMPTY)
    async def empty() -> dict[str, str]:
        return {}

    app.router.routes.insert(0, app.router.routes.pop())  # found at once, as in an application of its own

    @app.post(LIBRARY)
    async def library(request: Request) -> dict[str, str]:
        sent = PageIn.model_validate_json(await request.body())
        app.state.service.loaded().detector.score(scoring.read_page(sent))
        return {}

    @app.get(TAKEN)
    async def taken() -> list[float]:
        both = zip(parsing, scored, strict=False)  # a model scores a page before it is taken into service
        pages = [1000 * (first + second) for first, second in both]
        parsing.clear()
        scored.clear()
        return pages

    return app


@contextmanager
def serving(model: Path, workers: int) -> Iterator[tuple[int, str]]:
    """Start the service in processes of its own, on a fresh store; give its port and a key."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/store.db")
        store.upgrade()
        with store.write() as session:
            key = create_key(session, "load", Scope.ADMIN, 10**6)[1]
        store.close()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        Path(folder, "metrics").mkdir()
        environment = os.environ | {
            "CHAFFINCH_STORE": f"sqlite:///{folder}/store.db",
            "CHAFFINCH_MODEL": str(model),
            "OMP_NUM_THREADS": "1",
        }
        if workers > 1:
            environment["PROMETHEUS_MULTIPROC_DIR"] = f"{folder}/metrics"
        arguments = ["--factory", "benchmarks.service:make_benchmark_app", "--port", str(port)]
        arguments += ["--workers", str(workers), "--log-level", "critical", "--no-access-log"]
        arguments += ["--no-server-header"]  # as `chaffinch serve` has it
        process = subprocess.Popen([sys.executable, "-m", "uvicorn", *arguments], env=environment)
        try:
            _wait(port, process)
            yield port, key
        finally:
            process.terminate()
            process.wait(60)


def run_in_turn(port: int, requests: dict[str, bytes], seconds: float) -> dict[str, float]:
    """Return the p50 in milliseconds of what the service adds, of its parts, and of the empty route."""
    latencies: dict[str, list[float]] = {LIBRARY: [], SCORE: [], EMPTY: []}
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(WARM_UP):
            _ask(connection, requests[SCORE])
        _ask(connection, requests[TAKEN])
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            for route, measured in latencies.items():
                time.sleep(PAUSE)
                begin = time.perf_counter()
                _ask(connection, requests[route])
                measured.append(1000 * (time.perf_counter() - begin))
        library = orjson.loads(_ask(connection, requests[TAKEN]))
    alone, inside = library[::2], library[1::2]
    added = statistics.median(answer - own for answer, own in zip(latencies[SCORE], inside, strict=True))
    empty = statistics.median(latencies[EMPTY])
    return {
        "empty": empty,
        "answer": statistics.median(latencies[SCORE]),
        "library_in_answer": statistics.median(inside),
        "library_alone": statistics.median(alone),
        "overhead": added,
        "overhead_less_empty": added - empty,
    }


async def run_load(port: int, request: bytes, connections: int, seconds: float) -> tuple[list[float], int]:
    """Send a request over and over on some connections; return latencies in seconds, and errors."""
    latencies: list[float] = []
    errors = 0

    async def client() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for count in range(10**9):
            begin = time.perf_counter()
            if begin > end:
                break
            writer.write(request)
            status, _ = await _read(reader)
            if count >= WARM_UP // connections:
                latencies.append(time.perf_counter() - begin)
                errors += status != 200
        writer.close()

    end = time.perf_counter() + seconds
    await asyncio.gather(*(client() for _ in range(connections)))
    return latencies, errors


def main() -> None:
    """Measure and print JSON lines, for each number of workers the overhead first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    body = orjson.dumps({"url": URL, "html": page_html()})
    for workers in options.workers:
        with serving(options.model, workers) as (port, key):
            requests = {
                EMPTY: _request("GET", EMPTY, key, b""),
                SCORE: _request("POST", SCORE, key, body),
                LIBRARY: _request("POST", LIBRARY, key, body),
                TAKEN: _request("GET", TAKEN, key, b""),
            }
            added = run_in_turn(port, requests, 2 * options.seconds)
            _print({"workers": workers, "p50_ms": {name: round(ms, 3) for name, ms in added.items()}})
            for connections in options.connections:
                for route in (EMPTY, SCORE):
                    latencies, errors = asyncio.run(
                        run_load(port, requests[route], connections, options.seconds)
                    )
                    _print(asdict(_summary(route, workers, connections, latencies, errors, options.seconds)))


def _summary(
    route: str, workers: int, connections: int, latencies: list[float], errors: int, seconds: float
) -> Load:
    ordered = sorted(latencies)
    return Load(
        route=route,
        workers=workers,
        connections=connections,
        requests=len(ordered),
        errors=errors,
        per_second=round(len(ordered) / seconds, 1),
        p50=round(1000 * ordered[len(ordered) // 2], 3),
        p99=round(1000 * ordered[int(len(ordered) * 0.99)], 3),
    )


def _timed(function: Callable[P, T], taken: list[float]) -> Callable[P, T]:
    """Return a function that notes how many seconds each call took."""

    def timed(*args: P.args, **kwargs: P.kwargs) -> T:
        start = time.perf_counter()
        result = function(*args, **kwargs)
        taken.append(time.perf_counter() - start)
        return result

    return timed


def _request(method: str, path: str, key: str, body: bytes) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def _ask(connection: socket.socket, request: bytes) -> bytes:
    """Send a request; return the body of the answer."""
    connection.sendall(request)
    answer = _more(connection)
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += _more(connection)
    status, length = _status_and_length(answer[:end])
    if status != 200:
        raise SystemExit(f"{request[:100]!r} is answered with {answer[:500]!r}")
    while len(answer) < end + 4 + length:
        answer += _more(connection)
    return answer[end + 4 :]


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(PIECE)
    if not piece:
        raise SystemExit("the service hung up")
    return piece


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read a response; return its status and body."""
    status, length = _status_and_length(await reader.readuntil(b"\r\n\r\n"))
    return status, await reader.readexactly(length)


def _status_and_length(head: bytes) -> tuple[int, int]:
    length = _LENGTH.search(head)
    assert length  # every route here tells it
    return int(head.split(b" ", 2)[1]), int(length[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if connection.recv(100).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service did not start")


def _print(row: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
