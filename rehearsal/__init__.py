"""The rehearsal: an invented register and simulated people, made from a scenario and a seed."""
