from typing import Any

import django.db.models.functions.text
from django.db import migrations, models


def part(apps: Any, schema_editor: Any) -> None:
    """Of active people with one address the first keeps it; that the others lost it stands in the audit."""
    user, entry = apps.get_model("members", "User"), apps.get_model("members", "AuditEntry")
    seen = set()
    for each in user.objects.filter(is_active=True).exclude(email="").order_by("pk"):
        if (address := each.email.lower()) not in seen:
            seen.add(address)
            continue
        each.email = ""
        each.save(update_fields=["email"])
        entry.objects.create(
            actor_kind="system", actor_name="upgrade", verb="change", subject_type="user", subject_id=str(each.pk),
            detail={"changes": {"email": {"before": "of somebody else too", "after": ""}}},
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0011_link_series"),
    ]

    operations = [
        migrations.RunPython(part, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("is_active", True), models.Q(("email", ""), _negated=True)),
                name="user_email_once",
            ),
        ),
    ]
