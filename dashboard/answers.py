"""What every answer has in common: what is refused before it is looked at, headers, and compression."""

import gzip
import threading
from collections import OrderedDict

import flask

LONGEST_ADDRESS = 8_000
"""Characters of an address with its choices; a browser's own limit is about the same."""

LARGEST_BODY = 65_536
"""Bytes that a page's own question to the server may have; it holds an address and the names of what to fill."""

WORTH_COMPRESSING = 1_000
LEVEL = 5
COMPRESSED_TYPES = ("text/", "application/json", "application/javascript", "image/svg+xml")
KEPT_COMPRESSED = 64
NOTHING = "()"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{name}={NOTHING}"
        for name in (
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def content_policy(script_hashes: list[str]) -> str:
    """The content security policy: nothing but our own, and of inline scripts those with these hashes."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(script_hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def too_large(request: flask.Request) -> tuple[str, str, int] | None:
    """Title, words and status for a request that is larger than any of ours; None for all others."""
    if len(request.full_path) > LONGEST_ADDRESS:
        return "That address is too long", "Choose fewer schools or measures at once.", 414
    if (request.content_length or 0) > LARGEST_BODY or (request.method == "POST" and request.content_length is None):
        return "That is too large", "Nothing is sent to this site but addresses of its own pages.", 413
    return None


def finish(response: flask.Response, policy: str) -> flask.Response:
    """The answer with its headers, compressed where that is worth it and the browser takes it."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = _keeping(flask.request, response)
    return _compressed(response)


def _keeping(request: flask.Request, response: flask.Response) -> str:
    """How long a browser may keep it: files with a version in their address for good, figures never."""
    is_file = request.path.startswith(("/assets/", "/_dash-component-suites/")) and response.status_code in (200, 304)
    if not is_file:
        return "no-store"
    has_version = "m" in request.args or ".v" in request.path
    return "private, max-age=31536000, immutable" if has_version else "private, no-cache"


_kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
_lock = threading.Lock()


def is_worth_packing(response: flask.Response) -> bool:
    """Whether an answer gets smaller by compression: text of some length that is not compressed yet."""
    kind = response.content_type or ""
    return (
        kind.startswith(COMPRESSED_TYPES)
        and "Content-Encoding" not in response.headers
        and (response.content_length or WORTH_COMPRESSING) >= WORTH_COMPRESSING
    )


def packed(content: bytes, level: int = LEVEL) -> bytes:
    """Content compressed, the same bytes each time."""
    return gzip.compress(content, level, mtime=0)


def _compressed(response: flask.Response) -> flask.Response:
    kind = response.content_type or ""
    if not kind.startswith(COMPRESSED_TYPES) or response.status_code in (204, 304):
        return response
    response.vary.add("Accept-Encoding")
    is_wanted = flask.request.accept_encodings["gzip"] and flask.request.method != "HEAD"
    if response.status_code == 206 or not is_wanted or not is_worth_packing(response):
        return response
    response.direct_passthrough = False
    tag, _ = response.get_etag()
    content = _file_packed(response, tag) if tag else packed(response.get_data())
    response.set_data(content)
    response.headers["Content-Encoding"] = "gzip"
    if tag:
        response.set_etag(tag, weak=True)
    return response


def _file_packed(response: flask.Response, tag: str) -> bytes:
    """A file that does not change is compressed once, as well as can be."""
    key = (flask.request.path, tag)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            response.close()
            return _kept[key]
    content = packed(response.get_data(), 9)
    with _lock:
        _kept[key] = content
        while len(_kept) > KEPT_COMPRESSED:
            _kept.popitem(last=False)
    return content
