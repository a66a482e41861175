"""A mail server of a test's own: takes mails, refuses one address, or refuses everything for a while."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes


@dataclass
class Sink:
    """What came in, as (address, Message-ID). ``closed``: every mail is put off (451). ``refused``: addresses nobody
    has (550)."""

    url: str = ""
    closed: bool = False
    refused: set[str] = field(default_factory=set)
    taken: list[tuple[str, str]] = field(default_factory=list)
    turned_away: int = 0


class _Talk(socketserver.StreamRequestHandler):
    sink: Sink

    def handle(self) -> None:
        to = ""
        self._say("220 sink")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb in {b"EHLO", b"HELO"}:
                self._say("250 sink")
            elif verb == b"MAIL" and self.sink.closed:
                self.sink.turned_away += 1
                self._say("451 later")
            elif verb == b"RCPT":
                to = line.decode().partition("<")[2].partition(">")[0]
                self._say("550 nobody" if to in self.sink.refused else "250 ok")
            elif verb == b"DATA":
                self._say("354 go on")
                self.sink.taken.append((to, self._message_id()))
                self._say("250 taken")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _message_id(self) -> str:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return str(message_from_bytes(b"".join(lines))["Message-ID"])

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """A listening sink; ``url`` is what EMAIL_URL takes."""
    sink = Sink()
    handler = type("Talk", (_Talk,), {"sink": sink})
    with _Server(("127.0.0.1", 0), handler) as server:
        sink.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield sink
        finally:
            server.shutdown()
