"""The server's side of a WebSocket: uvicorn's, and a short way for frames that are ready to be written."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from resolvers.frames import EXTENSION


class Wire(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which offers to write frames at once (`resolvers/frames.py`)."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101 and not self.conn.extensions:  # a compressed frame is each socket's own
            offered: dict[Any, Any] = self.scope["extensions"]
            offered[EXTENSION] = {"put": self.put}

    def put(self, frame: bytes) -> bool:
        """Write a whole message. False: not now, or not any more; `websocket.send` waits, or says so."""
        over = self.close_sent or self.disconnected or self.transport.is_closing()
        if over or not self.handshake_complete or not self.writable.is_set():
            return False
        self.transport.write(frame)
        return True
