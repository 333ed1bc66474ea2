"""What brief takes, beside its peers and beside what must hold: `make bench`."""
