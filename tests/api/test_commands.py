"""The command line: keys, export, and training from the ledger at a moment."""

import json
import subprocess
import sys

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.settings import Settings
from detector.cli import make_app
from tests.api.conftest import farm_page, honest_page

run = CliRunner()


def chaffinch(*arguments: str):
    return run.invoke(make_app(), list(arguments))


def test_keys_are_made_listed_and_revoked(store_url) -> None:
    store = ("--store", store_url)
    made = json.loads(
        chaffinch("keys", "create", "--name", "ana", "--scope", "review", "--json", *store).stdout
    )
    assert made["key"].startswith(f"chaffinch_{made['id']}_")
    listed = chaffinch("keys", "list", *store).stdout
    assert listed.split() == [made["id"], "review", "ana"]
    assert chaffinch("keys", "revoke", made["id"], *store).exit_code == 0
    assert "revoked" in chaffinch("keys", "list", *store).stdout
    assert chaffinch("keys", "revoke", "000000000000", *store).exception
    assert chaffinch("keys", "create", "--name", "a b", "--scope", "review", *store).exception
    assert chaffinch("keys", "create", "--name", "ana", "--scope", "all", *store).exception


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "mysql://a/b", "sqlite:////nowhere/at/all.db"])
def test_a_store_that_cannot_be_used_is_one_line(url) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from detector.cli import main; main()", "db", "upgrade", "--store", url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("chaffinch: ")
    assert done.stderr.count("\n") == 1


def test_the_ledger_is_exported_as_it_stood_at_a_moment(store_url, model_folder, tmp_path) -> None:
    made = chaffinch("keys", "create", "--name", "ana", "--scope", "review", "--json", "--store", store_url)
    headers = {"Authorization": f"Bearer {json.loads(made.stdout)['key']}"}
    moments = []
    with TestClient(create_app(Settings(store=store_url, model=model_folder))) as client:
        for page in (honest_page("Corley"), farm_page("Corley")):
            body = {"page": page, "verdict": "legit"}
            moments.append(client.post("/v1/labels", json=body, headers=headers).json()["at"])
    files = [tmp_path / name for name in ("first.jsonl", "again.jsonl", "all.jsonl")]
    for file, more in zip(files, (["--at", moments[0]], ["--at", moments[0]], []), strict=True):
        done = chaffinch("labels", "export", "--out", str(file), "--store", store_url, "--json", *more)
        assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["written"] == 2
    assert files[0].read_bytes() == files[1].read_bytes()
    assert [len(file.read_bytes().splitlines()) for file in files] == [1, 1, 2]
    assert chaffinch("labels", "export", "-o", str(tmp_path), "--store", store_url).exception
