"""Curated event summaries in YAML become a structured Word briefing."""
