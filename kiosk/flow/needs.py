"""What a flow needs (devices, links), checked before its first step and before each step that cannot be undone."""

from config.flow import Capture, Flow, Sign
from hall.ports.status import Status, StatusWord
from kiosk.flow.models import Word
from kiosk.flow.state import Settings, State

UNPRINTABLE = "needs.slip."


def lacking(settings: Settings, state: State, flow: Flow) -> Word | None:
    """Return why the flow cannot be done now (with what to do instead), or None where it can."""
    for need in flow.needs:
        why = _lacks(settings, state, need)
        if why is not None:
            return why
    if any(isinstance(step, Capture | Sign) for step in flow.steps) and not _can_seal(state):
        return Word("document.no_key")
    if state.away and not flow.offline:
        return Word("needs.hub")
    return None


def _can_seal(state: State) -> bool:
    """Whether the hub's key is known: without it no paper and no signature can be kept."""
    return state.view is not None and bool(state.view.hub_key)


def printer_trouble(settings: Settings, state: State) -> Word | None:
    """Return why no slip can come out now, or None."""
    return _lacks(settings, state, "slip")


def works(settings: Settings, state: State, need: str) -> bool:
    """Whether the device behind a need can be used now."""
    return _lacks(settings, state, need) is None


def _lacks(settings: Settings, state: State, need: str) -> Word | None:
    if need == "hub":
        return Word("needs.hub") if state.away else None
    if need not in settings.present:
        return Word(f"needs.{need}.none")
    status = state.devices.get(need, Status(StatusWord.UNKNOWN))
    if status.usable or status.word is StatusWord.NOT_TAKEN:
        return None
    return Word(_reason(need, status.word))


def _reason(need: str, status: StatusWord) -> str:
    if need == "slip" and status in (StatusWord.NO_PAPER, StatusWord.COVER_OPEN, StatusWord.JAMMED):
        return f"{UNPRINTABLE}{status.value}"
    return f"needs.{need}.broken"
