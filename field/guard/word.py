"""The guard's word to the hall: the supply's states, and an alarm while the hub runs on battery."""

from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

from config.linking import make_link, open_unit_store
from config.unit import UnitConfig
from hall.domain.ids import DeviceName, UnitId
from hall.ports.status import StatusChanged
from hall.ports.ups import PowerChanged
from hall.sync.credential import NoCredential, load_credential
from hall.sync.device_reports import report_device
from hall.wire.commands import ReportAlarm, ReportDevice

ALARM = "power"

log = structlog.get_logger("guard")


class Word:
    """A link of the unit's own; without an enrolment the guard does its work and tells nobody but the journal.

    Raises:
        ConfigError: the unit's store cannot be opened.

    """

    def __init__(self, unit: UnitConfig) -> None:
        self._unit = UnitId(unit.unit.name)
        self._link: Any = None
        if isinstance(load_credential(Path(unit.unit.state_dir)), NoCredential):
            log.warning("not enrolled", reason="the hall is not told of the power; see `hall-field enrol`")
            return
        self._store = open_unit_store(unit)
        self._link = make_link(unit, self._store)

    def __enter__(self) -> "Word":
        if self._link is not None:
            self._link.start(lambda _event: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._link is not None:
            self._link.stop()
            self._store.close()

    def of_status(self, change: StatusChanged) -> None:
        """Tell what the supply says of itself."""
        if self._link is not None:
            report_device(self._link, self._unit, change)

    def of_power(self, change: PowerChanged) -> None:
        """Tell where the current comes from."""
        if self._link is not None:
            name = DeviceName(f"{change.device}.power")
            says = f"charge {change.charge_percent} %, runtime {change.runtime_s} s"
            self._link.submit(
                ReportDevice(
                    key=self._link.new_key(), unit=self._unit, device=name, status=change.power.value, reason=says
                )
            )

    def of_battery(self, *, on_battery: bool) -> None:
        """Raise the alarm, or end it."""
        if self._link is not None:
            key = self._link.new_key()
            self._link.submit(ReportAlarm(key=key, unit=self._unit, what=ALARM, over=not on_battery))
