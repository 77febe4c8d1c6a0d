"""A worklist's row says what its grant says, and the database keeps it so; what has ended is behind the wall."""

from datetime import date

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from milestones.models.follows import Follows


def fill(apps, _schema_editor):
    grants = apps.get_model("accounts", "Grant").objects.filter(pk=OuterRef("grant_id"))
    apps.get_model("milestones", "WorklistEntry").objects.update(
        grant_state=Subquery(grants.values("state")), grant_ends_on=Subquery(grants.values("ends_on"))
    )


def of_a_team(condition):
    """Return the step that sets what a team's pages see of the list without opening a record (record 17)."""

    def replace(_apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"""ALTER POLICY second_wall ON milestones_worklistentry USING (
                (SELECT COALESCE(current_setting('app.subject', true), '') = '')
                OR patient_id = (SELECT wall_subject())
                OR (team_id = (SELECT wall_team()){condition}))""",
                None,
            )

    return replace


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
        *(
            migrations.AlterField(
                model_name="worklistentry",
                name=name,
                field=models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            )
            for name in ("reviewed_by", "reviewed_before_by")
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
        migrations.RunPython(
            of_a_team(" AND grant_state = 'confirmed' AND grant_ends_on >= CURRENT_DATE - 1"), of_a_team("")
        ),
    ]
