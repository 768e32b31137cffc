from django.db import migrations

from surveys.rules.themes import SEEDS


def seed(apps, schema_editor):
    theme = apps.get_model("surveys", "Theme")
    for code, zh, en, words in SEEDS:
        theme.objects.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en, "words": list(words)})


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_causes_and_targets")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
