"""Numbers for the operator, in Prometheus' text format."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from server.hub.core import Hub

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """All metrics of one server, in a registry of their own."""

    def __init__(self, hub: Hub, outbox_age_s: Callable[[], float] = lambda: 0.0) -> None:
        """`outbox_age_s` tells how old the oldest row is that the parent has not confirmed; 0 without a parent."""
        self.registry = CollectorRegistry()
        self._commands = Counter("hall_commands", "Commands answered", ("kind", "outcome"), registry=self.registry)
        self._commit = Histogram(
            "hall_commit_seconds",
            "Time from handing a transaction to the writer until it is on disk",
            registry=self.registry,
            buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
        )
        self._batch = Histogram(
            "hall_commit_commands",
            "Commands in one transaction",
            registry=self.registry,
            buckets=(1, 2, 5, 10, 20, 50, 100, 200),
        )
        self._gauge("hall_event_streams", "Open event streams", lambda: hub.fanout.listeners)
        self._gauge("hall_log_seq", "Newest event of the log", lambda: hub.fanout.last_seq)
        self._gauge("hall_commands_waiting", "Commands waiting for the next transaction", lambda: hub.backlog)
        self._gauge("hall_store_ok", "1 while transactions can be written", lambda: hub.healthy)
        self._gauge("hall_outbox_age_seconds", "Age of the oldest row not yet at the parent", outbox_age_s)
        self._count: dict[tuple[str, str], Callable[[], None]] = {}
        hub.committed = self._committed

    def answered(self, kind: str, outcome: str) -> None:
        """Count one answer; `outcome` is ``done`` or a refusal's code."""
        count = self._count.get((kind, outcome))
        if count is None:
            count = self._count[kind, outcome] = self._commands.labels(kind, outcome).inc
        count()

    def text(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self.registry)

    def _committed(self, commands: int, seconds: float) -> None:
        self._commit.observe(seconds)
        self._batch.observe(commands)

    def _gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        Gauge(name, text, registry=self.registry).set_function(read)
