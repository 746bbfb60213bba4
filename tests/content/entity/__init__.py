"""Models of a project, some of them odd, as entity types; an app of the tests."""
