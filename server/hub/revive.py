"""The hub's step as its log left it: how a hub starts, and how it goes on after a failed store."""

from random import Random

from server.hub.facts import HallFacts
from server.hub.step import HubStep
from server.store.log import HubLog


def revive(log: HubLog, facts: HallFacts, random: Random) -> HubStep:
    """Rebuild the step from the last snapshot and what came after it.

    Raises:
        StoreFailed: the log cannot be read.

    """
    snapshot = log.snapshot()
    rows = log.every_row_from(0 if snapshot is None else snapshot[0])
    return HubStep.rebuilt(facts, random, log.epoch, log.reply, snapshot, rows)
