from django.conf import settings
from django.db import migrations


def give_to_an_administrator(apps, schema_editor):
    """Before 0004 an improvement had an owner. A migration of its own: PostgreSQL alters no table it just wrote to."""
    actions = apps.get_model("surveys", "Action").objects.filter(owner=None)
    if not actions.exists():
        return
    users = apps.get_model(settings.AUTH_USER_MODEL).objects
    owner = users.filter(is_active=True).order_by("-is_superuser", "pk").first()
    if owner is None:
        raise LookupError("improvements without an owner cannot go back: make a user first (manage.py createsuperuser)")
    actions.update(owner=owner)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_complaint_links")]

    operations = [migrations.RunPython(migrations.RunPython.noop, give_to_an_administrator)]
