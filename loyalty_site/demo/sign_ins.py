"""Who works in the demo shop: one sign-in per role. They exist only where DEBUG is on."""

from dataclasses import dataclass
from typing import Final

from loyalty_site.demo.catalogue import MAIL_DOMAIN
from members.lib.roles import Role


@dataclass(frozen=True)
class SignIn:
    """`store` = code of the store they work in; empty for head office."""

    username: str
    name: str
    role: Role
    store: str = ""

    @property
    def email(self) -> str:
        """An address for the weekly mails, of a domain where nobody can have one."""
        return f"{self.username}@{MAIL_DOMAIN}"


PASSWORD: Final = "qinghe-demo"  # noqa: S105 - printed at every start, useless anywhere else
SIGN_INS: Final = (
    SignIn("admin", "王建国", Role.ADMIN),
    SignIn("marketer", "陈思琪", Role.MARKETER),
    SignIn("manager", "李敏", Role.MANAGER, "S01"),
    SignIn("clerk", "周晓雯", Role.CLERK, "S01"),
    SignIn("analyst", "顾明哲", Role.ANALYST),
)
