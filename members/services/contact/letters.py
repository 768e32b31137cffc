"""What leaves the house, and how a gateway says that it did not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class NotSent(Exception):
    """It was not taken; `is_final` when no later try will do better. `code` says why, `said` the provider's own."""

    def __init__(self, code: str, *, is_final: bool = False, said: str = "") -> None:
        super().__init__(code)
        self.code, self.is_final, self.said = code, is_final, said


class Unknown(Exception):
    """It was cut off while it was handed over: it may have been taken or not."""

    def __init__(self, code: str = "", *, said: str = "") -> None:
        super().__init__(code)
        self.code, self.said = code, said


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent. `key` is the message's own; `leave`: the address that opts out.

    Providers of text messages hold the texts themselves: they are sent the code of theirs and `values`, by name, in the
    order in which the names first stand in our text.
    """

    key: str
    to: str
    subject: str
    body: str
    leave: str = ""
    template_code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class Gateway(Protocol):
    needs_code: bool  # templates are the provider's own, and named by its codes

    def send(self, letter: Letter) -> str:
        """Hand it over; the provider's number for it. Raises NotSent or Unknown."""

    def was_sent(self, key: str) -> bool | None:
        """Whether it was handed over; None where nobody can be asked."""
