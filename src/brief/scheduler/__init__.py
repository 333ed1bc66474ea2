"""Publishes what is due, for years: decides from cadences and records, builds in processes of their own, forgets nothing."""
