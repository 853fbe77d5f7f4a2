"""What a unit's printer has used: each slip of the last days, and the roll that lies in it. SQL only."""

import apsw

from hall.domain.ids import DeviceName
from hall.domain.paper import USUAL_DAYS, PaperKept, Roll, Used

DAYS_KEPT = USUAL_DAYS + 5
"""More than are looked at, since days with hardly a slip do not count."""


def read(connection: apsw.Connection, device: DeviceName) -> PaperKept:
    """Return what was kept of a printer."""
    row = connection.execute("SELECT given_mm, whole, length_mm FROM paper_roll WHERE device = ?", (device,)).fetchone()
    days: dict[str, list[Used]] = {}
    for day, at_s, mm in connection.execute(
        "SELECT day, at_s, mm FROM paper_used WHERE device = ? ORDER BY day, id", (device,)
    ):
        days.setdefault(str(day), []).append(Used(at_s, mm))
    return PaperKept(Roll(row[0], bool(row[1]), row[2]) if row else Roll(), days)


def write(connection: apsw.Connection, device: DeviceName, roll: Roll, day: str, used: Used | None) -> None:
    """Keep the roll, and a slip if there was one; days of long ago are forgotten."""
    connection.execute(
        "INSERT OR REPLACE INTO paper_roll (device, given_mm, whole, length_mm) VALUES (?, ?, ?, ?)",
        (device, roll.given_mm, int(roll.whole), roll.length_mm),
    )
    if used is not None:
        connection.execute(
            "INSERT INTO paper_used (device, day, at_s, mm) VALUES (?, ?, ?, ?)", (device, day, used.at_s, used.mm)
        )
        connection.execute(
            "DELETE FROM paper_used WHERE device = ?1 AND day NOT IN "
            "(SELECT DISTINCT day FROM paper_used WHERE device = ?1 ORDER BY day DESC LIMIT ?2)",
            (device, DAYS_KEPT),
        )
