"""What things cost on this machine: `ikm bench`, and the floors that its figures stand beside."""
