"""Rating (好差评): five levels, two of them bad, and silence is never an answer.

Levels follow GB/T 39046-2020 A.8 (1 very satisfied ... 5 very dissatisfied); the rating interface of the
national platform counts the other way round, so only adapters may convert.
"""

from enum import IntEnum, StrEnum


class RatingLevel(IntEnum):
    """What the citizen chose, 1 best (GB/T 39046-2020 A.8)."""

    VERY_SATISFIED = 1
    SATISFIED = 2
    BASICALLY_SATISFIED = 3
    DISSATISFIED = 4
    VERY_DISSATISFIED = 5

    @property
    def is_bad(self) -> bool:
        """Levels that must be checked, corrected and answered (GB/T 39734-2020)."""
        return self >= RatingLevel.DISSATISFIED


class NotRatedReason(StrEnum):
    """Why an invitation ended without a rating. None of them is ever counted as good."""

    TIMED_OUT = "timed_out"
    DECLINED = "declined"
    NO_PAD = "no_pad"
