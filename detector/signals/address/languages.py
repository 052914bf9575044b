"""The languages of an address and of the page's parts: country suffix, slug and menu against the body."""

from __future__ import annotations

import re

from detector.parsing.language import detect_language
from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.topics import near_languages
from detector.view import View

MIN_MENU = 80
"""Characters of menu text from which its language is told."""

COUNTRY_LANGUAGES = {
    "ae": "ar", "ar": "es", "at": "de", "au": "en", "az": "az ru", "ba": "bs hr sr", "bd": "bn",
    "be": "nl fr de", "bg": "bg", "bo": "es", "br": "pt", "by": "be ru", "ca": "en fr",
    "ch": "de fr it", "cl": "es", "cn": "zh wuu", "cr": "es", "cz": "cs sk", "de": "de", "dk": "da",
    "do": "es", "dz": "ar fr", "ec": "es", "ee": "et ru", "eg": "ar", "es": "es ca gl eu",
    "fi": "fi sv", "fr": "fr", "gr": "el", "gt": "es", "hk": "zh yue", "hr": "hr", "hu": "hu",
    "id": "id ms jv su", "ie": "ga", "il": "he ar", "iq": "ar ckb", "ir": "fa", "it": "it", "jp": "ja",
    "ke": "sw", "kr": "ko", "kz": "kk ru", "lt": "lt", "lv": "lv ru", "ma": "ar fr", "mk": "mk sq",
    "mx": "es", "my": "ms zh", "nl": "nl fy", "no": "no nb nn", "np": "ne", "pe": "es", "ph": "tl fil",
    "pk": "ur", "pl": "pl", "pt": "pt", "py": "es", "ro": "ro", "rs": "sr", "ru": "ru tt ba",
    "sa": "ar", "se": "sv", "sg": "zh ms", "si": "sl", "sk": "sk cs", "su": "ru", "th": "th",
    "tn": "ar fr", "tr": "tr", "tw": "zh", "ua": "uk ru", "uk": "cy", "uy": "es", "uz": "uz ru",
    "ve": "es", "vn": "vi", "za": "af zu xh",
}  # fmt: skip
"""Languages at home under a country's suffix (CLDR territory languages); English goes everywhere."""

_SCRIPTS = re.compile(
    r"(?P<cyrillic>[а-яё])|(?P<han>[一-鿿ぁ-ヿ가-힣])|(?P<arabic>[؀-ۿ])|(?P<other>[^\x00-ɏ])"
)


@signal(
    Family.ADDRESS,
    Feature(
        "suffix_language_clash", "0/1", 0, 1, "the body's language is not at home under the country's suffix"
    ),
    Feature("menu_language_clash", "0/1", 0, 1, "menu and body are in unrelated languages"),
    Feature("slug_script_clash", "0/1", 0, 1, "slug and body are written in different non-Latin scripts"),
    Feature("slug_native", "0/1", 0, 1, "the slug is written in a non-Latin script"),
    Feature("vice_and_clash", "0/1", 0, 1, "languages clash and the page is about an often planted topic"),
)
def languages(view: View) -> Measurement:
    """Compare the languages of suffix, path, menu and body."""
    body = view.language
    if not body:
        return Measurement({})
    values: dict[str, float] = {}
    address = view.address
    if address is not None:
        home = COUNTRY_LANGUAGES.get(address.suffix.rpartition(".")[2], "").split()
        if home:
            at_home = body in home or bool(near_languages(body) & set(home))
            values["suffix_language_clash"] = float(not at_home and body != "en")
        values["slug_native"] = float(bool(_SCRIPTS.search(address.path)))
        values["slug_script_clash"] = float(_script_clash(address.path, view.body_text[:500]))
    menu = _menu_language(view)
    clash = bool(menu) and menu not in {body} | near_languages(body) and body not in near_languages(menu)
    if menu:
        values["menu_language_clash"] = float(clash)
    foreign = clash or values.get("suffix_language_clash", 0.0)
    planted = view.topics.whole.vice_weight >= 3
    values["vice_and_clash"] = float(bool(foreign) and planted)
    if not values["vice_and_clash"]:
        return Measurement(values)
    where = (
        f"the menu is in another ({menu})"
        if clash
        else f"the address {address.host if address else ''} is not"
    )
    message = f"text in one language ({body}) about an often planted topic; {where}"
    return Measurement(values, (Evidence("address.language", message, features=("vice_and_clash",)),))


def _menu_language(view: View) -> str:
    text = view.furniture_text
    return detect_language(text) if len(text) >= MIN_MENU else ""


def _script_clash(path: str, body: str) -> bool:
    slug = _SCRIPTS.search(path)
    if slug is None or slug.lastgroup == "other":
        return False
    return slug.lastgroup not in {match.lastgroup for match in _SCRIPTS.finditer(body)}
