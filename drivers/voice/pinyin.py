"""Chinese as the voice `cmn-latn-pinyin` wants it: one syllable with its tone digit a word, ``v`` for ü.

pypinyin knows every word, and costs 56 MB and 0.3 s to load. Call sentences need few characters, each with one
reading, so those are here, and the rest (names of counters) is asked once from a process that ends again:
``python -m drivers.voice.pinyin TEXT``.
"""

import re
import subprocess
import sys
from functools import lru_cache

from drivers.voice.sound import CannotSay

LIMIT_S = 15
KNOWN = {
    "零": "ling2",
    "一": "yi1",
    "二": "er4",
    "三": "san1",
    "四": "si4",
    "五": "wu3",
    "六": "liu4",
    "七": "qi1",
    "八": "ba1",
    "九": "jiu3",
    "十": "shi2",
    "幺": "yao1",
    "请": "qing3",
    "号": "hao4",
    "到": "dao4",
    "窗": "chuang1",
    "口": "kou3",
    "再": "zai4",
    "次": "ci4",
    "呼": "hu1",
    "叫": "jiao4",
}
"""Characters of every call, with their tones."""
_MARKS = str.maketrans(
    {"，": ", ", "。": ". ", "；": "; ", "：": ", ", "！": "! ", "？": "? ", "、": ", ", "（": ", ", "）": ", "}
)
_PARTS = re.compile(rf"[{''.join(KNOWN)}]|[A-Za-z]|[^\s,.;!?A-Za-z{''.join(KNOWN)}]+|[,.;!?]")


def pinyin_text(text: str) -> str:
    """Return the whole sentence; letters stand alone.

    Raises:
        CannotSay: a word that is not here, and pypinyin could not be asked.

    """
    parts = _PARTS.findall(text.translate(_MARKS))
    said = " ".join(part if part.isascii() else KNOWN.get(part) or looked_up(part) for part in parts)
    return re.sub(r"\s+([,.;!?])", r"\1", said)


@lru_cache(maxsize=1000)
def looked_up(words: str) -> str:
    """Ask pypinyin in a process of its own.

    Raises:
        CannotSay: it failed.

    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "drivers.voice.pinyin", words],
            check=True,
            capture_output=True,
            encoding="utf-8",
            timeout=LIMIT_S,
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise CannotSay(f"pypinyin failed: {problem}") from problem
    return done.stdout.strip()


def main(words: str) -> None:
    """Print what pypinyin says."""
    from pypinyin import Style, lazy_pinyin

    said = " ".join(lazy_pinyin(words, Style.TONE3, neutral_tone_with_five=True))
    sys.stdout.buffer.write(said.encode("utf-8"))


if __name__ == "__main__":
    main(sys.argv[1])
