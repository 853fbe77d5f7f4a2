"""A paper sensor against the paper that was counted: what a printer says that cannot be so."""

from hall.ports.status import Status, StatusWord

MUCH_TOO_LONG = 1.05
"""Rolls are not wound to the millimetre."""
HARDLY_USED = 0.5


def contradiction(status: Status, roll_mm: float, roll_m: float) -> str:
    """Return what does not fit, with the next step, or nothing; of rolls of unknown length (0) nothing can be said."""
    if not roll_m:
        return ""
    used_m = roll_mm / 1000
    counted = f"{used_m:.1f} m of a roll of {roll_m:g} m"
    if status.word is StatusWord.READY and used_m > roll_m * MUCH_TOO_LONG:
        says = f"the printer says that there is paper, and {counted} went out"
        return f"{says}; touch 'roll changed' at each change, and clean or replace its paper sensor"
    if status.word is StatusWord.NO_PAPER and used_m < roll_m * HARDLY_USED:
        says = f"the printer says that there is no paper, and only {counted} went out"
        return f"{says}; put the roll in anew and straight, and clean its paper sensor"
    return ""
