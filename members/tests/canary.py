"""A receiver on this machine that counts who connects."""

import contextlib
import socket
import threading
import time


class Canary:
    """Listens on this machine, counts who connects, and answers as it was told."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") -> None:
        self.answer, self.connections, self.heard = answer, 0, b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connected, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connected:
                connected.settimeout(5)
                self.heard += connected.recv(65_536)
                while self.heard.startswith(b"POST") and not self.heard.endswith(b"}"):
                    self.heard += connected.recv(65_536)
                self._say(connected)

    def _say(self, connected: socket.socket) -> None:
        try:
            connected.sendall(self.answer)
            while self.answer.endswith(b"..."):  # an answer that never ends
                connected.sendall(b".")
                time.sleep(0.02)
        except OSError:
            return

    def close(self) -> None:
        with contextlib.suppress(OSError):  # closed already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)
