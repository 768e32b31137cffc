from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0002_segments")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["number"], name="order_number", opclasses=["varchar_pattern_ops"]),
        ),
    ]
