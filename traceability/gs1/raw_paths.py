"""The path of a request as it was sent, before any server or framework decoded it.

Why: WSGI decodes ``%2F`` before routing, so ``/01/…/10/L%2F26`` would arrive as lot ``L`` with a stray ``26``.
gunicorn passes the request line as RAW_URI, uWSGI and mod_wsgi as REQUEST_URI, ASGI as ``raw_path``; runserver and
Django's test client pass neither, then the caller's fallback (``request.get_full_path()``) is used: it re-encodes, so
a decoded path gives a refusal or the right lot.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes


def raw_path(environ: Mapping[str, object], fallback: str) -> str:
    """Path without query, percent-encoding untouched.

    ``environ``: a WSGI environ or ASGI scope. ``fallback``: path (a query after ``?`` is dropped) used when the server
    gives no raw form, or one that does not decode to the path the server routed by (rewritten by a proxy).
    """
    for candidate in _candidates(environ):
        path = _path_of(candidate)
        if path.startswith("/") and _agrees(path, environ):
            return path
    return fallback.partition("?")[0]


def _candidates(environ: Mapping[str, object]) -> list[str]:
    found: list[str] = []
    for name in ("RAW_URI", "REQUEST_URI", "raw_path"):
        value = environ.get(name)
        if isinstance(value, bytes):
            found.append(value.decode("latin-1"))
        elif isinstance(value, str) and value:
            found.append(value)
    return found


def _path_of(target: str) -> str:
    """The path of a request target, origin form (/x?y) or absolute form (http://host/x?y)."""
    target = target.partition("#")[0].partition("?")[0]
    scheme, separator, rest = target.partition("://")
    if separator and "/" not in scheme:
        return "/" + rest.partition("/")[2]
    return target


def _agrees(path: str, environ: Mapping[str, object]) -> bool:
    routed = environ.get("PATH_INFO")
    if not isinstance(routed, str):
        return True
    script = environ.get("SCRIPT_NAME")
    whole = (script if isinstance(script, str) else "") + routed
    return unquote_to_bytes(path) == whole.encode("latin-1", errors="replace")
