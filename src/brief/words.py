"""The few words that no template writes: of notes on sources, of callouts and of drafts, in the languages known here."""

from __future__ import annotations

from collections.abc import Mapping

from brief.classes import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """How a document speaks where no template does; what stands in braces is filled in.

    `source` is the title of a source, `see_note` what a later note on it says; the others name callouts, and drafts.
    """

    source: str = "“{title}”"
    reliability: str = "reliability {grade}"
    see_note: str = "note {number}"
    note: str = "Note"
    tip: str = "Tip"
    important: str = "Important"
    warning: str = "Warning"
    caution: str = "Caution"
    draft: str = "DRAFT"

    @property
    def labels(self) -> Mapping[str, str]:
        """What the writer of a document puts into it itself, by what it says."""
        return {name: getattr(self, name) for name in ("note", "tip", "important", "warning", "caution", "draft")}


def words_in(tag: str, given: Mapping[str, str] | None = None) -> Words:
    """The words of the language of a BCP 47 tag, English where it is not known here, and those `given` in their place."""
    return Words(**{**_WORDS.get(tag.partition("-")[0], {}), **(given or {})})


def speaks(tag: str) -> bool:
    """Whether the words of a language are known here."""
    return tag.partition("-")[0] in {"en", *_WORDS}


_WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "source": "„{title}“",
        "reliability": "Zuverlässigkeit {grade}",
        "see_note": "Anm. {number}",
        "note": "Hinweis",
        "tip": "Tipp",
        "important": "Wichtig",
        "warning": "Warnung",
        "caution": "Vorsicht",
        "draft": "ENTWURF",
    },
    "es": {
        "source": "«{title}»",
        "reliability": "fiabilidad {grade}",
        "see_note": "nota {number}",
        "note": "Nota",
        "tip": "Consejo",
        "important": "Importante",
        "warning": "Advertencia",
        "caution": "Precaución",
        "draft": "BORRADOR",
    },
    "fr": {
        "source": "«\u00a0{title}\u00a0»",
        "reliability": "fiabilité {grade}",
        "see_note": "note {number}",
        "note": "Remarque",
        "tip": "Conseil",
        "important": "Important",
        "warning": "Avertissement",
        "caution": "Attention",
        "draft": "PROJET",
    },
    "it": {
        "source": "«{title}»",
        "reliability": "affidabilità {grade}",
        "see_note": "nota {number}",
        "note": "Nota",
        "tip": "Consiglio",
        "important": "Importante",
        "warning": "Avviso",
        "caution": "Attenzione",
        "draft": "BOZZA",
    },
    "ko": {
        "source": "「{title}」",
        "reliability": "신뢰도 {grade}",
        "see_note": "각주 {number}",
        "note": "참고",
        "tip": "도움말",
        "important": "중요",
        "warning": "경고",
        "caution": "주의",
        "draft": "초안",
    },
    "nl": {
        "source": "‘{title}’",
        "reliability": "betrouwbaarheid {grade}",
        "see_note": "noot {number}",
        "note": "Opmerking",
        "tip": "Tip",
        "important": "Belangrijk",
        "warning": "Waarschuwing",
        "caution": "Let op",
        "draft": "CONCEPT",
    },
    "pl": {
        "source": "„{title}”",
        "reliability": "wiarygodność {grade}",
        "see_note": "przyp. {number}",
        "note": "Uwaga",
        "tip": "Wskazówka",
        "important": "Ważne",
        "warning": "Ostrzeżenie",
        "caution": "Ostrożnie",
        "draft": "PROJEKT",
    },
}
