"""The commands as a user meets them: output, JSON, exit codes, and errors of one line."""

import hashlib
import json
import random
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from detector.detector import Detector
from detector.page import Listing, Page
from detector.reference import Reference
from training.candidates import Candidate
from training.commands import LEDGERS
from training.learners import BinnedLogistic

SENTENCE = "The harbour office of the small island opens at nine and sells tickets for the morning ferry. "


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.jsonl"
    rows = [
        {"id": f"page-{i}", "text": SENTENCE * 8 + str(i), "url": f"https://h{i}.example/{i}", "source": "s",
         "kind": "pbn" if i % 4 == 0 else "news", "verdict": "farm" if i % 4 == 0 else "legit"}
        for i in range(40)
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@pytest.fixture
def models(tmp_path: Path, make_model) -> tuple[Path, Path]:
    make_model(tmp_path / "low", -3.0)
    make_model(tmp_path / "high", 3.0)
    return tmp_path / "low", tmp_path / "high"


def test_evaluate_shows_figures_and_gates_on_floors(run, models, data) -> None:
    code, out, _ = run("evaluate", models[0], data)
    assert code == 0
    assert all(
        part in out for part in ("10 farms", "roc_auc", "0.500", "farm: pbn", "legit: news", "By language")
    )
    code, _, err = run("evaluate", models[0], data, "--floor", "roc_auc=0.6", "--floor", "brier=0.9")
    assert code == 1
    assert "roc_auc is worse than its floor 0.6" in err
    assert "brier" not in err


def test_evaluate_gives_json(run, models, data) -> None:
    code, out, _ = run("evaluate", models[0], data, "--json", "--floor", "ece=0.0")
    answer = json.loads(out)
    assert code == 1
    assert answer["missed"] == ["ece"]
    assert answer["evaluation"]["assessment"]["overall"]["n"] == 40
    assert answer["evaluation"]["assessment"]["overall"]["roc_auc"]["value"] == 0.5
    assert answer["dataset"]["farm"] == 10


def test_evaluate_says_when_the_model_was_trained_on_the_data(run, models, data) -> None:
    manifest = models[0] / "manifest.json"
    known = json.loads(manifest.read_text())
    known["data_hashes"] = {"another-name.jsonl": hashlib.sha256(data.read_bytes()).hexdigest()}
    manifest.write_text(json.dumps(known))
    code, out, _ = run("evaluate", models[0], data)
    assert code == 0
    assert "data.jsonl was used to train this model" in out
    code, out, _ = run("compare", *models, data, "--json")
    assert sorted(json.loads(out)["comparison"]["seen"].values()) == [[], ["data.jsonl"]]
    assert f"data.jsonl was used to train {known['model_id']}" in run("compare", *models, data)[1]


def test_compare_fails_when_the_new_model_is_worse(run, models, data) -> None:
    code, out, _ = run("compare", *models, data)
    assert code == 1
    assert "40 labels change" in out
    code, out, _ = run("compare", *reversed(models), data, "--json")
    answer = json.loads(out)
    assert (code, answer["worse"]) == (0, [])
    assert len(answer["comparison"]["changes"]) == 40


def test_promote_and_rollback(run, models, tmp_path) -> None:
    target = tmp_path / "service" / "model"
    names = [json.loads((model / "manifest.json").read_text())["model_id"] for model in models]
    assert run("promote", models[0], "--target", target)[0] == 0
    code, out, _ = run("promote", models[1], "--target", target, "--json")
    assert (code, json.loads(out)) == (0, {"model": names[1], "target": str(target)})
    code, out, _ = run("rollback", "--target", target)
    assert code == 0
    assert names[0] in out


@pytest.fixture
def separable(tmp_path: Path) -> Path:
    """Pages of invented words; farms end in a list of domains."""
    words = SENTENCE.lower().rstrip(" .").split()
    path = tmp_path / "separable.jsonl"
    rows = []
    for i in range(90):
        pick, farm = random.Random(i), i % 3 == 0
        lines = [" ".join(pick.choices(words, k=30)).capitalize() + "." for _ in range(6)]
        lines += [f"👉 {pick.choice(words)}{pick.choice(words)}{k}.example.com" for k in range(8 * farm)]
        row = {"id": f"page-{i}", "text": "\n".join(lines), "url": f"https://h{i}.example/"}
        rows.append(row | {"source": "s", "verdict": "farm" if farm else "legit"})
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_what_train_writes_can_be_promoted_and_evaluated(run, separable, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("training.fit.CANDIDATES", (Candidate(BinnedLogistic("binned"), wording=False),))
    out, target = tmp_path / "out", tmp_path / "service"
    code, printed, _ = run("train", separable, "-o", out, "--json", "--seed", 5)
    answer = json.loads(printed)
    assert (code, answer["seed"], answer["dataset"]["farm"]) == (0, 5, 30)
    assert answer["data"] == {"separable.jsonl": hashlib.sha256(separable.read_bytes()).hexdigest()}
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["thresholds"]["farm"] == 0.5  # pages so easy would allow one near 0
    reference = Reference.read(manifest)
    assert sum(reference.score.counts) == manifest["records"]["real"] == 90
    listed = reference.features["promotion.list_domains"]
    assert (sum(listed.counts), len(reference.features)) == (90, len(manifest["schema"]))
    for document in ("report.html", "CARD.md"):
        text = (out / document).read_text("utf-8")
        assert answer["model"] in text
        assert "harbour" not in text
    assert run("promote", out, "--target", target)[0] == 0
    code, printed, _ = run("evaluate", target, separable, "--json")
    evaluation = json.loads(printed)["evaluation"]
    assert (code, evaluation["model"], evaluation["seen"]) == (0, answer["model"], ["separable.jsonl"])


@pytest.mark.parametrize("addressed", [(), ("farm",)])
def test_pages_without_an_address_can_be_trained_on(run, separable, tmp_path, monkeypatch, addressed) -> None:
    monkeypatch.setattr("training.fit.CANDIDATES", (Candidate(BinnedLogistic("binned"), wording=True),))
    rows = [json.loads(line) for line in separable.read_text().splitlines()]
    data = tmp_path / "texts.jsonl"
    data.write_text(
        "\n".join(json.dumps(row | ({} if row["verdict"] in addressed else {"url": ""})) for row in rows)
    )
    assert run("train", data, "-o", tmp_path / "out")[0] == 0
    page = Page.from_text(rows[0]["text"], url="https://elsewhere.example/")
    verdict = Detector.load(tmp_path / "out").score(page)
    assert "wording.text" in {part.feature for part in verdict.contributions}
    assert "wording.address" not in {part.feature for part in verdict.contributions}


def test_the_source_of_made_pages_can_not_be_that_of_found_ones(run, separable, tmp_path) -> None:
    data = tmp_path / "named.jsonl"
    data.write_text(separable.read_text().replace('"source": "s"', '"source": "synthetic"', 5))
    code, _, err = run("train", data, "-o", tmp_path / "out")
    assert (code, err.count("\n")) == (2, 1)
    assert "'synthetic'" in err


def test_a_model_trained_with_a_block_list_counts_a_listing_against_a_page(
    run, separable, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("training.fit.CANDIDATES", (Candidate(BinnedLogistic("binned"), wording=False),))
    farms = tmp_path / "farms.txt"
    farms.write_text(
        "".join(f"h{i}.example\n" for i in (*range(0, 90, 6), 1, 10))
    )  # half the farms, two others
    page = Page.from_text(SENTENCE * 8, url="https://new.example/")
    listed = replace(page, listings=(Listing("new.example", "farms.txt", None),))

    def weights(*options: object) -> list[float]:
        out = tmp_path / f"out{len(options)}"
        assert run("train", separable, "-o", out, *options)[0] == 0
        hashes = json.loads((out / "manifest.json").read_text("utf-8"))["data_hashes"]
        assert ("farms.txt" in hashes) == bool(options)
        verdicts = Detector.load(out).score_many([listed, replace(page, listings=())])
        return [sum(c.log_odds for c in v.contributions if c.feature == "address.listed") for v in verdicts]

    assert weights() == [0, 0]
    on_a_list, on_none = weights("--list", farms)
    assert on_a_list > 0 > on_none


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "{data}", "-o", "out", "--list", "gone.txt"), "gone.txt"),
        (("evaluate", "{low}", "{data}", "--list", "gone.txt"), "gone.txt"),
        (("compare", "{low}", "{low}", "{data}", "--list", "gone.txt"), "gone.txt"),
        (("evaluate", "{low}", "gone.jsonl"), "gone.jsonl"),
        (("evaluate", "gone", "{data}"), "manifest.json"),
        (("evaluate", "{low}", "{data}", "--floor", "roc=1"), "no such figure"),
        (("evaluate", "{low}", "{data}", "--floor", "roc_auc"), "FIGURE=VALUE"),
        (("evaluate", "{low}", "{tmp}/unlabelled.jsonl"), "--labels"),
        (("compare", "{low}", "gone", "{data}"), "manifest.json"),
        (("compare", "{low}", "{low}", "{tmp}/unlabelled.jsonl"), "--labels"),
        (("promote", "gone", "--target", "{tmp}/t"), "manifest.json"),
        (("rollback", "--target", "{tmp}/t"), "none to go back to"),
        (("train", "gone.jsonl", "-o", "{tmp}/out"), "gone.jsonl"),
        (("train", "{data}", "-o", "{tmp}/out", "--labels", "{data}"), "data.jsonl"),
        (("train", "{data}", "-o", "{tmp}/out", "--articles", "{tmp}/unlabelled.jsonl"), "title, publisher"),
    ],
)
def test_what_can_not_be_used_ends_with_2_and_one_line(run, models, data, tmp_path, arguments, said) -> None:
    (tmp_path / "unlabelled.jsonl").write_text('{"id": "x", "text": "No verdict."}')
    places = {"low": models[0], "data": data, "tmp": tmp_path}
    code, out, err = run(*(argument.format(**places) for argument in arguments))
    assert (code, out) == (2, "")
    assert err.startswith("chaffinch: ")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["train", "evaluate", "compare", "promote", "rollback"])
def test_help_documents_exit_codes(run, command) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "Exit codes: 0" in out


def test_a_model_goes_into_a_folder(run, data) -> None:
    code, _, err = run("train", data, "-o", data)
    assert code == 2
    assert "is a file" in err


def test_a_list_without_an_entry_is_warned_of(run, models, data, tmp_path) -> None:
    (tmp_path / "empty.txt").write_text("")
    code, _, err = run("evaluate", models[0], data, "--list", tmp_path / "empty.txt")
    assert (code, err.count("\n")) == (0, 1)
    assert "empty.txt: no entry" in err


def test_a_moment_without_a_store_is_refused(run, data, tmp_path) -> None:
    code, _, err = run("train", data, "--out", tmp_path / "out", "--at", "2026-11-23T12:00:00+00:00")
    assert (code, err.count("\n")) == (2, 1)
    assert "--from-store" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("services", "said"),
    [
        ([], "no service is installed: pip install '.[api]'"),
        (["one:write", "two:write"], "several services are installed (one:write, two:write)"),
        (["lame_service:write"], "No module named 'not_installed': pip install '.[api]'"),
        (["not_installed:write"], "No module named 'not_installed': pip install '.[api]'"),
    ],
)
def test_a_service_that_cannot_give_its_ledger_is_one_line(
    run, tmp_path, monkeypatch, services, said
) -> None:
    (tmp_path / "lame_service.py").write_text("def write(store, at, out):\n    import not_installed\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = [EntryPoint(f"service{n}", value, LEDGERS) for n, value in enumerate(services)]
    monkeypatch.setattr("training.commands.entry_points", lambda group: found)
    code, _, err = run("train", "--out", tmp_path / "out", "--from-store", "sqlite:///store.db")
    assert code == 2
    assert err.startswith(f"chaffinch: --from-store: {said}")
    assert err.count("\n") == 1
