"""What texts speak of, by words: Chinese as part of a sentence, English as whole words; case and width do not count."""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

SEEDS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("waiting", "等待时间", "Waiting time",
     ("等了", "等位", "等待", "久等",
      "等太久", "等很久", "一直等", "排队", "排了", "分钟", "太慢", "很慢", "好慢", "叫号",
      "上菜慢", "出餐慢", "wait", "waited", "waiting", "queue", "slow")),
    ("taste", "口味", "Taste",
     ("味道", "口味", "好吃", "难吃", "好喝", "难喝", "太甜", "太咸", "口感", "taste", "tasty", "delicious", "flavour",
      "flavor")),
    ("quality", "品质", "Quality",
     ("质量", "品质", "新鲜", "变质", "异物", "不干净", "坏了", "quality", "fresh", "stale", "broken")),
    ("staff", "店员", "Staff",
     ("态度", "店员", "服务员", "服务", "热情", "耐心", "冷淡", "staff", "service", "rude", "friendly", "waiter")),
    ("price", "价格", "Price",
     ("价格", "价钱", "太贵", "有点贵", "贵了", "便宜", "划算", "性价比", "涨价", "price", "expensive", "cheap",
      "value for money")),
    ("place", "环境", "The place",
     ("环境", "装修", "卫生", "座位", "吵", "干净", "厕所", "洗手间", "place", "clean", "dirty", "noisy", "seats")),
    ("points", "积分规则", "Points and rules",
     ("积分", "会员卡", "等级", "兑换", "过期", "points", "tier", "redeem", "expired")),
    ("offers", "优惠活动", "Offers",
     ("优惠", "折扣", "券", "活动", "团购", "coupon", "discount", "offer", "voucher")),
    ("delivery", "外卖配送", "Delivery",
     ("外卖", "配送", "骑手", "送餐", "洒了", "快递", "delivery", "courier", "delivered", "rider")),
    ("ordering", "下单方便", "Ordering",
     ("下单", "小程序", "点单", "扫码", "付款", "app", "checkout", "ordering", "payment")),
    ("choice", "品类与新品", "Choice",
     ("新品", "种类", "品种", "选择少", "缺货", "卖完", "售罄", "choice", "variety", "sold out", "menu")),
    ("portion", "分量", "Portion",
     ("分量", "份量", "太少", "量足", "量大", "portion", "portions")),
)  # fmt: skip
"""Code, Chinese, English, words: the themes that every desk begins with."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z']+")
_DULL = frozenset(
    "的了是我你他她也都就很在有和不还又这那吧吗呢啊们个一到去来说没给让被把要会能"
)  # signs that begin no phrase
_PLAIN = frozenset(
    re.findall(
        r"\S+",
        "the and was were for are with that this they you had have has but not very all out from our your its too it's"
        " just them there when would could been",
    )
)


def folded(text: str) -> str:
    """A text as it is compared: full-width signs as plain ones, small letters, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """What finds any of the words in a folded text; None without words."""
    known = sorted({folded(word) for word in words if folded(word)}, key=len, reverse=True)
    parts = [re.escape(word) if _HAN.search(word) else rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" for word in known]
    return re.compile("|".join(parts)) if parts else None


def found(text: str, themes: Mapping[str, Sequence[str]]) -> set[str]:
    """The codes of the themes whose words occur in a text."""
    return matched(text, {code: pattern(words) for code, words in themes.items()})


def matched(text: str, patterns: Mapping[str, re.Pattern[str] | None]) -> set[str]:
    """The same with patterns made once for many texts."""
    said = folded(text)
    return {code for code, one in patterns.items() if one and one.search(said)}


def proposals(texts: Iterable[str], *, least: int = 3, most: int = 20) -> list[tuple[str, int]]:
    """Frequent phrases (two to four Chinese signs, one or two English words) with how many texts have them.

    A phrase that hardly ever occurs outside a longer one gives way to that one.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_phrases(folded(text)))
    frequent = {phrase: n for phrase, n in counts.items() if n >= least}
    whole = {
        phrase: n for phrase, n in frequent.items()
        if not any(phrase in longer and m >= 0.8 * n for longer, m in frequent.items() if len(longer) > len(phrase))
    }  # fmt: skip
    return sorted(whole.items(), key=lambda each: (-each[1], each[0]))[:most]


def _phrases(text: str) -> set[str]:
    runs, phrases = _RUNS.findall(text), set()
    for run in runs:
        if _HAN.match(run):
            for size in (2, 3, 4):
                grams = (run[start : start + size] for start in range(len(run) - size + 1))
                phrases |= {gram for gram in grams if gram[0] not in _DULL and gram[-1] not in _DULL}
    english = [run for run in runs if not _HAN.match(run)]
    phrases |= {word for word in english if len(word) > 3 and word not in _PLAIN}
    phrases |= {f"{one} {two}" for one, two in itertools.pairwise(english) if one not in _PLAIN and two not in _PLAIN}
    return phrases
