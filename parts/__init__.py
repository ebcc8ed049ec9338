"""The parts that run on one machine: PostgreSQL, Temporal, a mailbox, and who watches over them."""
