"""Files that wait, what was brought in together, and the results that name it; behind the second wall too."""

import django.db.models.deletion
import milestones.models.same_record
import uuid
from django.conf import settings
from django.db import migrations, models

from milestones.models.wall import wall_around

class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_name_the_subject'),
        ("milestones", "0010_wall_around_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='historicallabresult',
            name='external_id',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='name in the source'),
        ),
        migrations.AddField(
            model_name='historicaltreatment',
            name='external_id',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='name in the source'),
        ),
        migrations.AddField(
            model_name='labresult',
            name='external_id',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='name in the source'),
        ),
        migrations.AddField(
            model_name='treatment',
            name='external_id',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='name in the source'),
        ),
        migrations.CreateModel(
            name='HeldImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('table', 'a table'), ('fhir', 'a FHIR file'), ('text', 'a report')], max_length=5, verbose_name='kind')),
                ('content', models.BinaryField(verbose_name='content')),
                ('choices', models.JSONField(default=dict, verbose_name='choices')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='created at')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.patient', verbose_name='patient')),
            ],
            options={
                'verbose_name': 'file that waits',
                'verbose_name_plural': 'files that wait',
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('table', 'a table'), ('fhir', 'a FHIR file'), ('text', 'a report')], max_length=5, verbose_name='kind')),
                ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='idempotency key')),
                ('results', models.PositiveIntegerField(default=0, verbose_name='results brought in')),
                ('treatments', models.PositiveIntegerField(default=0, verbose_name='medicines brought in')),
                ('left_out', models.PositiveIntegerField(default=0, verbose_name='rows left out')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone at')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.patient', verbose_name='patient')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
            },
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.UniqueConstraint(fields=('patient', 'idempotency_key'), name='import_once_per_key'),
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.UniqueConstraint(fields=('patient', 'id'), name='import_of_record'),
        ),
        migrations.AddField(
            model_name='historicallabresult',
            name='batch',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='milestones.importbatch'),
        ),
        migrations.AddField(
            model_name='historicaltreatment',
            name='batch',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='milestones.importbatch'),
        ),
        migrations.AddField(
            model_name='labresult',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.importbatch'),
        ),
        migrations.AddField(
            model_name='treatment',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.importbatch'),
        ),
        migrations.AddConstraint(
            model_name='labresult',
            constraint=milestones.models.same_record.SameRecord(name='result_batch_same_record', parent='batch'),
        ),
        migrations.AddConstraint(
            model_name='treatment',
            constraint=milestones.models.same_record.SameRecord(name='treatment_batch_same_record', parent='batch'),
        ),
        wall_around("milestones_heldimport", "milestones_importbatch"),
    ]
