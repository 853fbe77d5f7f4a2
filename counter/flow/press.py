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

PLAIN: dict[Action, Callable[[CommandKey, CounterId], Command]] = {
    Action.CALL_NEXT: lambda key, counter: CallNext(key=key, counter=counter),
    Action.RECALL: lambda key, counter: RecallTicket(key=key, counter=counter),
    Action.NO_SHOW: lambda key, counter: MarkNoShow(key=key, counter=counter),
    Action.START: lambda key, counter: StartService(key=key, counter=counter),
    Action.PARK: lambda key, counter: ParkTicket(key=key, counter=counter),
    Action.FINISH: lambda key, counter: FinishService(key=key, counter=counter),
    Action.UNPAUSE: lambda key, counter: Unpause(key=key, counter=counter),
    Action.PAUSE: lambda key, counter: Pause(key=key, counter=counter),
    Action.SIGN_OUT: lambda key, counter: SignOut(key=key, counter=counter),
    Action.INVITE: lambda key, counter: InviteRating(key=key, counter=counter),
}
"""Buttons that need nothing but the counter."""

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
            return TransferTicket(key=key, counter=counter, item=item, to_counter=there, note=note)
        case RegisterCase(item=item):
            return SubmitCase(key=key, counter=counter, item=item, ticket=ticket)
        case PauseFor(reason=reason):
            return Pause(key=key, counter=counter, reason=reason)
