"""The least that one would write with docxtpl: read the seeds, choose the events of an edition, render, save.

Called with the desk, the briefing's slug, the issue date, a Word template and the file to write.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import yaml
from docxtpl import DocxTemplate

desk, slug, day, template, target = sys.argv[1:]
date = dt.date.fromisoformat(day)


def read(path):
    return yaml.load(path.read_bytes(), yaml.CSafeLoader)


def last_day(event):
    return event["date"]["to"] if isinstance(event["date"], dict) else event["date"]


briefing = read(Path(desk, "briefings", f"{slug}.yaml"))
events, people, background, outlook = [], {}, [], []
for path in sorted(Path(desk, "seeds").rglob("*.yaml")):
    seeds = read(path)
    events += seeds.get("events", [])
    people |= {person["id"]: person["name"] for person in seeds.get("people", [])}
    background += seeds.get("background", [])
    outlook += seeds.get("outlook", [])

topics = set(briefing.get("select", {}).get("topics", []))
start = date - dt.timedelta(briefing["covers"]["days"])
chosen = [
    {**event, "names": ", ".join(people.get(name, name) for name in event.get("participants", []))}
    for event in sorted(events, key=last_day)
    if start <= last_day(event) < date and event["status"] == "held" and (not topics or topics & set(event["topics"]))
]
document = DocxTemplate(template)
document.render(
    {
        "title": briefing["title"],
        "date": date,
        "background": [note for note in background if note.get("valid_from", date) <= date <= note.get("valid_to", date)],
        "events": chosen,
        "outlook": [judgement for judgement in outlook if judgement["made"] <= date <= judgement["by"]],
    },
    autoescape=True,
)
document.save(target)
