"""Make the content type whose nodes are put under load; in a process of its own."""

import django


def make() -> None:
    """Make the type, with a field for each of those who write."""
    from drupal_jwt_auth.models import FieldConfig, NodeType
    from tests.load.site import FIELDS, TYPE

    NodeType.objects.create(type=TYPE, name="Load")
    for name in FIELDS:
        FieldConfig.objects.create_field("node", TYPE, name, "integer", label=name)


if __name__ == "__main__":
    django.setup()
    make()
