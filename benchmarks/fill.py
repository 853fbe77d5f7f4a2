"""Fill a hub's log with tickets of earlier days, through the hub's own step and store."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from hall.domain.ids import CommandKey, ItemCode, TicketUid, UnitId
from hall.wire import commands as cmd
from hall.wire.actor import Actor, Role
from server.hub.facts import facts_of
from server.hub.revive import revive
from server.hub.step import Received
from server.store.log import HubLog
from tests.support.hub_process import ITEMS, big_hall

A_DAY = 5000
BATCH = 500
DAY_MS = 86_400_000
KIOSK = Actor(unit=UnitId("kiosk-1"), role=Role.KIOSK)
HUB = Actor(unit=UnitId("hub"), role=Role.HUB)


def fill(path: Path, tickets: int) -> None:
    """Store `tickets` numbers, issued and confirmed, `A_DAY` a day, the last day being the one before yesterday."""
    log = HubLog(path)
    step = revive(log, facts_of(big_hall("unused")), Random(1))
    days = -(-tickets // A_DAY)
    today = date.today()
    for index in range(days):
        day = today - timedelta(days=days - index + 1)
        now = int(day.strftime("%s")) * 1000 + DAY_MS // 2
        batch = [Received(cmd.OpenDay(key=CommandKey(f"open-{index}"), day=day.isoformat()), HUB)]
        for number in range(min(A_DAY, tickets - index * A_DAY)):
            key = CommandKey(f"01a1ffd0-{index:04x}-7000-8000-{number:012x}")
            item = ItemCode(f"item-{number % ITEMS}")
            batch.append(Received(cmd.IssueTicket(key=key, item=item), KIOSK))
            batch.append(Received(cmd.ConfirmTicket(key=CommandKey(f"{key}c"), ticket=TicketUid(key)), KIOSK))
        batch.append(Received(cmd.CloseDay(key=CommandKey(f"close-{index}")), HUB))
        for start in range(0, len(batch), BATCH):
            log.append(step.commands(batch[start : start + BATCH], now))
    log.close()
