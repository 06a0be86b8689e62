"""How a process listens."""

import socket

from leuchtturm.serve import listening
from leuchtturm.settings import Settings


def test_an_answer_does_not_wait_for_the_acknowledgement_of_its_head(unused_tcp_port):
    """Head and body leave as two packets; with Nagle's algorithm on, the second waits for 40 ms."""
    with (
        listening(Settings(_env_file=None, port=unused_tcp_port)) as door,
        socket.create_connection(("127.0.0.1", unused_tcp_port)),
        door.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
