"""How Alibaba Cloud and Tencent Cloud want a request signed: HMAC-SHA256 over its canonical form."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def hashed(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def query_string(params: Mapping[str, str]) -> str:
    """Sorted, with everything percent-encoded but letters, digits and -_.~ (RFC 3986)."""
    return "&".join(f"{quote(name, safe='~')}={quote(params[name], safe='~')}" for name in sorted(params))


def acs3(key_id: str, secret: str, query: str, headers: Mapping[str, str], body: bytes = b"") -> str:
    """The Authorization of a POST to Alibaba Cloud (ACS3-HMAC-SHA256); `headers`: those to be signed, in lower case."""
    canonical, names = _canonical(query, headers, body)
    told = f"ACS3-HMAC-SHA256\n{hashed(canonical.encode())}"
    signature = hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"


def tc3(key_id: str, secret: str, service: str, timestamp: int, headers: Mapping[str, str], body: bytes) -> str:
    """The Authorization of a POST to Tencent Cloud (TC3-HMAC-SHA256). The day in it is that of UTC."""
    canonical, names = _canonical("", headers, body)
    day = dt.datetime.fromtimestamp(timestamp, dt.UTC).date().isoformat()
    scope = f"{day}/{service}/tc3_request"
    told = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashed(canonical.encode())}"
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, told.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"


def _canonical(query: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """A POST to "/" in the form that both sign, and the names of the headers in it."""
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    signed = ";".join(names)
    return f"POST\n/\n{query}\n{lines}\n{signed}\n{hashed(body)}", signed
