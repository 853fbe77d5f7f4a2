"""What the hub answers. A refusal is an answer too, and is stored under the key like any other."""

from enum import StrEnum

import msgspec

from hall.domain.ids import CaseNumber, CommandKey, RatingUid
from hall.domain.ticket import Ticket


class Done(msgspec.Struct, frozen=True, tag="done", tag_field="re", omit_defaults=True):
    """It happened. `seq` is the last event of it (0 when nothing had to happen)."""

    key: CommandKey
    seq: int
    at: int
    """Hub time, ms since the epoch; units keep an offset for display only."""
    ticket: Ticket | None = None
    ahead: int | None = None
    """People before this ticket, for issue and confirm."""
    estimate_s: int | None = None
    rating: RatingUid | None = None
    case: CaseNumber | None = None
    case_code: str | None = None
    """Second factor for asking about the case; printed on the receipt, shown nowhere else."""


class RefusalCode(StrEnum):
    """Why not. Each has words for the person concerned under ``refusal.<code>`` and one HTTP status."""

    UNKNOWN_ITEM = "unknown_item"
    CLOSED_ITEM = "closed_item"
    QUOTA_FULL = "quota_full"
    SECOND_NUMBER = "second_number"
    NO_COUNTER_SERVES = "no_counter_serves"
    DAY_CLOSED = "day_closed"
    DAY_OPEN = "day_open"
    UNKNOWN_TICKET = "unknown_ticket"
    WRONG_STATE = "wrong_state"
    ABANDONED = "abandoned"
    NOBODY_WAITING = "nobody_waiting"
    COUNTER_BUSY = "counter_busy"
    COUNTER_IDLE = "counter_idle"
    COUNTER_PAUSED = "counter_paused"
    UNKNOWN_COUNTER = "unknown_counter"
    NOT_SIGNED_IN = "not_signed_in"
    COUNTER_TAKEN = "counter_taken"
    NOT_YOURS = "not_yours"
    UNKNOWN_RATING = "unknown_rating"
    ALREADY_RATED = "already_rated"
    RECALL_LIMIT = "recall_limit"
    FORBIDDEN = "forbidden"
    BAD_TOKEN = "bad_token"
    LOCKED_OUT = "locked_out"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_CASE = "unknown_case"
    STALE_EPOCH = "stale_epoch"
    STORE_FAILED = "store_failed"
    UNKNOWN_CLERK = "unknown_clerk"
    HUB_AWAY = "hub_away"
    """Said by the unit itself: this needs the hub, and the hub does not answer."""


HTTP_STATUS: dict[RefusalCode, int] = {
    RefusalCode.UNKNOWN_ITEM: 404,
    RefusalCode.UNKNOWN_TICKET: 404,
    RefusalCode.UNKNOWN_COUNTER: 404,
    RefusalCode.UNKNOWN_RATING: 404,
    RefusalCode.UNKNOWN_PERSON: 404,
    RefusalCode.UNKNOWN_CASE: 404,
    RefusalCode.UNKNOWN_CLERK: 404,
    RefusalCode.MALFORMED: 400,
    RefusalCode.BAD_TOKEN: 401,
    RefusalCode.FORBIDDEN: 403,
    RefusalCode.NOT_YOURS: 403,
    RefusalCode.TOO_LARGE: 413,
    RefusalCode.LOCKED_OUT: 429,
    RefusalCode.STORE_FAILED: 503,
    RefusalCode.HUB_AWAY: 503,
}
"""Everything not listed is 409: the request is sound, the hall's state says no."""


class Refused(msgspec.Struct, frozen=True, tag="refused", tag_field="re", omit_defaults=True):
    """It did not happen. `message` is for the calling program (English); people read the words of the code."""

    key: CommandKey
    code: RefusalCode
    message: str = ""
    ticket: Ticket | None = None
    """The ticket in question, e.g. the one the person already holds (second_number)."""

    @property
    def http_status(self) -> int:
        """Status of the HTTP answer that carries this refusal."""
        return HTTP_STATUS.get(self.code, 409)


Reply = Done | Refused
