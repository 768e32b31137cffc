import members.lib.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rewards', '0003_programme'),
    ]

    operations = [
        migrations.CreateModel(
            name='TillRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('principal', models.CharField(max_length=30, verbose_name='asked by')),
                ('key', models.CharField(max_length=255, verbose_name='key')),
                ('asked', models.BinaryField(max_length=32)),
                ('lease', models.PositiveIntegerField(default=1, editable=False)),
                ('lease_until', models.DateTimeField(verbose_name='being done until')),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='status')),
                ('answer', models.TextField(blank=True, editable=False)),
                ('created_at', models.DateTimeField(default=members.lib.clock.now, editable=False, verbose_name='asked at')),
            ],
            options={
                'verbose_name': 'request of a till',
                'verbose_name_plural': 'requests of tills',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['created_at'], name='till_request_created')],
                'constraints': [models.UniqueConstraint(fields=('principal', 'key'), name='till_request_once'), models.CheckConstraint(condition=models.Q(('status', None), models.Q(('answer', ''), _negated=True), _connector='OR'), name='till_request_answered_in_words')],
            },
        ),
    ]
