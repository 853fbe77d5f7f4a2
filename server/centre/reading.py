"""Read the centre's tables for supervisors and auditors. Nothing personal can come out: no column holds any."""

import msgspec
from sqlalchemy import ColumnElement, Engine, and_, func, or_, select, true

from server.centre.statistics import Statistics, figures
from server.store.centre_tables import cursor, event, hall_case, quarantine, rating, ticket


class CaseRating(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one invitation for a case ended; neither level nor reason means it is still open."""

    level: int | None = None
    not_rated: str | None = None
    cuts: int = 0


class CentreCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """A case as the centre knows it."""

    hall: str
    case: str
    item: str
    status: str
    at: int
    ticket: str | None = None
    ticket_number: str | None = None
    counter: str | None = None
    clerk: str | None = None
    provisional: str | None = None
    ratings: tuple[CaseRating, ...] = ()


class HallLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a hall's log has come in."""

    hall: str
    epoch: int
    seq: int
    received_at: int
    last_event_at: int
    quarantined: int


class Reading:
    """Queries; each waits for the database, so keep them off the event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def case(self, number: str) -> CentreCase | None:
        """Return a case by its number, or by the provisional number that a unit printed."""
        joined = hall_case.outerjoin(
            ticket, and_(ticket.c.origin == hall_case.c.origin, ticket.c.uid == hall_case.c.ticket)
        )
        query = select(hall_case, ticket.c.number.label("ticket_number")).select_from(joined)
        query = query.where(or_(hall_case.c.number == number, hall_case.c.provisional == number))
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(hall_case.c.at.desc()).limit(1)).mappings().first()
            if found is None:
                return None
            asked = or_(rating.c.hall_case == found["number"], rating.c.ticket == found["ticket"])
            query = select(rating.c.level, rating.c.not_rated, rating.c.cuts)
            query = query.where(rating.c.origin == found["origin"], asked).order_by(rating.c.uid)
            ratings = tuple(CaseRating(*row) for row in connection.execute(query))
        names = ("item", "status", "at", "ticket", "ticket_number", "counter", "clerk", "provisional")
        return CentreCase(found["origin"], found["number"], **{name: found[name] for name in names}, ratings=ratings)

    def halls(self) -> tuple[HallLine, ...]:
        """Return every log that comes in here, by hall and epoch."""
        set_aside = select(func.count()).select_from(quarantine)
        set_aside = set_aside.where(quarantine.c.origin == cursor.c.origin, quarantine.c.epoch == cursor.c.epoch)
        newest = select(func.coalesce(func.max(event.c.at), 0))
        newest = newest.where(event.c.origin == cursor.c.origin, event.c.epoch == cursor.c.epoch)
        names = (cursor.c.origin, cursor.c.epoch, cursor.c.seq, cursor.c.received_at)
        query = select(*names, newest.scalar_subquery(), set_aside.scalar_subquery())
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(cursor.c.origin, cursor.c.epoch)).all()
        return tuple(HallLine(*row) for row in rows)

    def statistics(self, hall: str = "", since: int = 0, until: int = 2**62) -> Statistics:
        """Return the figures of one hall, or of all, for tickets, cases and invitations of a time (hub ms)."""
        with self._engine.connect() as connection:
            states = select(ticket.c.state, func.count()).where(_hall(ticket.c.origin, hall))
            states = states.where(ticket.c.arrived_at.between(since, until)).group_by(ticket.c.state)
            tickets = {str(row[0]): int(row[1]) for row in connection.execute(states)}
            many = select(func.count()).select_from(hall_case).where(_hall(hall_case.c.origin, hall))
            cases = connection.execute(many.where(hall_case.c.at.between(since, until))).scalar_one()
            ends = select(rating.c.level, rating.c.not_rated, func.count()).where(_hall(rating.c.origin, hall))
            ends = ends.where(func.coalesce(rating.c.invited_at, rating.c.answered_at).between(since, until))
            found = connection.execute(ends.group_by(rating.c.level, rating.c.not_rated)).all()
        levels = {level: count for level, _, count in found if level is not None}
        silent = {reason: count for level, reason, count in found if level is None and reason is not None}
        waiting = sum(count for level, reason, count in found if level is None and reason is None)
        return figures(hall, tickets, cases, levels, silent, waiting)


def _hall(column: ColumnElement[str], hall: str) -> ColumnElement[bool]:
    return column == hall if hall else true()
