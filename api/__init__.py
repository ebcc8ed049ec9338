"""Pages and forms, and the same functions as a JSON API; neither holds logic (design.md §2)."""
