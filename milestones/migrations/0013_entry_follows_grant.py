"""A worklist's row says what its grant says, and the database keeps it so."""

from datetime import date

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from milestones.models.follows import Follows


def fill(apps, _schema_editor):
    grants = apps.get_model("accounts", "Grant").objects.filter(pk=OuterRef("grant_id"))
    apps.get_model("milestones", "WorklistEntry").objects.update(
        grant_state=Subquery(grants.values("state")), grant_ends_on=Subquery(grants.values("ends_on"))
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_grant_as_it_stands"), ("milestones", "0012_course_end")]
    operations = [
        migrations.AddField(
            model_name="worklistentry",
            name="grant_state",
            field=models.CharField(max_length=10, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="worklistentry",
            name="grant_ends_on",
            field=models.DateField(default=date.min),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="worklistentry",
            constraint=Follows(
                row="grant",
                columns={"grant_state": "state", "grant_ends_on": "ends_on"},
                name="entry_follows_grant",
            ),
        ),
    ]
