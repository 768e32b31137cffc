from django.db import migrations

from members.lib.append_only import forbid_changes


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0012_staff_email_once"),
    ]

    operations = [
        forbid_changes("members_auditentry", redactable="detail"),
    ]
