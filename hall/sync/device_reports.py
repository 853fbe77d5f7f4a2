"""Tell the hall what a unit's device says of itself, so that supervisor and technician see it elsewhere too."""

import structlog

from hall.domain.ids import UnitId
from hall.ports.status import StatusChanged
from hall.sync.link import Link
from hall.wire.commands import ReportDevice

log = structlog.get_logger("device")


def report_device(link: Link, unit: UnitId, change: StatusChanged) -> None:
    """Log the change and submit it; returns once it is on disk."""
    status = change.status
    log.info("device status", device=change.device, status=status.word.value, reason=status.reason)
    report = ReportDevice(
        key=link.new_key(),
        unit=unit,
        device=change.device,
        status=status.word.value,
        reason=status.reason,
    )
    link.submit(report)
