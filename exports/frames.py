"""Frames between a process and its guarded workers: one letter, four bytes of length, the content.

J the job, pickled (from us)      P progress, "step number"      R the answer      E an error, "kind: words"
X the child's wait status, sent by the warm parent when it has ended
"""

import socket
import struct

OUT_OF_MEMORY = 75
"""Exit status of a child that had not even the memory to say that it had none."""
_HEADER = struct.Struct("=cI")
_MAX = 200_000_000


def send(to: socket.socket, kind: bytes, content: bytes) -> None:
    to.sendall(_HEADER.pack(kind, len(content)) + content)


def receive(of: socket.socket) -> tuple[bytes, bytes]:
    kind, length = _HEADER.unpack(_exactly(of, _HEADER.size))
    if length > _MAX:
        raise OSError("too long a frame")
    return kind, _exactly(of, length)


def _exactly(of: socket.socket, length: int) -> bytes:
    parts: list[bytes] = []
    while length:
        part = of.recv(min(length, 1 << 20))
        if not part:
            raise OSError("closed")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
