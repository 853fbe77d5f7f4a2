"""From a clerk's intent to the hub's command: one table, no state."""

from collections.abc import Callable

from counter.flow.actions import Action
from counter.flow.intents import CallChosen, PauseFor, RegisterCase, SendOn, TakeBack
from hall.domain.ids import CommandKey, CounterId, TicketUid
from hall.wire.commands import (
    CallNext,
    CallTicket,
    Command,
    FinishService,
    InviteRating,
    MarkNoShow,
    ParkTicket,
    Pause,
    RecallTicket,
    ResumeTicket,
    SignOut,
    StartService,
    SubmitCase,
    TransferTicket,
    Unpause,
)

PLAIN: dict[Action, Callable[[CommandKey, CounterId, TicketUid], Command]] = {
    Action.CALL_NEXT: lambda key, counter, seen: CallNext(key=key, counter=counter, seen=seen),
    Action.RECALL: lambda key, counter, seen: RecallTicket(key=key, counter=counter, seen=seen),
    Action.NO_SHOW: lambda key, counter, seen: MarkNoShow(key=key, counter=counter, seen=seen),
    Action.START: lambda key, counter, seen: StartService(key=key, counter=counter, seen=seen),
    Action.PARK: lambda key, counter, seen: ParkTicket(key=key, counter=counter, seen=seen),
    Action.FINISH: lambda key, counter, seen: FinishService(key=key, counter=counter, seen=seen),
    Action.UNPAUSE: lambda key, counter, _seen: Unpause(key=key, counter=counter),
    Action.PAUSE: lambda key, counter, _seen: Pause(key=key, counter=counter),
    Action.SIGN_OUT: lambda key, counter, _seen: SignOut(key=key, counter=counter),
    Action.INVITE: lambda key, counter, _seen: InviteRating(key=key, counter=counter),
}
"""Buttons that need nothing but the counter, and the visitor whom the screen shows there ("" for nobody)."""

NOBODY = TicketUid("")

WithArguments = CallChosen | TakeBack | SendOn | RegisterCase | PauseFor


def action_of(intent: WithArguments) -> Action:
    """Return the button that an intent with arguments belongs to."""
    match intent:
        case CallChosen():
            return Action.CALL_CHOSEN
        case TakeBack():
            return Action.RESUME
        case SendOn():
            return Action.TRANSFER
        case RegisterCase():
            return Action.REGISTER_CASE
        case PauseFor():
            return Action.PAUSE


def command_of(intent: WithArguments, key: CommandKey, counter: CounterId, ticket: TicketUid | None) -> Command:
    """Return the command of an intent with arguments; `ticket` is the counter's current one."""
    match intent:
        case CallChosen(number=number):
            return CallTicket(key=key, counter=counter, number=number)
        case TakeBack(ticket=parked):
            return ResumeTicket(key=key, counter=counter, ticket=parked)
        case SendOn(item=item, to_counter=to_counter, note=note):
            there = CounterId(to_counter) if to_counter else None
            return TransferTicket(
                key=key, counter=counter, seen=ticket or NOBODY, item=item, to_counter=there, note=note
            )
        case RegisterCase(item=item):
            return SubmitCase(key=key, counter=counter, item=item, ticket=ticket)
        case PauseFor(reason=reason):
            return Pause(key=key, counter=counter, reason=reason)
