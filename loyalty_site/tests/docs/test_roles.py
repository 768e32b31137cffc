"""docs/roles.md shows the table that the permission checks use."""

from django.conf import settings

from loyalty_site.tests.docs.blocks import both, held
from members.lib.roles import ALL_STORES, RIGHTS, SMALLEST_CELL, Right, Role

TEXT = (settings.BASE_DIR / "docs/roles.md").read_text(encoding="utf-8")
ASKED = [right for right in Right if right not in {Right.PUBLIC, Right.SIGNED_IN}]


def row(role: Role) -> str:
    reach = "all" if role in ALL_STORES else "own"
    marks = ("✓" if right in RIGHTS[role] else "" for right in ASKED)
    return f"| {both(role.label)} | {reach} | " + " | ".join(marks) + " |"


def table() -> str:
    head = "| role | stores | " + " | ".join(f"`{right}`" for right in ASKED) + " |"
    return "\n".join([head, "|---" * (len(ASKED) + 2) + "|", *map(row, Role)])


def test_the_table_is_that_of_the_code() -> None:
    held("roles.md", "rights", table())


def test_every_right_is_explained() -> None:
    assert not [right for right in ASKED if f"\n| `{right}` | " not in TEXT]


def test_the_smallest_group_is_the_one_the_code_withholds() -> None:
    words = {5: "five"}
    assert f"fewer than {words[SMALLEST_CELL]} people" in TEXT
