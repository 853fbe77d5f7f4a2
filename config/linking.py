"""From a unit's file to its link with the hall: store, pinned CA, credential, times. Imports HTTP only when started."""

from pathlib import Path

import structlog

from config.load import ConfigError, MayPass
from config.unit import UnitConfig
from hall.store.trouble import StoreFault, StoreTrouble
from hall.store.unit_store import UnitStore, open_store
from hall.sync.credential import Credential, NoCredential, load_credential, pinned_ca
from hall.sync.loop import HubLink, LinkOptions
from hall.wire.enrolment import Enrolled, series_mark

STORE_FILE = "unit.db"

LASTING = frozenset({StoreFault.CORRUPT, StoreFault.NEWER})
"""What no further start mends. Another process that holds the file ends; a disk gets room, or is mounted."""

_NOBODY = Enrolled(unit="", kind="", hall="", hub_key=b"")
"""What a unit knows of itself that was never enrolled."""

log = structlog.get_logger("link")


def open_unit_store(unit: UnitConfig) -> UnitStore:
    """Open the unit's own SQLite file.

    Raises:
        ConfigError: it cannot be opened; the text says why and what to do. `MayPass` where another start may do.

    """
    store = open_store(Path(unit.unit.state_dir) / STORE_FILE)
    if isinstance(store, StoreTrouble):
        trouble = ConfigError if store.fault in LASTING else MayPass
        raise trouble(f"unit.state_dir {unit.unit.state_dir}: {store}")
    return store


def make_link(unit: UnitConfig, store: UnitStore) -> HubLink:
    """Make the link, not started yet. A unit that was never enrolled says so and goes on alone.

    The series is the hub's word at enrolment; the file's is for a unit that has never heard it.
    """
    state = Path(unit.unit.state_dir)
    credential = load_credential(state)
    enrolled = credential.enrolled if isinstance(credential, Credential) else _NOBODY
    options = LinkOptions(
        url=unit.unit.hub_url,
        unit=unit.unit.name,
        ca=Path(unit.unit.hub_ca) if unit.unit.hub_ca else pinned_ca(state),
        series=enrolled.series or unit.unit.series,
        mark=series_mark(enrolled.generation),
        hub_away_s=unit.times.hub_away_s,
        hub_away_cold_s=unit.times.hub_away_cold_s,
    )
    if isinstance(credential, NoCredential):
        log.error("not enrolled", reason=credential.reason)
        return HubLink(options, store, None)
    return HubLink(options, store, credential)
