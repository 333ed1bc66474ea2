"""Addresses as relationships can hold them: Word opens no file that has a malformed one."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

LONGEST = 2_000
"""Word follows no longer address."""

_USUAL = re.compile(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*([/?#]([A-Za-z0-9/?#&=.,;:+~_@!$'()*-]|%[0-9A-Fa-f]{2})*)?")
_SAFE = "!#$%&'()*+,/:;=?@[]~"
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
_MAILBOX = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)*(\?.*)?", re.DOTALL)


def address(target: str) -> str:
    """`target` with whatever an address can't hold percent-encoded, or nothing where no address comes of it."""
    if _USUAL.fullmatch(target) and len(target) <= LONGEST:
        return target
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme == "mailto" and not _MAILBOX.fullmatch(parts.path):
        return ""
    if (parts.netloc or parts.scheme in {"http", "https", "ftp"}) and not _HOST.fullmatch(parts.hostname or ""):
        return ""
    encoded = quote(_STRAY_PERCENT.sub("%25", target), safe=_SAFE)
    return encoded if len(encoded) <= LONGEST and (port is None or port > 0) else ""
