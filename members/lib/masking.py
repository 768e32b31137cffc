"""Contacts as staff see them: enough to tell two apart, not enough to call or write."""

TAIL = 4
CHINA = "+86"


def masked(kind: str, value: str) -> str:
    """Mask by kind ("phone", "email", "card", "account"): 138****1234, z***@x.com, ****5678, z***."""
    if kind == "phone":
        return phone(value)
    if kind == "email":
        return email(value)
    if kind == "card":
        return "****" + tail(value)
    return f"{value[:1]}***"


def whole(kind: str, value: str) -> str:
    """All of it, a Chinese phone as it is dialled there: +8613812341234 -> 13812341234."""
    return value.removeprefix(CHINA) if kind == "phone" else value


def phone(value: str) -> str:
    """+8613812341234 -> 138****1234; other countries keep their prefix: +44****0123."""
    national = value.removeprefix(CHINA)
    return f"{national[:3]}****{tail(national[3:])}"


def email(value: str) -> str:
    """zhang@x.com -> z***@x.com"""
    name, _, domain = value.partition("@")
    return f"{name[:1]}***@{domain}" if domain else f"{name[:1]}***"


def name(value: str) -> str:
    """The first character: 王思琪 -> 王**, Emma -> E**; the length is not told."""
    return f"{value[:1]}**" if value else ""


def tail(value: str) -> str:
    """The last four characters, or none of a value so short that they would be all of it."""
    return value[-TAIL:] if len(value) > TAIL else ""
