"""Figures for Prometheus; a registry for each server, so that several live in one process."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "aether_http_requests", "HTTP requests", ["route", "status"], registry=self.registry
        )
        self.frames = Counter(
            "aether_frames", "WebSocket frames by what became of them", ["type", "result"],
            registry=self.registry,
        )  # fmt: skip
        self.sockets = Gauge("aether_sockets", "Open WebSockets", registry=self.registry)
        self.live_views = Gauge(
            "aether_stages", "Sessions that are watched", registry=self.registry
        )
        self.drawing = Histogram(
            "aether_drawing_seconds", "Time to draw what changed of a session",
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0), registry=self.registry,
        )  # fmt: skip

    def text(self) -> bytes:
        return generate_latest(self.registry)
