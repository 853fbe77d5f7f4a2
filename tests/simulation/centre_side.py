"""The way up in virtual time: the real shipping step and batch codec, a WAN that fails for days, a centre's ledger."""

from hall.wire import batch, chain
from server.ship.step import Send, ShipStep, Wait
from tests.simulation.hub_side import HubProcess
from tests.simulation.world import SECOND, World


class Centre:
    """Takes rows in order, each once, and answers how far it has them: the same rule as `server.centre.ingest`."""

    def __init__(self, world: World, hub: HubProcess) -> None:
        self.world, self.hub = world, hub
        self.rows: list[bytes] = []
        self.reachable = True
        self.step = ShipStep()
        self._last_hash = chain.GENESIS

    def take(self, data: bytes) -> int:
        got = batch.decode(data)
        if got.first_seq > len(self.rows) + 1:
            return len(self.rows)
        for row in got.rows[len(self.rows) + 1 - got.first_seq :]:
            self.world.require(chain.is_whole(row), "the centre's copy of the chain is whole")
            self.rows.append(row)
        return len(self.rows)

    def run(self) -> None:
        """The hub's shipping shell: one move, then again."""
        if not self.hub.alive:
            self.step = ShipStep()
            self.world.later(5 * SECOND, self.run)
            return
        newest, now = len(self.hub.disk.rows), self.world.now
        match self.step.move(newest, now):
            case Send(after, probe):
                self.world.later(30, self._send, after, probe)
            case Wait(until):
                self.world.later(max(until - now, SECOND), self.run)
            case _:
                self.world.later(60 * SECOND, self.run)

    def _send(self, after: int, probe: bool) -> None:
        world, rows = self.world, self.hub.disk.rows
        if not self.reachable or world.chance(0.02):
            self.step.failed(world.now, world.random.random())
        else:
            some = () if probe else batch.fitting(rows[after : after + batch.MAX_ROWS])
            up_to = self.take(batch.encode("sim", 1, after + 1, tuple(some))) if some else len(self.rows)
            if world.chance(0.02):
                self.step.failed(world.now, world.random.random())
            else:
                self.step.answered(up_to, len(rows))
        self.run()
