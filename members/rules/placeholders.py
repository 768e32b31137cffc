"""What a message template may leave open: `{name}` and the like, nothing else. Pure."""

import re
from collections.abc import Collection, Mapping

KNOWN = ("name", "shop", "link", "out", "text", "case")  # the last two in answers to cases
SINGLE, JOINED = 70, 67  # signs of one text message with Chinese, and of each of several
PLAIN, PLAIN_JOINED = 160, 153  # without
_OPEN = re.compile(r"\{([^{}]*)\}")
_PLAIN = re.compile(r"[ -~\n\r£¥èéùìòÇØøÅåÆæßÉÄÖÑÜäöñüà§¡¿]*")  # of the GSM alphabet, near enough


def unknown(text: str, known: Collection[str] = KNOWN) -> list[str]:
    """Names in braces that mean nothing, and lone braces, in order: a template with any is not kept."""
    found = [name for name in _OPEN.findall(text) if name not in known]
    rest = _OPEN.sub("", text)
    return found + [brace for brace in "{}" if brace in rest]


def used(text: str) -> tuple[str, ...]:
    """The known names in a text, each once, in the order in which they first stand there."""
    return tuple(dict.fromkeys(name for name in _OPEN.findall(text) if name in KNOWN))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its names replaced; no formats, no attributes, nothing but these names."""
    return _OPEN.sub(lambda match: values.get(match[1], match[0]), text)


def segments(text: str) -> int:
    """How many text messages a provider makes of it."""
    single, joined = (PLAIN, PLAIN_JOINED) if _PLAIN.fullmatch(text) else (SINGLE, JOINED)
    return 1 if len(text) <= single else -(-len(text) // joined)
