"""The project's notes, served beside the site's content."""

from drupal_jwt_auth.entities import ContentEntityType, Keys, column, register
from tests.several_databases.models import Note


@register
class NoteType(ContentEntityType):
    id = "note"
    label = "note"
    model = Note
    keys = Keys(uuid=None, owner="author")
    base_fields = (column("id"), column("text"), column("author"))
    canonical = "/note/{note}"
    collection = "/note"
