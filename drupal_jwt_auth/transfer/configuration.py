"""Configuration of a described site: objects by name, as Drupal keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from drupal_jwt_auth.content.entity.structure import SITE as OWN
from drupal_jwt_auth.content.entity.structure import SITE_FACTS
from drupal_jwt_auth.content.user.settings import SITE
from drupal_jwt_auth.models import ConfigObject
from drupal_jwt_auth.models.config_object import CONFIG_NAME_LENGTH, validate_config_name
from drupal_jwt_auth.transfer.description_fields import ObjectField
from drupal_jwt_auth.transfer.loader import ImportRun, Loader, Site


class ConfigurationField(ObjectField):
    """Configuration objects by their names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=ObjectField(), default=dict, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the objects; refuse names that there cannot be."""
        objects = super().to_internal_value(data)
        faults = {name: fault for name in objects if (fault := name_fault(name)) is not None}
        if faults:
            raise serializers.ValidationError(faults)
        return objects


def name_fault(name: str) -> str | None:
    """Return why a name is none of a configuration object's, None for one that is."""
    if len(name) > CONFIG_NAME_LENGTH:
        return f"A name has {CONFIG_NAME_LENGTH} characters at most."
    try:
        validate_config_name(name)
    except ValidationError as error:
        return str(error.message)
    return None


def config_value(config: Mapping[str, Any], name: str, key: str) -> Any:
    """Return a value in one of the configuration objects of a site, None where there is none."""
    return config.get(name, {}).get(key)


class ConfigurationLoader(Loader):
    """Configuration objects, those of settings among them."""

    part, noun, model, key = "config", "configuration object", ConfigObject, "name"
    unique = ("name",)

    def __init__(self, run: ImportRun, site: Site) -> None:
        super().__init__(run, site)
        objects = {**site["config"], **site["settings"]}
        facts = {name: site[name] for name in SITE_FACTS if site[name] is not None}
        if facts:
            known = ConfigObject.objects.using(run.using).data_of(OWN) or {}
            objects[OWN] = {**known, **objects.get(OWN, {}), **facts}
        if site["site_name"]:
            name = {"name": site["site_name"]}
            known = ConfigObject.objects.using(run.using).data_of(SITE) or {}
            objects[SITE] = {**name, **objects.get(SITE, {**known, **name})}
        self.rows = [{"name": name, "data": data} for name, data in objects.items()]

    def load(self) -> None:
        """Load the objects."""
        for row in self.rows:
            self.run.save(ConfigObject, "configuration objects", {"name": row["name"]}, row)
