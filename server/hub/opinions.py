"""Ratings (好差评): invite and rate."""

from hall.domain.ids import RatingUid
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.replies import RefusalCode
from server.hub.desks import staffed_desk
from server.hub.outcome import Decided, Decision, Refusal, Scene

MAX_TAGS = 20


def invite(scene: Scene, command: cmd.InviteRating) -> Decision:
    """Open an invitation for the last finished visitor, or without a ticket after a consultation.

    An invitation that is open already is answered with itself.
    """
    desk = staffed_desk(scene, command.counter)
    if isinstance(desk, Refusal):
        return desk
    if desk.invitation is not None:
        return Decided(rating=desk.invitation)
    rating = RatingUid(command.key)
    rated = {one.ticket for one in scene.state.carry.invitations.values() if one.closed}
    ticket = None if desk.last_finished in rated else desk.last_finished
    body = ev.RatingInvited(rating=rating, counter=command.counter, ticket=ticket, clerk=desk.clerk)
    return Decided((body,), ticket=ticket, rating=rating)


def rate(scene: Scene, command: cmd.Rate) -> Decision:
    """Take the citizen's answer, or the reason why there is none; the first one wins."""
    if (command.level is None) == (command.not_rated is None):
        return Refusal(RefusalCode.MALFORMED, "exactly one of level and not_rated is needed")
    if len(command.tags) > MAX_TAGS:
        return Refusal(RefusalCode.MALFORMED, f"at most {MAX_TAGS} tags")
    invitation = scene.state.carry.invitations.get(command.rating)
    if invitation is None:
        return Refusal(RefusalCode.UNKNOWN_RATING, "no such invitation")
    if invitation.closed:
        return Refusal(RefusalCode.ALREADY_RATED, "this invitation was answered or ended before")
    return Decided((answer(command),), rating=command.rating)


def answer(command: cmd.Rate) -> ev.AnyBody:
    """Return the event of an answer or of its absence."""
    if command.level is not None:
        return ev.Rated(rating=command.rating, level=command.level, tags=command.tags)
    assert command.not_rated is not None
    return ev.NotRated(rating=command.rating, reason=command.not_rated)
