"""Form fields of the admin for the items of fields."""
