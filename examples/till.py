"""A tiny till that talks to the desk; Python's standard library is all it needs.

    make run
    TOKEN=loy_… python3 examples/till.py            (or: --desk http://127.0.0.1:8000 --store S01 --phone 13812341234)

The token has the scope "till" (page API tokens). It enrols a customer, quotes, sells, lets points pay, sends a message
twice, gives money back, voids, and tells the desk of a sale that it made while it was offline. See docs/till-api.md.
"""

import argparse
import datetime as dt
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

AGAIN = {409, 429, 502, 503, 504}  # nothing was done, or it is being done: the same again is right


class Refused(Exception):
    """The desk understood and said no; the text is for the cashier."""


class Till:
    """Each change has a key of its own and is sent with it until there is an answer: so it happens once."""

    def __init__(self, desk: str, token: str, store: str, tries: int = 5) -> None:
        self.desk, self.token, self.tries = desk.rstrip("/"), token, tries
        self.store = {"store": store} if store else {}
        self.run = f"{dt.datetime.now(dt.UTC):%y%m%d%H%M%S}"
        self.sold = 0

    def ask(self, path: str, body: dict | None = None) -> dict:
        """Read something: look up, quote, balance, history."""
        return self._send(path, body, key="")

    def do(self, path: str, body: dict, key: str = "") -> dict:
        """Change something. A real till keeps key and body on its disk until it has the answer."""
        return self._send(path, body, key or str(uuid.uuid4()))

    def number(self) -> str:
        """The next order number of this till; unique within the source of its token."""
        self.sold += 1
        return f"T{self.run}-{self.sold}"

    def _send(self, path: str, body: dict | None, key: str) -> dict:
        for attempt in range(self.tries):
            status, wait, answer = self._once(path, body, key)
            if status < 400:
                return answer
            if status not in AGAIN or answer.get("code") == "unknown_order" or attempt + 1 == self.tries:
                break
            time.sleep(min(wait, 2**attempt))
        raise Refused(f"{status} {answer.get('code', '')}: {answer.get('error', '')}")

    def _once(self, path: str, body: dict | None, key: str) -> tuple[int, int, dict]:
        """Status, seconds to wait before another try, and the answer; 503 when nobody answers."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept-Language": "en",
            "Content-Type": "application/json",
        }
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.desk}/api/v1/till/{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, 0, json.load(answer)
        except urllib.error.HTTPError as error:
            wait = int(error.headers.get("Retry-After", "1"))
            text = error.read().decode(errors="replace")
            return error.code, wait, json.loads(text) if text.startswith("{") else {"error": text[:200]}
        except (urllib.error.URLError, TimeoutError) as error:
            return 503, 1, {"code": "offline", "error": str(error)}


def say(text: str) -> None:
    print(text, flush=True)


def at(days_ago: int = 0) -> str:
    return (dt.datetime.now(dt.UTC) - dt.timedelta(days=days_ago)).isoformat(timespec="seconds")


def day(till: Till, phone: str) -> None:
    """A till's day, with what the desk says to it."""
    who = {"phone": phone}
    enrolled = till.do("members/", {**who, "name": "Test", **till.store})
    say(f"enrolled: member {enrolled['member']}, known before: {enrolled['existing']}")

    basket = {**who, **till.store, "lines": [
        {"sku": "DEMO-TEA", "product": "Tea", "quantity": 2, "unit_price": "99.00"},
        {"sku": "DEMO-CUP", "product": "Cup", "amount": "302.00"},
    ]}  # fmt: skip
    quoted = till.ask("quote/", basket)
    say(f"quoted: to pay {quoted['to_pay']}, will earn {quoted['earned']} {quoted['why_none']}")

    first = {**basket, "order_no": till.number(), "ordered_at": at()}
    key = str(uuid.uuid4())
    sold = till.do("orders/", first, key)
    say(f"sold {sold['order_no']}: paid {sold['to_pay']}, earned {sold['earned']}, has {sold['has']['available']}")
    again = till.do("orders/", first, key)
    say(f"sent again with its key: the same answer, {again == sold}")

    second = redeem(till, basket)
    back = {"refund_no": till.number(), "order_no": first["order_no"], "refunded_at": at(), "amount": "100.00"}
    given = till.do("refunds/", back)
    say(f"gave back {given['amount']} of {given['order_no']}: {given['taken_back']} points went")
    undone = till.do(f"orders/{second}/void/", {})
    say(f"voided {second}: {undone['returned']} points came back, {undone['taken_back']} went")

    offline(till, basket)
    standing = till.ask("members/look-up/", who)
    say(f"looked up: {standing['number']} has {standing['available']} points, {standing['pending']} to come")
    history = till.ask(f"members/{enrolled['member']}/history/")["results"]
    say("history: " + ", ".join(f"{entry['kind']} {entry['points']:+}" for entry in history))


def redeem(till: Till, basket: dict) -> str:
    """Sell with as many points as may pay. Returns the number of the order."""
    may = till.ask("quote/", basket)["most_points"]
    number = till.number()
    sold = till.do("orders/", {**basket, "order_no": number, "ordered_at": at(), "points": may})
    say(f"sold {number}: {sold['points']} points paid {sold['points_pay']}, money {sold['to_pay']}")
    return number


def offline(till: Till, basket: dict) -> None:
    """What happened days ago comes late and in the wrong order: the refund waits until its order is there."""
    order = {**basket, "order_no": till.number(), "ordered_at": at(days_ago=2), "offline": True}
    back = {"refund_no": till.number(), "order_no": order["order_no"], "refunded_at": at(days_ago=1), "amount": "50.00"}
    waiting = [("refunds/", back, str(uuid.uuid4())), ("orders/", order, str(uuid.uuid4()))]
    while waiting:
        path, body, key = waiting.pop(0)
        try:
            answer = till.do(path, body, key)
        except Refused as refused:
            if "unknown_order" not in str(refused):
                raise
            say(f"late: {path} waits for its order")
            waiting.append((path, body, key))
        else:
            say(f"late: {path} taken, {answer.get('earned', 0)} earned, {answer.get('taken_back', 0)} taken back")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--desk", default=os.environ.get("DESK_URL", "http://127.0.0.1:8000"))
    parser.add_argument("--token", default=os.environ.get("TOKEN", ""), help="or TOKEN in the environment")
    parser.add_argument("--store", default="", help="code of the store, where the token has more than one")
    parser.add_argument("--phone", default=f"139{time.time_ns() // 10**6 % 10**8:08}")
    parser.add_argument("--tries", type=int, default=5, help="how often a message is sent before it gives up")
    asked = parser.parse_args()
    if not asked.token:
        parser.error("a token is needed: TOKEN=loy_… or --token")
    try:
        day(Till(asked.desk, asked.token, asked.store, asked.tries), asked.phone)
    except Refused as refused:
        print(f"The desk says: {refused}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
