"""The Python package jsonapi-client: lists, resources, writing."""

import os
from contextlib import suppress

import requests
from jsonapi_client import Inclusion, Modifier, Session

site = os.environ["SITE"]

answer = requests.post(f"{site}/rest_api/id_token", auth=("editor", "editor-pass"), timeout=10)
token = answer.json()["jwt_token"]

# What is written has to be described, and of what is described that alone is a relationship.
schema = {
    "node--article": {
        "properties": {
            "title": {"type": "string"},
            "field_tags": {"relation": "to-many", "resource": ["taxonomy_term--tags"]},
        }
    }
}
session = Session(
    f"{site}/jsonapi",
    request_kwargs={"headers": {"Authorization": f"Bearer {token}"}, "timeout": 10},
    schema=schema,
)

# A list, with a query, and with what its relationships lead to. As attributes of an object the
# package looks for names with dashes: those with underscores are read as items.
query = Modifier("filter[title][operator]=STARTS_WITH&filter[title][value]=Alpha&page[limit]=2")
articles = session.get("node/article", query + Inclusion("field_tags")).resources

assert [article.title for article in articles] == ["Alpha report 00", "Alpha essay 10"]
tags = [tag.name for tag in articles[0]["field_tags"]]
assert tags == ["alpha", "beta", "delta", "Ünïcödé & <b>"], tags

# All pages of a list, and one resource.
everything = list(session.iterate("node/article", Modifier("page[limit]=20")))
article = session.get("node/article", articles[0].id).resource

assert len({each.id for each in everything}) == len(everything) > 50
assert (article.title, article["drupal_internal__nid"]) == ("Alpha report 00", 8)

# Creating, changing, deleting. The addresses that the package makes of types are not Drupal's.
tag = articles[0]["field_tags"][0]
made = session.create("node--article", fields={"title": "By Python", "field_tags": [tag.id]})
made.commit(f"{site}/jsonapi/node/article")
address = f"{site}/jsonapi/node/article/{made.id}"

assert [each.name for each in made["field_tags"]] == ["alpha"]

made.title = "Changed by Python"
made.commit(address)
changed = session.get("node/article", Modifier(f"filter[id]={made.id}")).resources

assert [each.title for each in changed] == ["Changed by Python"]

# It reads each answer as JSON, and that to DELETE is an empty one.
made.delete()
with suppress(requests.JSONDecodeError):
    made.commit(address)

gone = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=10)
assert gone.status_code == 404
