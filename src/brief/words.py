"""The few words that no template writes: of notes on sources, of callouts and of drafts, in the languages known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """How a document speaks where no template does; what stands in braces is filled in."""

    title: str = "“{title}”"
    reliability: str = "reliability {grade}"
    note: str = "note {number}"
    labels: Mapping[str, str] | None = None
    """Of callouts, by kind, and of drafts (`draft`); none: English."""


def words_in(tag: str) -> Words:
    """The words of the language of a BCP 47 tag; English where it is not known here."""
    return _WORDS.get(tag.partition("-")[0], _ENGLISH)


def _labels(note: str, tip: str, important: str, warning: str, caution: str, draft: str) -> dict[str, str]:
    return {"note": note, "tip": tip, "important": important, "warning": warning, "caution": caution, "draft": draft}


_ENGLISH = Words()
_WORDS = {
    "de": Words(
        "„{title}“",
        "Zuverlässigkeit {grade}",
        "Anm. {number}",
        _labels("Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht", "ENTWURF"),
    ),
    "es": Words(
        "«{title}»",
        "fiabilidad {grade}",
        "nota {number}",
        _labels("Nota", "Consejo", "Importante", "Advertencia", "Precaución", "BORRADOR"),
    ),
    "fr": Words(
        "«\u00a0{title}\u00a0»",
        "fiabilité {grade}",
        "note {number}",
        _labels("Remarque", "Conseil", "Important", "Avertissement", "Attention", "PROJET"),
    ),
    "it": Words(
        "«{title}»",
        "affidabilità {grade}",
        "nota {number}",
        _labels("Nota", "Consiglio", "Importante", "Avviso", "Attenzione", "BOZZA"),
    ),
    "ko": Words(
        "「{title}」",
        "신뢰도 {grade}",
        "각주 {number}",
        _labels("참고", "도움말", "중요", "경고", "주의", "초안"),
    ),
    "nl": Words(
        "‘{title}’",
        "betrouwbaarheid {grade}",
        "noot {number}",
        _labels("Opmerking", "Tip", "Belangrijk", "Waarschuwing", "Let op", "CONCEPT"),
    ),
    "pl": Words(
        "„{title}”",
        "wiarygodność {grade}",
        "przyp. {number}",
        _labels("Uwaga", "Wskazówka", "Ważne", "Ostrzeżenie", "Ostrożnie", "PROJEKT"),
    ),
}
