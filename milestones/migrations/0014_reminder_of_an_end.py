"""A person can be reminded that a sharing ends; on the way back what was sent of it is forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_end_of_a_sharing_is_known'),
        ('milestones', '0013_entry_follows_grant'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='sentreminder',
            name='reminder_kind_known',
        ),
        migrations.RunSQL(migrations.RunSQL.noop, "DELETE FROM milestones_sentreminder WHERE kind = 'sharing ends'"),
        migrations.AddField(
            model_name='reminderchoice',
            name='sharing_ends',
            field=models.BooleanField(default=False, verbose_name='Two weeks before a sharing ends'),
        ),
        migrations.AlterField(
            model_name='sentreminder',
            name='kind',
            field=models.CharField(choices=[('test due', 'When a test is due'), ('test overdue', 'When a test is two weeks late'), ('visit', 'Three days before a visit'), ('sharing ends', 'Two weeks before a sharing ends')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='sentreminder',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['test due', 'test overdue', 'visit', 'sharing ends'])), name='reminder_kind_known'),
        ),
    ]
