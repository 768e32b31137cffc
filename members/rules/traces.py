"""Whether a text that somebody typed names a person: by name, number or contact, however people write it."""

import re
from collections.abc import Iterable
from typing import Any

ERASED = "[erased]"
SHORTEST = {"name": 2, "number": 4, "contact": 4}  # within a longer text; alone, every one is the person's
_DIGITS = 7  # so many digits of a phone in a row are that phone


class Traces:
    """What a person was called and reached by.

    Contacts as stored, phones as +86138…; what is blank is left out.
    """

    def __init__(self, *, names: Iterable[str], numbers: Iterable[str], contacts: Iterable[str]) -> None:
        said = {"name": set(names), "number": set(numbers), "contact": set(contacts)}
        self.texts = sorted({text for texts in said.values() for text in texts if text})
        self._alone = {text.strip().casefold() for text in self.texts}
        self._phones = [text[1:] for text in said["contact"] if text.startswith("+") and text[1:].isdigit()]
        within = {text for kind, texts in said.items() for text in texts if len(text) >= SHORTEST[kind]}
        self._within = re.compile("|".join(map(_bounded, sorted(within))) or r"(?!)", re.IGNORECASE)

    @property
    def hints(self) -> list[str]:
        """Of the texts that name the person each holds one of these, letters of either case: to search a table by."""
        return [*self.texts, *(phone[-4:] for phone in self._phones)]

    def named_in(self, text: str) -> bool:
        """Whether it names the person."""
        if text.strip().casefold() in self._alone or self._within.search(text):
            return True
        runs = [re.sub(r"\D", "", run) for run in re.findall(r"\+?\d[\d ()./-]*", text)]
        return any(len(run) >= _DIGITS and (run in phone or phone in run) for run in runs for phone in self._phones)

    def without(self, value: Any) -> Any:
        """The value (texts, lists and mappings, as JSON has them) with ERASED for each text that names the person."""
        if isinstance(value, str):
            return ERASED if self.named_in(value) else value
        if isinstance(value, dict):
            return {self.without(key): self.without(inner) for key, inner in value.items()}
        return [self.without(inner) for inner in value] if isinstance(value, list) else value


def _bounded(text: str) -> str:
    """A word of letters or digits must not go on before or after it; Chinese knows no such bounds."""
    before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", text, re.IGNORECASE) else ""
    after = r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", text, re.IGNORECASE) else ""
    return f"{before}{re.escape(text)}{after}"
