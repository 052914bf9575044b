"""What only an author could know: figures, dates, prices, measures and quotations; and who speaks."""

from __future__ import annotations

import re
from collections import Counter

from detector.signals.base import MISSING, Family, Feature, Measurement, signal
from detector.signals.quality.function_words import FIRST_PERSON, SECOND_PERSON
from detector.signals.quality.prose import MIN_TOKENS, prose_of
from detector.view import View

MIN_CHARACTERS = 200
MAX_CHARACTERS = 6_000
MAX_NUMBERS = 200
MIN_NUMBERS = 5
# Begins on the digit, which is found fast, and looks from there at what stands before and after.
NUMBER = re.compile(r"(\d(?<=(..).)[\d.,:/\-]*)(?=\s{0,11}(\S{0,12}))", re.DOTALL)
CURRENCIES = frozenset("$€£¥₹₽₩₺₴元円원")
CURRENCY_NAMES = "usd eur gbp zł pln руб руб. грн kr kč ft lei тг บาท dollars euros rupees تومان ريال"
UNIT_NAMES = """
    kg g mg km m cm mm ml l lb lbs oz ft in mph kw kwh mb gb tb mah % ° °c °f m2 m² sqft hp hz mhz ghz
    кг г см мм км м л percent inches feet miles hours hrs minutes mins min days weeks
"""
CURRENCY_WORDS = frozenset(CURRENCY_NAMES.split())
UNITS = frozenset(UNIT_NAMES.split())


def _per(name: str, meaning: str) -> Feature:
    return Feature(name, "per 1,000 characters", 0, 100, f"{meaning} for each 1,000 characters of text")


@signal(
    Family.QUALITY,
    _per("prices", "prices"),
    _per("clock_times", "times of day"),
    _per("years", "years"),
    _per("measures", "figures with a unit"),
    _per("quotations", "pairs of quotation marks"),
    _per("contacts", "telephone numbers and mail addresses"),
    Feature("different_numbers", "share", 0, 1, "different numbers as a share of all"),
    Feature("detail", "kinds", 0, 6, "kinds of concrete detail on the page"),
)
def specificity(view: View) -> Measurement:
    """Count the concrete details of the text."""
    text = view.page.text[:MAX_CHARACTERS]
    if len(text) < MIN_CHARACTERS:
        return Measurement({})
    numbers = NUMBER.findall(f"  {text}")[:MAX_NUMBERS]
    kinds = Counter([_kind(*number) for number in numbers])
    counts = {
        "prices": kinds["price"],
        "clock_times": kinds["time"],
        "years": kinds["year"],
        "measures": kinds["measure"],
        "contacts": kinds["telephone"] + text.count("@"),
        "quotations": sum(map(text.count, "“«„「")) + text.count('"') // 2,
    }
    values: dict[str, float] = {name: 1000 * count / len(text) for name, count in counts.items()}
    different = len({number for number, _, _ in numbers})
    values["different_numbers"] = different / len(numbers) if len(numbers) >= MIN_NUMBERS else MISSING
    values["detail"] = sum(count > 0 for count in counts.values())
    return Measurement(values)


@signal(
    Family.QUALITY,
    Feature("first_person", "share", 0, 1, "share of words that are the singular first person"),
    Feature("second_person", "share", 0, 1, "share of words that address the reader"),
    Feature("person_balance", "difference", -1, 1, "second person less first, as a share of both"),
)
def person(view: View) -> Measurement:
    """Tell who speaks and who is spoken to; languages that drop pronouns show little of it."""
    prose = prose_of(view)
    if len(prose.tokens) < MIN_TOKENS or prose.unspaced:
        return Measurement({})
    counts = prose.counts
    first = sum([counts[word] for word in FIRST_PERSON & counts.keys()])
    second = sum([counts[word] for word in SECOND_PERSON & counts.keys()])
    return Measurement(
        {
            "first_person": first / len(prose.tokens),
            "second_person": second / len(prose.tokens),
            "person_balance": (second - first) / (second + first) if first + second else 0.0,
        }
    )


def _kind(number: str, before: str, after: str) -> str:
    """Name what a number is, from its form and its neighbours."""
    number = number.rstrip(".,:/-")
    word = after.lower().rstrip(".,;:)")
    if not CURRENCIES.isdisjoint(before + word[:1]) or word in CURRENCY_WORDS:
        return "price"
    if word in UNITS:
        return "measure"
    if ":" in number and len(number) <= 8:
        return "time"
    if len(number) == 4 and number.isdecimal() and "1800" <= number < "2100":
        return "year"
    return "telephone" if len(number) >= 8 and sum(map(str.isdecimal, number)) >= 8 else "number"
