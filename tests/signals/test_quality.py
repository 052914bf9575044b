"""How a text is made: invented pages, the features they must move, and the spans a moderator sees."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.page import Page
from detector.signals.base import Family, Measurement
from detector.signals.quality.function_words import BY_LANGUAGE, EVERY
from detector.signals.quality.prose import prose_of
from detector.signals.quality.repetition import skeleton
from detector.signals.registry import all_signals
from detector.view import View

SIGNALS = [signal for signal in all_signals() if signal.family is Family.QUALITY]

FILLER = """Everything You Need To Know About Garden Sheds
In today's fast-paced world, it is no secret that garden sheds play a crucial role in every home. Whether
you're a beginner or an expert, when it comes to garden sheds there are many ways to save time and money.
In this article, we will explore a wide range of options that are tailored to your needs. Look no further,
because our comprehensive guide has everything you need to know. It is important to note that the benefits
of garden sheds cannot be overstated. In conclusion, garden sheds are a game changer. So, what are you
waiting for?"""

DIARY = """Our leaking shed on Mill Lane
Yesterday my husband and I drove to the timber yard in Oakham and paid £84.50 for eleven planks of larch.
When we got home at 16:20 my neighbour Brenda Holt said "that roof will never last another winter", and
she was right. I remember that my father built the first one in 1978 with nails from the old chapel. We
walked over to Ted Marsh, who told me to use 40 mm screws, and last night we had the north wall up before
it rained."""

TOWNS = ("Norwood", "Ashby", "Milton")
TEMPLATE = "\n".join(
    f"Our {town} boiler repair team is ready to help every household today. "
    f"If you need boiler repair in {town} then call our boiler repair experts now. "
    f"We have offered boiler repair across {town} and the area around it for years. "
    f"Good boiler repair starts with a boiler repair plan that fits the home. "
    f"Call us for boiler repair at any hour of the day or the night."
    for town in TOWNS
)

TORTURED = """New ideas in medicine
Researchers use counterfeit consciousness and profound learning to find bosom peril before it spreads to
other parts. A flag to clamor proportion was measured with an irregular woodland, and colossal information
came from haze figuring systems that hospitals rent. The leftover learning of each model was then compared
with older methods of this kind."""

CASES = [
    (FILLER, "filler_balance", 1.5, 5.0, {"quality.seo_filler": "", "quality.generated_opening": ""}),
    (DIARY, "filler_balance", -5.0, -1.0, {}),
    (DIARY, "first_hand_rate", 5.0, 60.0, {}),
    (DIARY, "detail", 4, 6, {}),
    (FILLER, "detail", 0, 1, {}),
    (TORTURED, "tortured_rate", 10, 60, {"quality.tortured": "counterfeit consciousness"}),
    (TEMPLATE, "repeated_sentences", 0.5, 0.8, {"quality.repeated_sentence": ""}),
    (DIARY, "repeated_sentences", 0.0, 0.0, {}),
    (DIARY, "names", 20, 300, {}),
]


def measure(page: Page) -> Measurement:
    view = View(page)
    found = [signal.measure(view) for signal in SIGNALS]
    values = {name: value for one in found for name, value in one.values.items()}
    return Measurement(values, tuple(item for one in found for item in one.evidence))


def of_text(text: str, url: str = "https://example.org/page", title: str = "") -> Measurement:
    return measure(Page.from_text(text, url=url, title=title))


@pytest.mark.parametrize(("text", "feature", "low", "high", "evidence"), CASES)
def test_page_moves_its_feature_and_shows_its_reason(
    text: str, feature: str, low: float, high: float, evidence: dict[str, str]
) -> None:
    page = Page.from_text(text, url="https://example.org/page")
    found = measure(page)
    assert low <= found.values[f"quality.{feature}"] <= high
    for code, words in evidence.items():
        item = next(item for item in found.evidence if item.code == code)
        assert item.start is not None
        assert words in page.text[item.start : item.end].lower()


def test_owned_text_gives_no_reason_to_a_moderator() -> None:
    assert of_text(DIARY).evidence == ()


def test_unfilled_slot_is_shown_where_it_stands() -> None:
    page = Page.from_text(
        DIARY + "\nCall the best plumber in {city} for a quote on your new bathroom today, any day."
    )
    item = next(item for item in measure(page).evidence if item.code == "quality.template_error")
    assert page.text[item.start : item.end] == "{city}"


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        (
            "Die Mannschaft gewann gestern das Spiel im groÃŸen Stadion, schÃ¶n fÃ¼r Leute aus Ã–sterreich, "
            "die lange auf einen Sieg in der Liga gewartet hatten und danach noch lange feierten.",
            "mojibake",
        ),
        (
            "Get yоur frее bоnus tоday frоm оur bеst саsinо and wait for nothing else, since the wheel "
            "turns for everyone who plays here every single day of the year, without any limit at all.",
            "mixed_words",
        ),
        (
            "歡迎來(lái)電咨詢(xún)公司的設(shè)備(bèi)，我們專(zhuān)業(yè)做升降機械多年，質(zhì)量可靠，價格合理，"
            "服務(wù)周到，歡迎新老客戶(hù)前來(lái)參觀指導，共同發(fā)展，共創輝煌的明天，聯繫電話請看頁面下方的地址與說明文字。"
            "本公司位於城北工業區，交通便利，環境優美，設備齊全，技術力量雄厚。",
            "annotated_han",
        ),
        (
            'The <samp id="a1b2c"></samp> page was full of <nobr id="a1b2c"></nobr> and <big></big> tags, '
            "which stand between the words of a text that nobody has looked at.",
            "tag_text",
        ),
    ],
)
def test_odd_characters_are_counted_and_shown(text: str, feature: str) -> None:
    found = of_text(text)
    assert found.values[f"quality.{feature}"] > 5
    assert f"quality.{feature}" in {item.code for item in found.evidence}


def test_accents_brackets_and_russian_are_no_oddities() -> None:
    text = (
        "Café Ångström (seit 1902) liegt am Markt; «Привет, мир» steht dort auf Russisch an der Wand, und "
        "darunter in kleiner Schrift die Namen aller Wirte, die das Haus seit seiner Gründung geführt haben."
    )
    found = of_text(text)
    assert found.values["quality.mojibake"] == found.values["quality.mixed_words"] == 0
    assert found.values["quality.scripts"] == 2


def test_text_that_ends_in_another_language_is_shown() -> None:
    english = (
        "The committee met on Tuesday and heard from the people who live near the river about a bridge. "
    )
    spanish = (
        "Las mejores apuestas deportivas están aquí y todos los jugadores reciben hoy una oferta nueva. "
    )
    page = Page.from_text(english * 8 + "\n" + spanish * 8)
    item = next(i for i in measure(page).evidence if i.code == "quality.head_tail_language")
    assert page.text[item.start : item.end].startswith("Las mejores")


@pytest.mark.parametrize(
    ("title", "raw", "is_list"),
    [
        ("how to unblock a kitchen sink fast", 1.0, False),
        ("Council votes to reopen the bridge", 0.0, False),
        ("cheap boots, boots sale, red boots, buy boots online, boots outlet", 1.0, True),
        ("Rain, wind, snow and ice: what the week brings to the hills and the coast", 0.0, False),
    ],
)
def test_title_is_told_from_query_and_list(title: str, raw: float, is_list: bool) -> None:
    found = of_text(DIARY, title=title)
    assert found.values["quality.raw_title"] == raw
    assert ("quality.title_list" in {item.code for item in found.evidence}) is is_list


def test_key_phrase_is_found_in_text_without_spaces() -> None:
    text = (
        "".join(
            f"小型咖啡袋{word}。" for word in ("厂家供应", "价格优惠", "批发零售", "质量可靠", "欢迎订购")
        )
        * 3
    )
    assert of_text(text).values["quality.top_bigram"] > 0.1


def test_running_text_has_more_grammar_than_a_list_of_key_phrases() -> None:
    listed = ", ".join(["red boots", "boots sale", "cheap boots", "boots outlet", "leather boots"] * 12) + "."
    assert of_text(listed).values["quality.function_words"] < 0.05
    assert of_text(listed).values["quality.long_list"] > 0.9
    assert of_text(DIARY).values["quality.function_words"] > 0.3
    assert of_text(DIARY).values["quality.long_list"] == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "our plumbers in ashby are here for you at any hour",
            "our plumbers in milton are here for you at any hour",
            True,
        ),
        ("short one here", "short two here", False),
        (
            "the mayor opened the new bridge on a wet monday",
            "she closed it again after a storm took the lamps",
            False,
        ),
    ],
)
def test_skeleton_sees_through_a_slot(one: str, other: str, same: bool) -> None:
    assert (skeleton(one.split()) == skeleton(other.split())) is same


def test_sentences_keep_their_place_in_the_page() -> None:
    page = Page.from_text(DIARY)
    prose = prose_of(View(page))
    assert page.text[prose.sentences[0].start : prose.sentences[0].end].startswith("Yesterday my husband")
    assert all(0 <= s.start < s.end <= len(page.text) for s in prose.sentences)


@pytest.mark.parametrize("text", ["", "Hi.", "Error 404", "ページが見つかりません"])
def test_too_little_text_gives_missing_values_and_no_reason(text: str) -> None:
    found = of_text(text)
    assert math.isnan(found.values["quality.filler_balance"])
    assert found.evidence == ()


def test_every_language_has_its_function_words() -> None:
    assert len(BY_LANGUAGE) >= 24
    assert all(len(words) >= 20 for words in BY_LANGUAGE.values())
    assert {"the", "и", "der", "ve"} <= EVERY


@settings(max_examples=60)
@given(st.text(max_size=600))
def test_any_text_gives_values_in_range_twice_alike(text: str) -> None:
    page = Page.from_text(text, url="https://example.org/a-page", title=text[:80])
    first = measure(page)
    for signal in SIGNALS:
        for feature in signal.features:
            value = first.values[feature.name]
            assert math.isnan(value) or feature.low <= value <= feature.high
    assert repr(first) == repr(measure(page))
    for item in first.evidence:
        assert item.start is None or 0 <= item.start <= item.end <= len(page.text)


@pytest.mark.parametrize(
    "text", ["spam word " * 30_000, "a" * 400_000, "， " * 200_000, "Ab. " * 60_000, "的" * 200_000]
)
def test_hostile_pages_are_measured(text: str) -> None:
    assert len(of_text(text).values) == sum(len(signal.features) for signal in SIGNALS)
