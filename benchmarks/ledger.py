"""Redeem and earn, eight tills at once on PostgreSQL: the ledger's services against the same rows in plain SQL."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from benchmarks import document
from benchmarks.measure import ratio
from members.lib import clock
from members.lib.actor import system
from members.models import Member
from rewards.models import Account
from rewards.queries import ledger_check
from rewards.services import ledger
from rewards.services.ledger import Deed, Term

CLIENTS, ROUNDS = 8, 5
SECONDS = int(os.environ.get("BENCH_LEDGER_SECONDS", "15"))  # of each way in each round
MEMBERS, POINTS = 2_000, 100_000
WORDS = """
One deed is one transaction: redeem a point of a member drawn at random, earn one. Both ways lock the account, look for
the soonest-expiring lot, write two entries with their postings and a new lot, and let the lot and the account follow.
The SQL is one round trip a statement and nothing else. The services also find all records of the person, settle what
is due, look for the keys, check every rule and keep who did it and why; both entries go into one book, as in a sale.
"""
# What the services leave behind, row for row; :account is drawn by pgbench, and its member has the same number.
SQL = """
\\set account random({first}, {last})
BEGIN;
SELECT balance, pending, debt FROM rewards_account WHERE id = :account FOR UPDATE;
SELECT id AS lot FROM rewards_lot WHERE account_id = :account AND remaining > 0 AND NOT is_pending
  AND (expires_at IS NULL OR expires_at > now()) ORDER BY expires_at NULLS LAST, id LIMIT 1 \\gset
INSERT INTO rewards_entry (account_id, kind, amount, key, request_hash, forgiven, reason, detail, happened_at,
  recorded_at, actor_kind, actor_name) VALUES (:account, 'redeem', -1, 'sql-' || gen_random_uuid(), '\\x00', 0, '',
  '{{}}', now(), now(), 'system', 'till') RETURNING id AS entry \\gset
INSERT INTO rewards_posting (entry_id, account_id, lot_id, amount) VALUES (:entry, :account, :lot, -1);
UPDATE rewards_lot SET remaining = remaining - 1 WHERE id = :lot;
UPDATE rewards_account SET balance = balance - 1, changed_at = now() WHERE id = :account AND balance >= 1;
INSERT INTO rewards_entry (account_id, kind, amount, key, request_hash, forgiven, reason, detail, happened_at,
  recorded_at, actor_kind, actor_name) VALUES (:account, 'earn', 1, 'sql-' || gen_random_uuid(), '\\x00', 0, '',
  '{{}}', now(), now(), 'system', 'till') RETURNING id AS entry \\gset
INSERT INTO rewards_lot (entry_id, account_id, quantity, remaining, available_at, is_pending) VALUES
  (:entry, :account, 1, 1, now(), false) RETURNING id AS lot \\gset
INSERT INTO rewards_posting (entry_id, account_id, lot_id, amount) VALUES (:entry, :account, :lot, 1);
UPDATE rewards_account SET balance = balance + 1, changed_at = now() WHERE id = :account;
COMMIT;
"""


def run() -> str:
    """The section of docs/benchmarks.md."""
    _members()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "deed.sql"
        first, last = _accounts()
        script.write_text(SQL.format(first=first, last=last), encoding="utf-8")
        ways: dict[str, Callable[[], float]] = {"sql": lambda: _by_sql(script), "services": _by_services}
        found: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, deeds in ways.items():
                found[name].append(deeds())
    wrong = list(ledger_check.broken())
    if wrong:
        raise RuntimeError(f"the ledger is broken after the run: {wrong[:3]}")
    return _section(found)


def _members() -> None:
    made = Member.objects.bulk_create(Member(number=f"B{n}", number_key=f"b{n}") for n in range(MEMBERS))
    for one in made:
        deed = Deed(key=f"stock-{one.pk}", by=system("bench"), happened_at=clock.now())
        ledger.earn(member=one, points=POINTS, deed=deed, term=Term())
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _accounts() -> tuple[int, int]:
    ids = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    if ids[-1] - ids[0] != len(ids) - 1:
        raise RuntimeError("pgbench draws from accounts without a gap")
    return ids[0], ids[-1]


def _by_sql(script: Path) -> float:
    """Deeds a second."""
    command = ["pgbench", "-n", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS), "-f", str(script)]
    said = subprocess.run([*command, os.environ["BENCH_DATABASE"]], check=True, capture_output=True, text=True).stdout
    found = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])


def _by_services() -> float:
    """Deeds a second; each till is a process of its own and counts from its first deed."""
    command = [sys.executable, "-m", "benchmarks.ledger_till", str(SECONDS)]
    tills = [
        subprocess.Popen([*command, str(number)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
        for number in range(CLIENTS)
    ]
    for till in tills:
        till.stdout.readline()  # type: ignore[union-attr]  # set up, and waiting
    for till in tills:
        till.stdin.write("go\n")  # type: ignore[union-attr]
        till.stdin.flush()  # type: ignore[union-attr]
    deeds = sum(int(till.communicate()[0]) for till in tills)
    if any(till.returncode for till in tills):
        raise RuntimeError("a till has failed")
    return deeds / SECONDS


def _section(found: dict[str, list[float]]) -> str:
    rows = [
        [name, *(f"{value:,.0f}" for value in found[key])]
        for key, name in {"sql": "plain SQL under pgbench", "services": "`ledger.redeem` and `ledger.earn`"}.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute("show fsync")
        fsync = cursor.fetchone()[0]
    return (
        f"## Points: redeem and earn, {CLIENTS} tills at once, PostgreSQL\n{WORDS}\n"
        f"The services reach {ratio(found['services'], found['sql'])} of the SQL. {MEMBERS:,} members, "
        f"{SECONDS} s a way and round, in turns; fsync {fsync}; tills and server share the machine. "
        f"`ledger_check` finds nothing afterwards. {document.machine()}.\n\n"
        + document.table(["deeds a second", *(f"round {number + 1}" for number in range(ROUNDS))], rows)
    )
