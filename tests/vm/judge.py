"""Inside the machine: says as JSON which numbers the hub's log holds, by the key of the command that took each."""

import json
import sys
from pathlib import Path

import msgspec

from hall.wire.events import Event, TicketIssued
from server.store.log import LogReader


def main() -> None:
    """Read the log of the hub whose folder is named."""
    reader = LogReader(Path(sys.argv[1]) / "hub.db")
    events = (msgspec.json.decode(raw, type=Event) for raw in reader.every_row_from(1))
    issued = [event.body.ticket for event in events if isinstance(event.body, TicketIssued)]
    reader.close()
    json.dump([[ticket.uid, ticket.number] for ticket in issued], sys.stdout)


if __name__ == "__main__":
    main()
