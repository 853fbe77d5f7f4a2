"""Whatever happens to the cable or to the app, every order is answered once."""

import queue
import threading
from concurrent.futures import Future
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.orders import Orders, answering
from drivers.transport.base import TransportLost


class Job(NamedTuple):
    name: str
    outcome: "Future[str]"


def job(name: str = "one") -> Job:
    return Job(name, Future())


def refused(one: Job) -> None:
    one.outcome.set_result("refused")


def test_nothing_is_taken_before_the_cable_is_there_nor_after_it_went() -> None:
    orders: Orders[Job] = Orders()
    assert not orders.place(job())
    orders.open()
    assert orders.place(job())
    orders.shut(refused)
    assert (orders.taken, orders.place(job())) == (False, False)


def test_orders_come_in_their_order_and_none_in_time_is_told() -> None:
    orders: Orders[Job] = Orders()
    orders.open()
    first, second = job("first"), job("second")
    assert orders.place(first)
    assert orders.place(second)
    assert [orders.next(1), orders.next(1)] == [first, second]
    with pytest.raises(queue.Empty):
        orders.next(0.0)


def test_the_end_wakes_the_waiting_thread_and_takes_no_more() -> None:
    orders: Orders[Job] = Orders()
    orders.open()
    got: list[Job | None] = []
    waiting = threading.Thread(target=lambda: got.append(orders.next(60)))
    waiting.start()
    orders.end()
    waiting.join(10)
    assert got == [None]
    assert not orders.place(job())


@given(st.lists(st.sampled_from(["place", "open", "shut", "next", "end"])))
def test_every_order_that_was_taken_is_answered_once(acts: list[str]) -> None:
    orders: Orders[Job] = Orders()
    taken: list[Job] = []
    for act in acts:
        if act == "place":
            one = job()
            if orders.place(one):
                taken.append(one)
        elif act == "next":
            try:
                found = orders.next(0.0)
            except queue.Empty:
                found = None
            if found is not None:
                found.outcome.set_result("done")
        elif act == "shut":
            orders.shut(refused)
        else:
            getattr(orders, act)()
    orders.shut(refused)
    assert all(one.outcome.done() for one in taken)


def test_a_loss_is_worded_and_a_bug_is_handed_on() -> None:
    lost, broken, fine = job(), job(), job()
    with pytest.raises(TransportLost), answering(lost.outcome, lambda reason: f"lost: {reason}"):
        raise TransportLost("unplugged")
    assert lost.outcome.result(0) == "lost: unplugged"
    with pytest.raises(ZeroDivisionError), answering(broken.outcome, str):
        _ = 1 // 0
    with pytest.raises(ZeroDivisionError):
        broken.outcome.result(0)
    fine.outcome.set_result("printed")
    with pytest.raises(TransportLost), answering(fine.outcome, str):
        raise TransportLost("unplugged afterwards")
    assert fine.outcome.result(0) == "printed"
