"""Effects: rows, letters, documents; each may run twice."""
