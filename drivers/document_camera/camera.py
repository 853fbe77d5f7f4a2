"""The camera worker as its parent sees it: a process with the shape of a Transport."""

import msgspec

from drivers.document_camera.options import Options
from drivers.transport.stream import lost
from drivers.transport.worker import WorkerPort

NEXT_STEP = "it is started again by itself; look at the camera's cable if that stays"


class CameraPort(WorkerPort):
    """The worker's messages are read, requests are written."""

    END = "the camera worker ended"

    def __init__(self, address: str, options: Options) -> None:
        scheme, _, source = address.partition(":")
        if scheme != "camera" or not source:
            raise lost(address, "not a camera address", "write camera:/dev/video0")
        given = msgspec.json.encode(options).decode("utf-8")
        super().__init__(address, "drivers.document_camera.camera_worker", (source, given), NEXT_STEP)
