from django.db import migrations, models


def count_to_word(apps, schema_editor):
    orders = apps.get_model("members", "ShopOrder").objects
    orders.filter(deletions__gt=0).update(trash="deleted")
    orders.filter(deletions__lt=0).update(trash="restored")


class Migration(migrations.Migration):

    dependencies = [
        ("members", "0015_approvals_and_exports"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="shopconnection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("source",),
                name="shop_connection_source_once",
            ),
        ),
        migrations.AddField(
            model_name="shoporder",
            name="trash",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.RunPython(count_to_word, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="shoporder", name="deletions"),
    ]
