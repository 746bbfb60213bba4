"""The tables of the users, for each kind of key."""

from __future__ import annotations

from django.db import migrations, models

from tests.user_keys.kinds import KINDS
from tests.user_keys.settings import USER_KEY


class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.CreateModel("Person", [("id", models.UUIDField(primary_key=True))]),
        migrations.CreateModel(
            "User",
            [
                ("password", models.CharField(max_length=128)),
                ("last_login", models.DateTimeField(null=True, blank=True)),
                ("is_superuser", models.BooleanField(default=False)),
                ("key", KINDS[USER_KEY].field()),
                ("username", models.CharField(max_length=60, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("groups", models.ManyToManyField("auth.group")),
                ("user_permissions", models.ManyToManyField("auth.permission")),
            ],
        ),
        migrations.CreateModel(
            "Thing",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=20)),
                ("owner", models.ForeignKey("user_keys.user", models.SET_NULL, null=True)),
                ("keepers", models.ManyToManyField("user_keys.user", related_name="+")),
                ("published", models.BooleanField(default=False)),
            ],
        ),
    ]
