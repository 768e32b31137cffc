"""A till that does not stop: one order after the other, each acknowledged on standard output once it is committed."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty_site.settings")
    django.setup()
    from members.models import Member, Store
    from members.tests.counter import order

    store, buyer = Store.objects.get(), Member.objects.get()
    for number in range(1, 1_000_000):
        order(f"{number:06}", store, buyer, day=f"2026-0{number % 6 + 1}-1{number % 9}", gross=str(number % 97 + 1))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
