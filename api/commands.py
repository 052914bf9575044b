"""The service's sub-commands: serve, keys, db, labels; and the ledger, as `train` takes it.

What a command needs is imported when it runs, so that ``chaffinch score`` does not pay for it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import orjson
import typer

from detector.errors import ChaffinchError
from detector.options import A_MOMENT, read_moment

if TYPE_CHECKING:
    from pydantic import ValidationError

    from api.store import Store

StoreUrl = Annotated[
    str,
    typer.Option(
        "--store", envvar="CHAFFINCH_STORE", help="URL of the store: sqlite:///FILE or postgresql://…"
    ),
]
At = Annotated[
    datetime | None,
    typer.Option(
        parser=read_moment, metavar="MOMENT", help=f"What stood at this moment ({A_MOMENT}); else now."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for machines.")]

DEFAULT_STORE = "sqlite:///chaffinch.db"

keys = typer.Typer(help="API keys.", no_args_is_help=True)
db = typer.Typer(help="The store's schema.", no_args_is_help=True)
labels = typer.Typer(help="The ledger of decisions.", no_args_is_help=True)


class CommandError(ChaffinchError):
    """A command can't do what it was asked to."""


def register(app: typer.Typer) -> None:
    """Add this package's sub-commands."""
    app.command()(serve)
    app.add_typer(keys, name="keys")
    app.add_typer(db, name="db")
    app.add_typer(labels, name="labels")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    model: Annotated[
        Path | None,
        typer.Option(help="Folder of the model; else CHAFFINCH_MODEL. It may be filled later: see /readyz."),
    ] = None,
    store: Annotated[str | None, typer.Option(help="URL of the store; else CHAFFINCH_STORE.")] = None,
) -> None:
    """Serve the HTTP API and the console. All settings: docs/service.md.

    Exit codes: 0 stopped, 2 the settings could not be used.
    """
    import uvicorn

    for name, value in (("CHAFFINCH_MODEL", model), ("CHAFFINCH_STORE", store)):
        if value is not None:
            os.environ[name] = str(value)
    _check_settings()
    with _metrics_folder(workers):
        from api.logs import CONFIG

        uvicorn.run(
            "api.app:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=CONFIG,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=30,
        )


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Option(help="Whose key it is; stands in the ledger as the author.")],
    scope: Annotated[str, typer.Option(help="score, review or admin; each includes those before it.")],
    rate: Annotated[int | None, typer.Option(min=1, help="Requests a minute.")] = None,
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """Make a key; it is shown this once and kept as a hash.

    Exit codes: 0 made, 2 the name, the scope or the store could not be used.
    """
    from pydantic import ValidationError

    from api.models import KeyIn
    from api.store import keys as kept

    try:
        given = KeyIn.model_validate({"name": name, "scope": scope, "rate_per_minute": rate})
    except ValidationError as error:
        name, message = _first(error)
        raise CommandError(f"{name}: {message}") from None
    with _opened(store) as opened, opened.write() as session:
        key, secret = kept.create_key(session, given.name, given.scope, given.rate_per_minute)
        session.flush()
        shown = {"id": key.id, "name": key.name, "scope": key.scope, "key": secret}
    _show([shown], json, secret)
    typer.echo("keep this key: it is shown this once", err=True)


@keys.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID")], store: StoreUrl = DEFAULT_STORE, json: Json = False
) -> None:
    """Revoke a key and end its sessions; running services refuse it within seconds.

    Exit codes: 0 revoked, 2 there is no such key.
    """
    from api.store import keys as kept

    with _opened(store) as opened, opened.write() as session:
        key = kept.revoke_key(session, key_id)
        if not key:
            raise CommandError(f"{key_id}: no such key: see `chaffinch keys list`")
        shown = {"id": key.id, "name": key.name, "revoked_at": key.revoked_at}
    _show([shown], json, f"{key_id} is revoked")


@keys.command("list")
def list_keys(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """List every key, without secrets. Exit codes: 0 listed, 2 the store could not be used."""
    from api.models import KeyOut
    from api.store import keys as kept

    with _opened(store) as opened, opened.read() as session:
        shown = [KeyOut.model_validate(key).model_dump() for key in kept.list_keys(session)]
    lines = [f"{k['id']}  {k['scope']:6}  {k['name']}{'  revoked' if k['revoked_at'] else ''}" for k in shown]
    _show(shown, json, "\n".join(lines))


@db.command("upgrade")
def upgrade(store: StoreUrl = DEFAULT_STORE) -> None:
    """Bring the store's schema up to date, as `serve` does when it starts.

    Exit codes: 0 up to date, 2 the store could not be used.
    """
    with _opened(store):
        typer.echo("the store's schema is up to date", err=True)


@labels.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write (JSON lines).")],
    store: StoreUrl = DEFAULT_STORE,
    at: At = None,
    json: Json = False,
) -> None:
    """Write what stood at a moment, as `chaffinch train` takes it; the same moment gives the same bytes.

    Exit codes: 0 written, 2 the store or the file could not be used.
    """
    moment, written, without_text = export_ledger(store, at, out)
    shown = {"at": moment, "written": written, "without_text": without_text}
    _show([shown], json, f"{written} pages in {out}, {without_text} left out: their text is not kept")


def export_ledger(url: str, at: datetime | None, out: Path) -> tuple[datetime, int, int]:
    """Write what stood in a store's ledger at a moment (none given: now).

    Return the moment, how many pages were written, and how many lack their text. Raises CommandError where
    the store or the file can't be used, or the moment has no zone or lies ahead; the file is then as it was.
    """
    from api.store.export import ExportCount, FutureError, export_lines, settled

    count = ExportCount()
    if at and at.tzinfo is None:
        raise CommandError("--at: give a moment with its zone, as 2026-11-23T12:00:00+00:00")
    try:
        with _opened(_existing(url)) as opened:
            moment = settled(opened, at)
            with opened.read() as session, _replacing(out) as file:
                file.writelines(export_lines(session, moment, count))
    except FutureError as error:
        raise CommandError(f"--at: {error}") from None
    except OSError as error:
        raise CommandError(f"{out}: can't be written ({error.strerror})") from error
    return moment, count.written, count.without_text


@contextmanager
def _replacing(out: Path) -> Iterator[BinaryIO]:
    """Give a file that takes another's place once it is whole; what is no file (a pipe) is written to."""
    if out.exists() and not out.is_file():
        with out.open("wb") as file:
            yield file
        return
    target = out.resolve()
    beside = target.with_name(f"{target.name}.part")
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _existing(url: str) -> str:
    """Return a store's URL. Raises CommandError where it names a file that is not there, to read from."""
    from api.store import Store

    store = Store(url)
    file = store.engine.url.database or ""
    if store.is_sqlite and not file.startswith("file:") and not Path(file).exists():
        raise CommandError(f"the store can't be used (there is no {file}): check its URL")
    return url


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    """Give a store with its schema up to date. Raises CommandError where it can't be used."""
    from sqlalchemy.exc import SQLAlchemyError

    from api.store import Store

    store = Store(url)
    try:
        store.upgrade()
        yield store
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise CommandError(f"the store can't be used ({reason}): check its URL") from None
    finally:
        store.close()


def _check_settings() -> None:
    """Raise CommandError where a setting in the environment can't be used."""
    from pydantic import ValidationError

    from api.settings import PREFIX, Settings

    try:
        Settings()
    except ValidationError as error:
        name, message = _first(error)
        raise CommandError(f"{PREFIX}{name.upper()}: {message}") from None


def _first(error: ValidationError) -> tuple[str, str]:
    """Return the first field that can't be used, and why."""
    first = error.errors()[0]
    return str(first["loc"][0]), first["msg"]


@contextmanager
def _metrics_folder(workers: int) -> Iterator[None]:
    """Give several workers a folder through which their metrics add up."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="chaffinch-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _show(rows: list[dict[str, Any]], as_json: bool, text: str) -> None:
    if as_json:
        sys.stdout.buffer.write(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))
    else:
        sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
