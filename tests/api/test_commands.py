"""The command line: keys, export, and training from the ledger at a moment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.settings import Settings
from detector.cli import make_app
from detector.errors import ChaffinchError
from detector.model import load_model
from tests.api.conftest import PAIRS, decided_pages, farm_page, honest_page
from training.candidates import Candidate
from training.learners import BinnedLogistic

run = CliRunner()


def chaffinch(*arguments: str):
    return run.invoke(make_app(), list(arguments))


def main_with(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from detector.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )


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
    done = main_with("db", "upgrade", "--store", url)
    assert done.returncode == 2
    assert done.stderr.startswith("chaffinch: ")
    assert done.stderr.count("\n") == 1


def test_a_store_names_the_databases_that_are_possible() -> None:
    done = main_with("keys", "list", "--store", "mysql://x/y")
    assert "mysql can't be used: give sqlite:///FILE, or postgresql://" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("MAX_BODY", "abc"), ("RECURRENCE", "1"), ("SECOND_REVIEW_SHARE", "2")]
)
def test_a_setting_that_cannot_be_used_is_one_line(name: str, value: str) -> None:
    done = main_with("serve", **{f"CHAFFINCH_{name}": value})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"chaffinch: CHAFFINCH_{name}: ")


def test_a_port_lies_within_its_range() -> None:
    assert chaffinch("serve", "--port", "99999").exit_code == 2


def test_what_is_done_without_a_word_of_output_is_confirmed(tmp_path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/new.db")
    assert "up to date" in chaffinch("db", "upgrade", *store).stderr
    made = chaffinch("keys", "create", "--name", "ana", "--scope", "review", *store)
    assert "shown this once" in made.stderr
    assert made.stdout.startswith("chaffinch_")


@pytest.mark.parametrize("at", ["2026-11-24", "2026-11-24T12:00:00", "noon"])
@pytest.mark.parametrize("command", [("labels", "export"), ("train",)])
def test_a_moment_has_time_and_zone(tmp_path, command, at) -> None:
    done = chaffinch(*command, "-o", str(tmp_path / "out"), "--at", at)
    assert done.exit_code == 2
    assert "2026-11-23T12:00:00+00:00" in done.stderr
    assert "%Y" not in chaffinch(*command, "--help").stdout


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


@pytest.mark.parametrize("command", [("labels", "export", "--store"), ("train", "--from-store")])
def test_a_refused_export_leaves_the_earlier_one(tmp_path, command) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    earlier = folder / "ledger.jsonl"
    earlier.write_text("kept")
    out = earlier if command[0] == "labels" else folder
    store, at = f"sqlite:///{tmp_path}/new.db", ("--at", "2999-01-01T00:00:00+00:00")
    mistyped = chaffinch(*command, store, "--out", str(out))
    assert "there is no" in str(mistyped.exception)
    assert not (tmp_path / "new.db").exists()
    assert chaffinch("db", "upgrade", "--store", store).exit_code == 0
    done = chaffinch(*command, store, "--out", str(out), *at)
    assert "lies ahead" in str(done.exception)
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("ledger.jsonl", "kept")]


def test_an_export_goes_to_a_pipe_as_well(tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    store = f"sqlite:///{tmp_path}/new.db"
    assert chaffinch("db", "upgrade", "--store", store).exit_code == 0
    done = chaffinch("labels", "export", "--store", store, "-o", str(pipe))
    os.close(reading)
    assert done.exit_code == 0
    assert pipe.is_fifo()


def test_training_from_the_ledger_at_a_moment_can_be_done_again(
    store_url, model_folder, tmp_path, monkeypatch
) -> None:
    served = Candidate(BinnedLogistic("binned logistic"), wording=True)  # the kind that is shipped
    monkeypatch.setattr("training.fit.CANDIDATES", (served,))
    made = chaffinch("keys", "create", "--name", "ana", "--scope", "admin", "--json", "--store", store_url)
    headers = {"Authorization": f"Bearer {json.loads(made.stdout)['key']}"}
    then, again = tmp_path / "then", tmp_path / "again"

    def train(folder: Path, moment: str) -> dict:
        options = ("--from-store", store_url, "--at", moment, "--seed", "3", "--json")
        done = chaffinch("train", "--out", str(folder), *options)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    with TestClient(create_app(Settings(store=store_url, model=model_folder))) as client:

        def post(path: str, **body: object) -> dict:
            return client.post(path, json=body, headers=headers).raise_for_status().json()

        for verdict, page in decided_pages():
            row = post("/v1/labels", page=page, verdict=verdict)
        trained = train(then, row["at"])
        post("/v1/golden", page_id=row["page_id"], verdict="farm")
        post(f"/v1/labels/{row['id']}/undo")
        post("/v1/labels", page=honest_page("Corley"), verdict="farm")
    assert train(again, row["at"]) == trained
    assert (trained["dataset"]["farm"], trained["dataset"]["legit"]) == (PAIRS, PAIRS)
    assert trained["data"].keys() == {"ledger.jsonl"}
    names = {path.name for path in then.iterdir()}
    assert names == {"ledger.jsonl", "model.joblib", "manifest.json", "CARD.md", "report.html"}
    for name in names:
        assert (then / name).read_bytes() == (again / name).read_bytes(), name
    assert load_model(then)[1]["model_id"] == trained["model"]
    now = tmp_path / "now.jsonl"
    assert chaffinch("labels", "export", "-o", str(now), "--store", store_url).exit_code == 0
    assert now.read_bytes() != (then / "ledger.jsonl").read_bytes()


def test_training_says_how_many_decided_pages_have_lost_their_text(store_url, tmp_path) -> None:
    page = {"url": "https://corley-courier.example/bridge", "text": ""}
    made = chaffinch("keys", "create", "--name", "ana", "--scope", "review", "--json", "--store", store_url)
    headers = {"Authorization": f"Bearer {json.loads(made.stdout)['key']}"}
    with TestClient(create_app(Settings(store=store_url))) as client:
        given = client.post("/v1/labels", json={"page": page, "verdict": "legit"}, headers=headers)
    assert given.status_code == 201
    done = chaffinch("train", "--from-store", store_url, "--out", str(tmp_path / "out"))
    assert "0 pages stood" in done.stderr
    assert "1 more did, but their text is not kept" in done.stderr.replace("\n", " ")


def test_training_needs_data_and_a_store_that_can_be_used(tmp_path) -> None:
    assert chaffinch("db", "upgrade", "--store", f"sqlite:///{tmp_path}/new.db").exit_code == 0
    for arguments, said in (
        ((), "--from-store"),
        (("--from-store", "nonsense"), "sqlite:///FILE"),
        (("--from-store", f"sqlite:///{tmp_path}/new.db"), "verdict"),
    ):
        error = chaffinch("train", "--out", str(tmp_path / "out"), *arguments).exception
        assert isinstance(error, ChaffinchError)
        assert said in str(error)
