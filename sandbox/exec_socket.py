"""The raw connection of one live exec, for one reading thread. Any other thread may only `cut`
it."""

from __future__ import annotations

import socket
from typing import Any

from docker import APIClient

_READ = 1 << 16


class ExecSocket:
    """Bytes of the engine's stream."""

    def __init__(self, client: APIClient, exec_id: str) -> None:
        """Start the exec; blocks until the engine has taken the connection over."""
        # docker-py hands out the bare socket, but bytes that came with the reply's head wait in the
        # buffered reader above it; both hang on the response, in attributes without a public name.
        raw: Any = client.exec_start(exec_id, socket=True)
        self._response: Any = raw._response
        self._reader: Any = self._response.raw._fp.fp
        self._socket: socket.socket = raw._sock
        self._socket.settimeout(None)  # a silent command is no fault

    def read(self) -> bytes:
        """Some bytes, empty at the end; raises OSError when the connection breaks."""
        return self._reader.read1(_READ)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def cut(self) -> None:
        """End the connection from another thread: a blocked `read` returns at once."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended already

    def close(self) -> None:
        self._response.close()
