"""The models of a project: none knows of this app."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

if TYPE_CHECKING:
    Manager = models.Manager[Any]
else:
    Manager = models.Manager


class Product(models.Model):
    """Has all that an entity can have, and rules of its own."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    sku = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    due = models.DateField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)
    updated = models.DateTimeField(auto_now=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="products"
    )
    published = models.BooleanField(default=True)
    tags = models.ManyToManyField("drupal_jwt_auth.Term", blank=True)
    fans = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True)

    class Meta:
        permissions = [("administer_product", "Can administer products")]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gte=0),
                name="price_is_not_negative",
                violation_error_message="Nobody is paid for taking it.",
            ),
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="one_of_a_name_for_each_owner",
                violation_error_message="You have one of this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Some names are none."""
        if self.name == "Nameless":
            raise ValidationError({"name": "This is no name."})
        if self.name == "Dear" and self.price < 10:
            raise ValidationError("What is dear costs 10 or more.")


class VisibleManager(Manager):
    """Leaves out what is hidden."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(hidden=False)


class Plain(models.Model):
    """Has nothing but a word, which it needs; some are hidden."""

    word = models.CharField(max_length=10)
    hidden = models.BooleanField(default=False)

    objects: Any = VisibleManager()

    def __str__(self) -> str:
        return self.word


class Ticket(models.Model):
    """Its key is a UUID, and the database has values of its own for it."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seats = models.IntegerField(db_default=2)
    double = models.GeneratedField(
        expression=F("seats") * 2, output_field=models.IntegerField(), db_persist=True
    )
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True)
    plain = models.ForeignKey(
        Plain, models.CASCADE, null=True, blank=True, limit_choices_to={"word": "chosen"}
    )
    length = models.DurationField(null=True, blank=True)
    weight = models.FloatField(null=True, blank=True)
    mail = models.EmailField(blank=True)
    page = models.URLField(blank=True)
    day = models.DateField(default=date.today)

    def __str__(self) -> str:
        return str(self.key)


class Country(models.Model):
    """Its key is a text that clients choose."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=40, db_column="country_name")

    def __str__(self) -> str:
        return self.name


class Shelf(models.Model):
    """What books are on: their bundles."""

    code = models.SlugField(primary_key=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)

    def __str__(self) -> str:
        return self.code.capitalize()


class Book(models.Model):
    """Has bundles, and another name for everything on the wire."""

    shelf = models.ForeignKey(Shelf, models.CASCADE)
    name = models.CharField("title", max_length=40)
    country = models.ForeignKey(Country, models.SET_NULL, null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Each user is one once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.user)
