"""Send requests to the project and write the answers as JSON."""

from tests.projects import converse

converse("tests.bare_user")
