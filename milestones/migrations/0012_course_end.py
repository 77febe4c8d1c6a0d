"""The end of a course on a worklist's row; where it is empty the whole course is read, and it is filled by that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("milestones", "0011_imports")]
    operations = [
        migrations.AddField(model_name="worklistentry", name="course_end", field=models.JSONField(default=list)),
    ]
