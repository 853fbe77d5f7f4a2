"""Every command and the function that decides it: pure, from a scene to a decision."""

from collections.abc import Callable
from typing import Any

from hall.wire import commands as cmd
from hall.wire.replies import RefusalCode
from server.hub import business_day, casework, issuing, offline, opinions, serving, staffing, summoning
from server.hub.outcome import Decision, Refusal, Scene


def decide(scene: Scene, command: cmd.AnyCommand) -> Decision:
    """Decide one command upon the state as it is; changes nothing."""
    if isinstance(command, cmd.AtDesk) and not as_seen(scene, command):
        return Refusal(RefusalCode.WRONG_STATE, "another visitor is at this counter than the screen showed")
    return _DECIDERS[type(command)](scene, command)


def as_seen(scene: Scene, command: cmd.AtDesk) -> bool:
    """Whether the visitor at the counter is the one whom the sender saw there; unknown counters are refused later."""
    desk = scene.state.desks.get(command.counter)
    return command.seen is None or desk is None or (desk.ticket or "") == command.seen


_DECIDERS: dict[type[cmd.Command], Callable[[Scene, Any], Decision]] = {
    cmd.IssueTicket: issuing.issue,
    cmd.ConfirmTicket: issuing.confirm,
    cmd.AbandonTicket: issuing.abandon,
    cmd.ReprintTicket: issuing.reprint,
    cmd.CallNext: summoning.call_next,
    cmd.CallTicket: summoning.call_ticket,
    cmd.RecallTicket: summoning.recall,
    cmd.MarkNoShow: summoning.no_show,
    cmd.StartService: serving.start,
    cmd.ParkTicket: serving.park,
    cmd.ResumeTicket: serving.resume,
    cmd.TransferTicket: serving.transfer,
    cmd.FinishService: serving.finish,
    cmd.InviteRating: opinions.invite,
    cmd.Rate: opinions.rate,
    cmd.SubmitCase: casework.submit_case,
    cmd.UploadOffline: offline.upload,
    cmd.ReportService: offline.report_service,
    cmd.SignIn: staffing.sign_in,
    cmd.SignOut: staffing.sign_out,
    cmd.TakeOver: staffing.take_over,
    cmd.Pause: staffing.pause,
    cmd.Unpause: staffing.unpause,
    cmd.OpenDay: business_day.open_day,
    cmd.CloseDay: business_day.close_day,
    cmd.ReportDevice: business_day.report_device,
    cmd.ReportAlarm: business_day.report_alarm,
}
