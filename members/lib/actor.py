"""Who acts: a member of staff, an API token, a job on somebody's behalf, or the system itself."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from members.lib.roles import ALL_STORES, EVERYONE, RIGHTS, SCOPE_RIGHTS, Right, Role, Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """Built once per request, task or command; every scoped read and every write takes one.

    `store_ids` None means every store; an empty set means none, so a forgotten assignment fails closed.
    """

    kind: str  # "user", "token", "command" or "system"
    name: str
    role: Role | None
    store_ids: frozenset[int] | None
    user_id: int | None = None
    ip: str = ""
    token_id: int | None = None
    scopes: frozenset[Scope] = frozenset()  # of a token, which has no role
    source: str = "api"  # under which the numbers of orders sent by this actor are unique
    # Never copied along by `replace`: what one actor found is not another's.
    _found: dict[Hashable, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, find: Callable[[], Any]) -> Any:
        """What `find` gives, looked up once for as long as this actor acts: a request, a job."""
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]

    def may(self, right: Right) -> bool:
        """Whether the role, or a scope of the token, carries this right."""
        if right in EVERYONE:
            return right == Right.PUBLIC or self.role is not None
        if self.role is not None:
            return right in RIGHTS[self.role]
        return any(right in SCOPE_RIGHTS[scope] for scope in self.scopes)

    @property
    def is_nobody(self) -> bool:
        """Whether there is neither a role nor a token."""
        return self.role is None and self.token_id is None

    @property
    def sees_all_stores(self) -> bool:
        return self.store_ids is None

    @property
    def sees_small_groups(self) -> bool:
        """Analysts and tokens read aggregates only: no cell of fewer than five people."""
        return self.role not in {None, Role.ANALYST}


def stores_for(role: Role | None, assigned: frozenset[int]) -> frozenset[int] | None:
    """The stores a role reaches: all for head office, the assigned ones in a store, none without a role."""
    if role in ALL_STORES:
        return None
    return assigned if role else frozenset()


NOBODY = Actor(kind="user", name="", role=None, store_ids=frozenset())


def system(name: str) -> Actor:
    """A job or command that acts for the whole installation and says so in the audit."""
    return Actor(kind="system", name=name, role=Role.ADMIN, store_ids=None)
