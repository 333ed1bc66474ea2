"""Addresses as relationships can hold them: Word opens no file that has a malformed one."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlsplit

from brief.patterns import regex

LONGEST = 2_000
"""Word follows no longer address."""

_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_USUAL = regex(rf"https?://{_LABEL}(\.{_LABEL})*([/?#]([A-Za-z0-9/?#&=.,;:+~_@!$'()*-]|%[0-9A-Fa-f]{{2}})*)?")
_SAFE = "!#$%&'()*+,/:;=?@[]~"
_STRAY_PERCENT = regex("%(?![0-9A-Fa-f]{2})")
_HOST = regex(rf"{_LABEL}(\.{_LABEL})*\.?")
_LONGEST_HOST = 253
_LOST = regex("[ßς\u200c\u200d]")
"""Characters that Python's codec, of the IDNA of 2003, replaces or drops: another host would come of them."""
_MAILBOX = regex(rf"[\w.!#$%&'*+/=?^`{{|}}~-]+@(?ai:{_LABEL}(\.{_LABEL})*)")


def address(target: str) -> str:
    """`target` with whatever an address can't hold encoded, or nothing where no address comes of it."""
    if len(target) > LONGEST:
        return ""
    if _USUAL.fullmatch(target):
        return target
    try:
        encoded = quote(_STRAY_PERCENT.sub("%25", _absolute(urlsplit(target))), safe=_SAFE)
    except ValueError:
        return ""
    return encoded if len(encoded) <= LONGEST else ""


def _absolute(parts: SplitResult) -> str:
    """The address of these parts, its host in ASCII; ValueError where they can't be those of one."""
    if len(parts.scheme) == 1:
        raise ValueError("a drive of Windows")
    if parts.scheme == "mailto" and not _MAILBOX.fullmatch(parts.path):
        raise ValueError("no mailbox")
    if parts.netloc or parts.scheme in {"http", "https", "ftp"}:
        user, at, _ = parts.netloc.rpartition("@")
        if "@" in user or parts.port == 0:
            raise ValueError("two users, or no port")
        port = f":{parts.port}" if parts.port else ""
        parts = parts._replace(netloc=f"{user}{at}{_host(parts.hostname or '')}{port}")
    return parts.geturl()


def _host(name: str) -> str:
    if ":" in name and "%" not in name:
        from ipaddress import IPv6Address  # few addresses need it

        return f"[{IPv6Address(name)}]"
    encoded = name.encode("idna").decode().lower()
    if _LOST.search(name) or not _HOST.fullmatch(encoded) or len(encoded) > _LONGEST_HOST:
        raise ValueError("no host")
    return encoded
