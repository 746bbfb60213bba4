"""The project of the tests with another theme for the admin, which ADMIN_THEME names."""
