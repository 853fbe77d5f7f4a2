"""Inside the machine: takes numbers of the hub as fast as it gives them, and tells the host of each answer.

A line (key, number) goes out of the machine behind the hub's answer, over a virtio port of its own: what the host has
read was acknowledged. Talks as the enrolled kiosk does, over its TLS and with its key; a lost answer is asked again
under the same key. The log is not looked at here.
"""

import asyncio
import itertools
import os
import sys
from pathlib import Path

import uuid_utils

from hall.domain.ids import CommandKey, ItemCode
from hall.sync import inputs
from hall.sync.credential import Credential, load_credential, pinned_ca
from hall.sync.http import HubAddress, HubClient
from hall.wire.commands import IssueTicket
from hall.wire.replies import Done

PORT = "/dev/virtio-ports/acks"
ITEMS = ("social-card", "medical-insurance", "residence-permit")
HANDS = 6
PAUSE_S = 0.2


async def take(client: HubClient, out: int) -> None:
    """Take one number after the other, for ever."""
    for item in itertools.cycle(ITEMS):
        send = inputs.Send(IssueTicket(key=CommandKey(str(uuid_utils.uuid7())), item=ItemCode(item)), 0)
        answer = await client.send(send)
        while not isinstance(answer, inputs.Answered):
            await asyncio.sleep(PAUSE_S)
            await client.renew()
            answer = await client.send(send)
        if not isinstance(answer.reply, Done) or answer.reply.ticket is None:
            raise SystemExit(f"refused: {answer.reply}")
        os.write(out, f"{answer.key} {answer.reply.ticket.number}\n".encode())


async def main(state: Path) -> None:
    """Sign in as the kiosk of this folder and take numbers with several hands."""
    credential = load_credential(state)
    if not isinstance(credential, Credential):
        raise SystemExit(credential.reason)
    out = os.open(PORT if len(sys.argv) < 4 else sys.argv[3], os.O_WRONLY)
    async with HubClient(HubAddress(sys.argv[2], pinned_ca(state)), credential) as client:
        while (await client.renew()).failure is not None:
            await asyncio.sleep(PAUSE_S)
        await asyncio.gather(*(take(client, out) for _ in range(HANDS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
