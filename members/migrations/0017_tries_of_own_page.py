

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0016_shops_kept_apart'),
    ]

    operations = [
        migrations.AlterField(
            model_name='tries',
            name='purpose',
            field=models.CharField(choices=[('link', 'Link'), ('reset_from', 'Reset From'), ('reset_for', 'Reset For'), ('own_page', 'Own Page'), ('own_password', 'Own Password')], max_length=20),
        ),
    ]
