"""A person can keep a visit, a question or a goal to themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0014_reminder_of_an_end'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalpersonalgoal',
            name='is_private',
            field=models.BooleanField(default=False, verbose_name='kept private'),
        ),
        migrations.AddField(
            model_name='historicalvisit',
            name='is_private',
            field=models.BooleanField(default=False, verbose_name='kept private'),
        ),
        migrations.AddField(
            model_name='historicalvisitquestion',
            name='is_private',
            field=models.BooleanField(default=False, verbose_name='kept private'),
        ),
        migrations.AddField(
            model_name='personalgoal',
            name='is_private',
            field=models.BooleanField(default=False, verbose_name='kept private'),
        ),
        migrations.AddField(
            model_name='visit',
            name='is_private',
            field=models.BooleanField(default=False, verbose_name='kept private'),
        ),
        migrations.AddField(
            model_name='visitquestion',
            name='is_private',
            field=models.BooleanField(default=False, verbose_name='kept private'),
        ),
    ]
