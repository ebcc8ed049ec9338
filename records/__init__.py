"""Tables and their queries: PostgreSQL only; a function here is given a session and never opens one."""
