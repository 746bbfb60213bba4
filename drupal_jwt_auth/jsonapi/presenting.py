"""Resources as documents have them: links, attributes and relationships.

Source: JSON:API 1.0, and Drupal core 10.6 for what it shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.crypto import get_random_string
from rest_framework.request import Request

from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.fields import Field, Item, Reference
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.http.views import site_url
from drupal_jwt_auth.jsonapi.objects import ResourceObject, ShownField
from drupal_jwt_auth.jsonapi.resource_type import is_relationship, target_types_of, type_name

DRUPAL = "https://www.drupal.org/docs"
DRUPAL_DOCS = f"{DRUPAL}/8/modules/json-api"
FILTER_DOCS = f"{DRUPAL_DOCS}/filtering#filters-access-control"
OMITTED = "Some resources have been omitted because of insufficient authorization."
KEY_LENGTH = 7

OF_REFERENCE = frozenset({"target_id", "target_type", "target_uuid", "url"})
"""What items say of where they lead, and resource identifiers say in their own way."""

Document = dict[str, Any]


class Omitted:
    """What was left out, as its account may not see it: addresses, and why not."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}

    def add(self, href: str, reason: str) -> None:
        """Note that something was left out."""
        self._reasons[href] = reason

    @property
    def meta(self) -> Document:
        """Return what a document tells of it: nothing where nothing was left out."""
        if not self._reasons:
            return {}
        links: Document = {"help": {"href": FILTER_DOCS}}
        for href, reason in self._reasons.items():
            links[f"item--{get_random_string(KEY_LENGTH)}"] = {
                "href": href,
                "meta": {"rel": "item", "detail": reason},
            }
        return {"meta": {"omitted": {"detail": OMITTED, "links": links}}}


class Presenter:
    """Shows resources as a request has asked for them.

    ``wanted`` are the names of the fields to be shown, by resource type; the others show all.
    """

    def __init__(
        self, request: Request, site: SiteContext, wanted: Mapping[str, frozenset[str]]
    ) -> None:
        self.site = site
        self.wanted = wanted
        self.base = f"{site_url(request)}{site_root(request)}"

    def present(self, objects: Iterable[ResourceObject]) -> list[Document]:
        """Return what is shown of resources, what they refer to being looked up at once.

        Of those whom the account may not see, their labels.
        """
        shown = [(each, {} if each.is_label_only else self.fields_of(each)) for each in objects]
        self.look_up(shown)
        return [
            self.label_of(each) if each.is_label_only else self.resource(each, fields)
            for each, fields in shown
        ]

    def whole(self, shown: ResourceObject) -> Document:
        """Return what is shown of a resource to who has made it, and may not see it perhaps."""
        fields = self.fields_of(shown)
        self.look_up([(shown, fields)])
        return self.resource(shown, fields)

    def wanted_of(self, shown: ResourceObject) -> frozenset[str] | None:
        """Return the names of the fields that are wanted of a resource, None for all."""
        return self.wanted.get(shown.resource_type.name)

    def fields_of(self, shown: ResourceObject) -> Mapping[str, ShownField]:
        """Return the fields that are shown of a resource, by public name."""
        return shown.fields(self.wanted_of(shown))

    def look_up(self, shown: Iterable[tuple[ResourceObject, Mapping[str, ShownField]]]) -> None:
        """Look up at once what resources refer to in some fields."""
        self.site.learn_account()
        references: list[Reference] = []
        for each, fields in shown:
            for known in each.known_targets():
                self.site.learn(*known)
            for field in fields.values():
                references += field.references
        self.site.look_up(references)

    def resource(self, shown: ResourceObject, fields: Mapping[str, ShownField]) -> Document:
        """Return a resource with these fields."""
        attributes = dict(shown.plain(self.wanted_of(shown)))
        relationships = {}
        for name, shown_field in fields.items():
            if is_relationship(shown_field.field):
                relationships[name] = self.relationship(name, shown_field)
            else:
                attributes[name] = _attribute(shown_field)
        return self.of_members(shown, attributes=attributes, relationships=relationships)

    def label_of(self, shown: ResourceObject) -> Document:
        """Return a resource with nothing but what it is called."""
        name, wanted = shown.resource_type.label_name, self.wanted_of(shown)
        is_wanted = wanted is None or name in wanted
        attributes = {name: shown.label} if name is not None and is_wanted else {}
        return self.of_members(shown, attributes=attributes)

    def of_members(self, shown: ResourceObject, **members: Document) -> Document:
        """Return a resource with these members; an empty one is left out."""
        given = {name: member for name, member in members.items() if member}
        identity = {"type": shown.resource_type.name, "id": shown.uuid}
        return {**identity, "links": self.links(shown), **given}

    # Addresses

    def url(self, shown: ResourceObject) -> str:
        """Return where a resource is."""
        return self.base + shown.path

    def address(self, shown: ResourceObject) -> str:
        """Return where a resource is as it is now."""
        return self.url(shown) + _version(shown)

    def links(self, shown: ResourceObject) -> Document:
        """Return the links of a resource: to itself and to other versions of it."""
        url = self.url(shown)
        links = {"self": {"href": url + _version(shown)}}
        if shown.version is not None:
            links["working-copy"] = {"href": f"{url}?resourceVersion=rel%3Aworking-copy"}
        if not shown.is_latest:
            links["latest-version"] = {"href": f"{url}?resourceVersion=rel%3Alatest-version"}
        return dict(sorted(links.items()))

    def links_of_relationship(self, shown: ResourceObject, name: str) -> Document:
        """Return the links of a relationship: to what it leads to, and to itself."""
        url, version = self.url(shown), _version(shown)
        return {
            "related": {"href": f"{url}/{name}{version}"},
            "self": {"href": f"{url}/relationships/{name}{version}"},
        }

    # Relationships

    def relationship(self, name: str, shown: ShownField) -> Document:
        """Return what is shown of a relationship; who may not see the entity gets no links."""
        document: Document = {"data": shown.one_or_many(self.identifiers(shown))}
        if shown.of.view.allowed:
            document["links"] = self.links_of_relationship(shown.of, name)
        return document

    def identifiers(self, shown: ShownField) -> list[Document]:
        """Return the resource identifiers of a relationship; those that are equal have numbers."""
        found = [self.identifier(shown.field, item) for item in shown.items]
        times = Counter((each["type"], each["id"]) for each in found)
        seen: Counter[tuple[str, str]] = Counter()
        for each in found:
            identity = each["type"], each["id"]
            if times[identity] > 1:
                each["meta"] = {**each["meta"], "arity": seen[identity]}
            seen[identity] += 1
        return found

    def identifier(self, field: Field, item: Item) -> Document:
        """Return the resource identifier for an item of a relationship, as clients are shown it.

        What is nothing, as the root that terms are below, is virtual; what is gone is missing.
        """
        field_type: Any = field.type
        reference = field_type.reference(item, field)
        target = self.site.target(reference) if reference else None
        if reference is None or target is None:
            kind = "virtual" if field_type.is_virtual(item) else "missing"
            return self.nothing(kind, field)
        others = {name: value for name, value in item.items() if name not in OF_REFERENCE}
        return {
            "type": type_name(reference.entity_type, target.bundle),
            "id": target.uuid,
            "meta": {**others, "drupal_internal__target_id": reference.key},
        }

    def nothing(self, kind: str, field: Field) -> Document:
        """Return the resource identifier of what is ``virtual`` or ``missing``."""
        types = target_types_of(field, self.site.structure)
        help_link = {
            "href": f"{DRUPAL_DOCS}/core-concepts#{kind}",
            "meta": {"about": f"Usage and meaning of the '{kind}' resource identifier."},
        }
        return {
            "type": types[0].name if len(types) == 1 else "unknown",
            "id": kind,
            "meta": {"links": {"help": help_link}},
        }


def _version(shown: ResourceObject) -> str:
    return "" if shown.version is None else f"?resourceVersion=id%3A{shown.version}"


def _attribute(shown: ShownField) -> Any:
    """Return what is shown of a field that is no relationship: of single properties the values."""
    field_type = shown.field.type
    items: list[Any] = shown.items
    if len(field_type.properties + field_type.computed) == 1:
        items = [item[field_type.main_property] for item in items]
    return shown.one_or_many(items)
