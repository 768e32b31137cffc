from django.db import migrations

from surveys.rules.taxonomies import CAUSES

TARGETS = ((1, 60, 480), (2, 240, 1_440), (3, 480, 2_880))  # priority, minutes to the first answer, to the solution


def seed(apps, schema_editor):
    cause = apps.get_model("surveys", "Cause")
    place = 0
    for code, zh, en, members in CAUSES:
        place += 1
        group = cause.objects.create(code=code, name_zh=zh, name_en=en, position=place)
        for of_group in members:
            place += 1
            cause.objects.create(
                code=of_group[0], name_zh=of_group[1], name_en=of_group[2], position=place, parent=group
            )
    target = apps.get_model("surveys", "ResponseTarget")
    for priority, first, resolve in TARGETS:
        target.objects.create(priority=priority, first_minutes=first, resolve_minutes=resolve)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
