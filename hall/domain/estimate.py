"""How long a citizen will wait, as far as anybody can know."""


def wait_s(ahead: int, service_s: int, open_counters: int) -> int:
    """Return seconds until the call: people ahead times mean service time, shared by the open counters.

    With no counter open it is reckoned as if one were: a hall that opens later does not promise less.
    """
    return -(-ahead * service_s // max(1, open_counters))
