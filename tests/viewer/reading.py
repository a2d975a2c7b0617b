"""What a page says: every visible text and every ARIA string, with the language it is marked to be in."""

import re
from html.parser import HTMLParser

SILENT = ("script", "style", "title")
VOID = ("meta", "link", "br", "input", "img", "hr", "rect", "line", "circle", "path")
SPOKEN = ("aria-label", "aria-valuetext", "title", "alt", "placeholder")
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z][A-Za-z'’]{2,}")
IDENTIFIER = re.compile(r"[\w+/-]*[\d_./][\w.+/-]*", re.ASCII)  # files, digests, versions, names in scenarios
# names that are the same in both languages: programs, formats, people, units of the trade
SAME = {
    "epay", "csv", "png", "svg", "json", "yaml", "html", "netcdf", "utc", "bass", "shapley", "fieller", "model",
    "folder", "lishui", "cny", "python", "linux", "verify", "results", "clean", "run", "against", "geonames", "org",
    "jeffreys", "yuan", "shannon", "poisson", "student", "pos", "true", "false", "all",
}  # fmt: skip


class Reader(HTMLParser):
    """Collects (language, text) of a page; what is code is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str, bool]] = []
        self.texts: list[tuple[str, str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    @property
    def here(self) -> tuple[str, bool]:
        return self.stack[-1][1:] if self.stack else ("", False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        lang, is_silent = self.here
        lang = given.get("lang") or lang
        is_silent = is_silent or tag in (*SILENT, "code", "pre")
        if not is_silent:
            self.texts += [(lang, str(given[name])) for name in SPOKEN if given.get(name)]
        if tag not in VOID:
            self.stack.append((tag, lang, is_silent))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        lang, is_silent = self.here
        if not is_silent and data.strip():
            self.texts.append((lang, data.strip()))


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def foreign(texts: list[tuple[str, str]], names: set[str] = frozenset()) -> list[str]:
    """Return the texts that are not in the language they are marked to be in.

    Parameters
    ----------
    names : set of str
        Words that stay as they are: folders, levers' own names, places.
    """
    same = SAME | {name.lower() for name in names}

    def is_foreign(lang: str, text: str) -> bool:
        if lang == "en":
            return bool(HAN.search(text))
        words = LATIN.findall(IDENTIFIER.sub(" ", text))
        return lang.startswith("zh") and any(word.lower() not in same for word in words)

    return [text for lang, text in texts if is_foreign(lang, text)]
