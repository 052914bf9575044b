"""The training path on a public benchmark of another kind: WEBSPAM-UK2007, whole hosts of 2007.

    python -m benchmarks.webspam_uk2007 [--json]

Castillo, Chellapilla and Davison (2008): host labels and features of the Web Spam Challenge 2008 (CC
BY-NC-SA: measured, never shipped). Only SET1 (the challenge's training set) comes with features here, so
figures are from grouped cross-validation on SET1, where published ones are from SET2: near, but not the same.
"""

from __future__ import annotations

import io
import sys
import tarfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import orjson
import typer
from numpy.typing import NDArray

from benchmarks.shared import DATA, SEED, Floats
from detector.parsing.domains import registrable_domain
from training.fit import cross_validate_matrix
from training.metrics import Estimate, evaluate_scores

PUBLISHED = (
    ("Geng, Jin and Wang 2008, winner of the Web Spam Challenge (SET2)", 0.848),
)  # fmt: skip
"""webspam.lip6.fr, "Phase III: participants and results"."""


def main(
    data: Annotated[Path, typer.Option(help="Folder of the WEBSPAM-UK2007 files.")] = DATA / "webspam-uk2007",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure the training path on each feature set and print AUC beside published ones."""
    rows: list[tuple[str, Estimate, float]] = []
    spam, groups, sets = load(data)
    for name, matrix in sets.items():
        started = time.perf_counter()
        scores = cross_validate_matrix(matrix, spam, groups, SEED)
        seconds = time.perf_counter() - started
        rows.append((name, evaluate_scores(spam, scores, groups, SEED).roc_auc, seconds))
        print(f"{name}: AUC {rows[-1][1]}, {seconds:.0f} s", file=sys.stderr)
    if json:
        values = [{"features": n, "auc": asdict(auc), "seconds": s} for n, auc, s in rows]
        print(orjson.dumps(values, option=orjson.OPT_INDENT_2).decode())
        return
    print(f"{len(spam)} hosts, {int(spam.sum())} spam, {len(np.unique(groups))} domains\n")
    print("| features | AUC | s |\n|---|---:|---:|")
    for name, auc, seconds in rows:
        print(f"| {name} | {auc} | {seconds:.0f} |")
    for name, value in PUBLISHED:
        print(f"| {name} | {value} | |")


def load(folder: Path) -> tuple[NDArray[np.bool_], NDArray[np.int64], dict[str, Floats]]:
    """Return labels (True: spam), a group a host (its registrable domain), and feature matrices by name.

    Hosts without content features have NaN there.
    """
    obvious, labels = read_arff(folder / "uk-2007-05.obvious_features.csv.train.arff")
    link, link_labels = read_arff(folder / "uk-2007-05.link_based_features.csv.train.arff")
    found, content_labels = read_arff(folder / "content-train.arff")
    if labels != link_labels or not np.array_equal(obvious[:, 0], link[:, 0]):
        raise ValueError(f"{folder}: link and obvious features are of different hosts")
    spam, content_spam = (np.array([v == "spam" for v in values]) for values in (labels, content_labels))
    domains = _domains(folder / "webspam-uk2007-set1-1.0.tar.gz", obvious[:, 0].astype(int))
    groups = np.unique(domains, return_inverse=True)[1].astype(np.int64)
    content = np.full((len(spam), found.shape[1]), np.nan)
    content[align(_marks(found), content_spam, _host_marks(obvious, link), spam)] = found
    obvious, link = obvious[:, 1:3], link[:, 1:-1]
    return spam, groups, {
        "obvious": obvious,
        "link": link,
        "content": content,
        "content and link": np.hstack([obvious, content, link]),
    }  # fmt: skip


def align(
    rows: NDArray[np.bool_],
    row_spam: NDArray[np.bool_],
    hosts: NDArray[np.bool_],
    host_spam: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return the host of each row of content features, which carry no host id and lack some hosts.

    Both are in one order, so it is the cheapest monotone assignment (dynamic programming over hosts skipped)
    where labels agree and the two marks that both files betray differ least.
    """
    spare = len(hosts) - len(rows)
    cost = np.zeros((len(rows) + 1, spare + 1))
    skips = np.arange(spare + 1)
    for row in range(len(rows)):
        host = row + skips
        differ = (rows[row] != hosts[host]).sum(axis=1) + 1e6 * (row_spam[row] != host_spam[host])
        cost[row + 1] = np.minimum.accumulate(cost[row]) + differ
    assigned, skipped = np.empty(len(rows), dtype=np.int64), int(cost[-1].argmin())
    for row in range(len(rows) - 1, -1, -1):
        assigned[row] = row + skipped
        skipped = int(cost[row][: skipped + 1].argmin())
    return assigned


def read_arff(path: Path) -> tuple[Floats, list[str]]:
    """Return the numeric columns of a dense ARFF file and its class column. Unknown values ("?") are NaN."""
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    names = [line.split()[1] for line in lines if line.lower().startswith("@attribute")]
    rows = [line.split(",") for line in lines if line and line[0] not in "@%"]
    target = names.index("class")
    numbers = [[np.nan if v == "?" else float(v) for v in row[:target] + row[target + 1 :]] for row in rows]
    return np.array(numbers), [row[target] for row in rows]


def _marks(content: Floats) -> NDArray[np.bool_]:
    """Tell rows whose home page has the highest PageRank of the host, and rows of a single page."""
    home, best, spread = content[:, :24], content[:, 24:48], content[:, 72:]
    return np.stack([(home == best).all(axis=1), (spread == 0).all(axis=1)], axis=1)


def _host_marks(obvious: Floats, link: Floats) -> NDArray[np.bool_]:
    return np.stack([link[:, 1] == 1, obvious[:, 1] == 1], axis=1)


def _domains(archive: Path, ids: NDArray[np.int64]) -> list[str]:
    with tarfile.open(archive) as tar:
        member = tar.extractfile("webspam-uk2007-set1-1.0/WEBSPAM-UK2007-hostnames.txt")
        if member is None:
            raise ValueError(f"{archive}: no list of hosts in it")
        names = dict(line.split() for line in io.TextIOWrapper(member, "utf-8"))
    hosts = [names[str(id_)].split(":")[0] for id_ in ids]
    return [registrable_domain(host) or host for host in hosts]


if __name__ == "__main__":
    typer.run(main)
