"""Every visible word, by key: ``assets/words/<language>/<domain>.po``, read by Babel once and kept in memory.

A key is ``domain part.name`` in dots (``home.title``); its text may hold ``{placeholders}``. There are no plural
forms: Chinese has none, and the English texts are worded without. An unknown key shows itself on the screen, where
it can be seen and told, and is remembered in `unknown_keys`, where a test fails on it.
"""

from functools import cache
from types import MappingProxyType
from typing import Any

import structlog
from babel.messages.pofile import read_po

from hall.words.assets import asset

LANGUAGES = ("zh", "en")
"""Languages that every domain has complete."""

log = structlog.get_logger("words")
unknown_keys: set[str] = set()
"""Keys that were asked for and are in no catalogue of that language."""


@cache
def texts(language: str, domain: str) -> MappingProxyType[str, str]:
    """Return one domain's texts by key.

    Raises:
        MissingAsset: there is no such language or domain.

    """
    with asset(f"words/{language}/{domain}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, domain=domain, abort_invalid=True)
    return MappingProxyType({str(message.id): str(message.string) for message in catalogue if message.id})


class Words:
    """The texts of one language from some domains; a later domain's key wins."""

    def __init__(self, language: str, *domains: str) -> None:
        self.language = language
        self.domains = domains
        self._texts: dict[str, str] = {}
        for domain in domains:
            self._texts.update(texts(language, domain))

    def __call__(self, key: str, **values: Any) -> str:
        """Return the text of `key` with its placeholders filled."""
        text = self._texts.get(key)
        if text is None:
            self._tell_unknown(key)
            return key
        return text.format_map(values) if values else text

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def in_language(self, language: str) -> "Words":
        """Return the same domains in another language."""
        return self if language == self.language else Words(language, *self.domains)

    def _tell_unknown(self, key: str) -> None:
        if key not in unknown_keys:
            unknown_keys.add(key)
            log.error("unknown word", key=key, language=self.language, domains=self.domains)


def other_language(language: str) -> str:
    """Return the language that stands second on bilingual screens."""
    return "en" if language == "zh" else "zh"


def pick(names: dict[str, str], language: str) -> str:
    """Return a name from configuration or view in `language`, or the best there is."""
    return names.get(language) or names.get("zh") or next(iter(names.values()), "")
