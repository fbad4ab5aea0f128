"""The client of the benchmark of single postings: raw sockets, so that next to nothing of the time is its own.

Reads the job from its input, posts each connection's bodies one after the other, prints the seconds it took.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from urllib.parse import urlsplit


def make_requests(host: str, token: str, bodies: Sequence[object]) -> list[bytes]:
    """Make the requests as they go over the wire."""
    made = []
    for body in bodies:
        content = json.dumps(body).encode()
        head = (
            f"POST /api/v1/documents HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
            f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        made.append(head.encode() + content)
    return made


def post_all(address: tuple[str, int], requests: Sequence[bytes], barrier: threading.Barrier) -> None:
    """Post requests on one connection; ends the program at any other answer than 201."""
    with socket.create_connection(address) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        barrier.wait()
        for request in requests:
            connection.sendall(request)
            answer = receive(connection)
            if not answer.startswith(b"HTTP/1.1 201"):
                raise SystemExit(answer.decode())


def receive(connection: socket.socket) -> bytes:
    """Receive an answer whole."""
    answer = connection.recv(65536)
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, content = answer.partition(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    while len(content) < length:
        content += connection.recv(65536)
    return head + b"\r\n\r\n" + content


def main() -> None:
    """Do the job."""
    job = json.load(sys.stdin)
    address = urlsplit(job["address"])
    host, port = str(address.hostname), int(address.port or 80)
    requests = [make_requests(f"{host}:{port}", job["token"], bodies) for bodies in job["connections"]]
    barrier = threading.Barrier(len(requests) + 1)
    failed: list[object] = []
    threading.excepthook = lambda found: failed.append(found.exc_value)
    threads = [threading.Thread(target=post_all, args=((host, port), each, barrier)) for each in requests]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(str(failed[0]))
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main()
