"""Both clouds' SendSms at the edge of the network: checks the signature of what comes in, says what it is told to."""

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "secret-of-the-cloud"
HANG_UP = (0, None)  # take the request, and say nothing


@dataclass
class Provider:
    """`says`: what is answered next, in order, then ever again the last."""

    url: str = ""
    says: list[tuple[int, Any]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)  # what was rightly signed

    def next(self) -> tuple[int, Any]:
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]


@contextlib.contextmanager
def running() -> Iterator[Provider]:
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            query = urlsplit(self.path).query
            if not _is_signed(self.headers, query, body):
                return self._answer(403, {"Code": "SignatureDoesNotMatch", "Message": "no"})
            if query:
                asked = {name: values[0] for name, values in parse_qs(query).items()}
                action = self.headers["x-acs-action"]
            else:
                asked, action = json.loads(body), self.headers["X-TC-Action"]
            found.taken.append({"action": action, **asked})
            status, said = found.next()
            return None if (status, said) == HANG_UP else self._answer(status, said)

        def _answer(self, status: int, said: Any) -> None:
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _is_signed(headers: Any, query: str, body: bytes) -> bool:
    """Written anew after the descriptions of the clouds, from what arrived and nothing else."""
    given = headers["Authorization"]
    names = re.search(r"SignedHeaders=([^,]+)", given)[1].split(";")  # type: ignore[index]
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    payload = hashlib.sha256(body).hexdigest()
    canonical = hashlib.sha256(f"POST\n/\n{query}\n{lines}\n{';'.join(names)}\n{payload}".encode()).hexdigest()
    if given.startswith("ACS3-"):
        right = hmac.new(SECRET.encode(), f"ACS3-HMAC-SHA256\n{canonical}".encode(), "sha256").hexdigest()
        return headers["x-acs-content-sha256"] == payload and given.endswith(f"Signature={right}")
    stamp = headers["X-TC-Timestamp"]
    day = dt.datetime.fromtimestamp(int(stamp), dt.UTC).strftime("%Y-%m-%d")
    key = ("TC3" + SECRET).encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    told = f"TC3-HMAC-SHA256\n{stamp}\n{day}/sms/tc3_request\n{canonical}"
    return str(given).endswith(f"Signature={hmac.new(key, told.encode(), 'sha256').hexdigest()}")
