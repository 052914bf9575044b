"""What Prometheus reads: requests, scores, drift, models and the recorder. No address or text is a label."""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable: the folder through which several workers add up their figures."""
MEDIA_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_SHARES = tuple(round(i / 20, 2) for i in range(1, 21))


class Metrics:
    """Every metric of one application."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self.requests = Counter(
            "chaffinch_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "chaffinch_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=registry
        )
        self.score = Histogram(
            "chaffinch_score", "Scores given.", ["model"], buckets=_SHARES, registry=registry
        )
        self.labels = Counter("chaffinch_labels", "Labels given.", ["model", "label"], registry=registry)
        self.decisions = Counter("chaffinch_decisions", "Decisions taken.", ["verdict"], registry=registry)
        self.model = Gauge(
            "chaffinch_model_info",
            "1 for the model in service.",
            ["model", "role"],
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self.reloads = Counter(
            "chaffinch_reloads", "Models taken into service, or refused.", ["result"], registry=registry
        )
        self.psi = Gauge(
            "chaffinch_feature_psi",
            "Population stability index of a feature, against the pages of training.",
            ["feature"],
            registry=registry,
            multiprocess_mode="max",
        )
        self.score_psi = Gauge(
            "chaffinch_score_psi",
            "Population stability index of the score, against the pages of training.",
            registry=registry,
            multiprocess_mode="max",
        )
        self.shadow = Counter(
            "chaffinch_shadow_pages", "Pages by label in service and in shadow.", ["label", "shadow"],
            registry=registry,
        )  # fmt: skip
        self.shadow_difference = Histogram(
            "chaffinch_shadow_difference",
            "Absolute difference of scores.",
            buckets=_SHARES,
            registry=registry,
        )
        self.dropped = Counter(
            "chaffinch_observations_dropped", "Scored pages that could not be recorded.", registry=registry
        )
        self.waiting = Gauge(
            "chaffinch_observations_waiting", "Scored pages that wait to be recorded.",
            registry=registry, multiprocess_mode="sum",
        )  # fmt: skip

    def render(self) -> bytes:
        """Return the exposition of this worker, or of all where several share a folder."""
        if MULTIPROCESS in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self._registry)
