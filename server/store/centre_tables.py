"""The centre's tables, for SQLite and every engine that speaks PostgreSQL's protocol.

`event` is what the halls said, unchanged; `ticket`, `hall_case` and `rating` are folds of it and can be made anew.
Nothing here is a database sequence that a reader could follow: those commit out of order. The order of a hall is
its own `seq`. No column holds personal data; `person` holds sealed records only.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

event = Table(
    "event",
    metadata,
    Column("origin", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("uid", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("row", LargeBinary, nullable=False),
    PrimaryKeyConstraint("origin", "epoch", "seq"),
    UniqueConstraint("origin", "uid", name="event_uid"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("origin", String(64), nullable=False),
    Column("uid", String(64), nullable=False),
    Column("number", String(32), nullable=False, default=""),
    Column("item", String(80), nullable=False, default=""),
    Column("state", String(16), nullable=False, default=""),
    Column("arrived_at", BigInteger),
    Column("called_at", BigInteger),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("counter", String(32)),
    Column("clerk", String(64)),
    PrimaryKeyConstraint("origin", "uid"),
)

hall_case = Table(
    "hall_case",
    metadata,
    Column("origin", String(64), nullable=False),
    Column("number", String(64), nullable=False),
    Column("item", String(80), nullable=False),
    Column("status", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ticket", String(64)),
    Column("counter", String(32)),
    Column("clerk", String(64)),
    Column("person", String(64)),
    Column("code_hash", String(64), nullable=False, default=""),
    Column("provisional", String(64)),
    PrimaryKeyConstraint("origin", "number"),
    Index("hall_case_number", "number"),
    Index("hall_case_ticket", "origin", "ticket"),
)

rating = Table(
    "rating",
    metadata,
    Column("origin", String(64), nullable=False),
    Column("uid", String(64), nullable=False),
    Column("invited_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("level", Integer),
    Column("not_rated", String(32)),
    Column("tags", String(400), nullable=False, default=""),
    Column("cuts", Integer, nullable=False, default=0),
    Column("ticket", String(64)),
    Column("hall_case", String(64)),
    Column("counter", String(32)),
    Column("clerk", String(64)),
    PrimaryKeyConstraint("origin", "uid"),
    Index("rating_ticket", "origin", "ticket"),
)

cursor = Table(
    "cursor",
    metadata,
    Column("origin", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("last_hash", String(64), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("origin", "epoch"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("origin", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("reason", String(400), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("row", LargeBinary, nullable=False),
    PrimaryKeyConstraint("origin", "epoch", "seq"),
)

person = Table(
    "person",
    metadata,
    Column("origin", String(64), nullable=False),
    Column("ref", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("origin", "ref"),
)
