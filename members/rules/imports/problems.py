"""What can be wrong with a file, a row or a value: codes and parameters. Texts stand at the edge."""

import dataclasses
from collections.abc import Mapping
from enum import StrEnum


class Level(StrEnum):
    """What became of the row."""

    REJECT = "reject"
    FIX = "fix"
    DUPLICATE = "duplicate"


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One finding about one row: `row` is the 1-based record number, the header not counted."""

    row: int
    level: Level
    code: str
    field: str = ""
    value: str = ""
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Refused(Exception):
    """The whole file is refused; nothing of it is stored. `code` and `params` say what, where and how to mend it."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = {key: str(value) for key, value in params.items()}


class BadValue(ValueError):
    """One value cannot be taken; its row is rejected."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = {key: str(value) for key, value in params.items()}
