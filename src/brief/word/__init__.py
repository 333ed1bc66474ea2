"""Document and house style become the bytes of a Word file: the one owner of python-docx and lxml."""

from brief.word.house import LABELS, House, bookmarks, missing_styles, read_house, to_word, warnings
from brief.word.picture import picture
from brief.word.properties import identifier

__all__ = ["LABELS", "House", "bookmarks", "identifier", "missing_styles", "picture", "read_house", "to_word", "warnings"]
