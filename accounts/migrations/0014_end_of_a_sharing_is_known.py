"""A patient says that they know of a sharing that ends soon."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_grant_as_it_stands'),
    ]

    operations = [
        migrations.AddField(
            model_name='grant',
            name='end_known_on',
            field=models.DateField(null=True, verbose_name='last day that is known'),
        ),
    ]
