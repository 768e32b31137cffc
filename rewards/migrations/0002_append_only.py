from django.db import migrations

from members.lib.append_only import forbid_changes


class Migration(migrations.Migration):
    dependencies = [
        ("rewards", "0001_ledger"),
    ]

    operations = [
        forbid_changes("rewards_entry"),
        forbid_changes("rewards_posting"),
    ]
