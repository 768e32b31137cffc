"""Surveys to begin with: data, in both languages."""

from dataclasses import dataclass, field
from typing import Any

from surveys.rules.taxonomies import CAUSES, FACTORS

Words = tuple[str, str]  # Chinese, English


@dataclass(frozen=True, slots=True)
class Line:
    """A question of a template. `options` and `rows`: (code, Chinese, English)."""

    code: str
    kind: str
    text: Words
    options: tuple[tuple[str, str, str], ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()
    shown_if: dict[str, Any] = field(default_factory=dict)
    required: bool = False
    driver: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Template:
    code: str
    name: Words
    about: Words
    title: Words
    intro: Words
    lines: tuple[Line, ...]
    trigger: str = ""
    trigger_days: int = 1
    case_below: int | None = None


NPS = Line(
    "nps",
    "nps",
    ("您有多大可能把我们推荐给朋友或同事？", "How likely are you to recommend us to a friend or colleague?"),
    required=True,
)
WHY_LOW = Line(
    "why_low",
    "text",
    ("哪里让您不满意？我们想改好它。", "What went wrong? We would like to put it right."),
    shown_if={"question": "nps", "at_most": 6},
)
WHY_HIGH = Line(
    "why_high",
    "text",
    ("您最喜欢我们的哪一点？", "What do you like most about us?"),
    shown_if={"question": "nps", "at_least": 9},
)
MORE = Line("more", "text", ("还有什么想告诉我们的？", "Is there anything else you would like to tell us?"), page=2)
VISIT = (
    ("taste", "口味与品质", "Taste and quality"),
    ("waiting", "等待时间", "Waiting time"),
    ("staff", "店员态度", "Staff"),
    ("place", "环境整洁", "The place"),
    ("price", "价格合理", "Price"),
    ("ordering", "下单方便", "Ordering"),
    ("points", "积分与优惠", "Points and offers"),
)
SCALE = ("（1 很不满意，5 很满意）", " (1 not at all, 5 very)")
SATISFIED = ("请给以下各项打分（1 很不满意，5 很满意）", "How satisfied were you with each? (1 not at all, 5 very)")

AFTER_PURCHASE = Template(
    "purchase",
    ("购买之后", "After a purchase"),
    (
        "推荐意愿、各项打分和原话。购买后两天询问。",
        "Recommendation, a score for each part, and words. Asked two days after.",
    ),
    ("您的这次到店体验", "Your visit"),
    ("只要一分钟，您的意见会直接到店长手里。", "It takes a minute, and the store manager reads it."),
    (
        NPS,
        WHY_LOW,
        WHY_HIGH,
        Line("parts", "matrix", SATISFIED, rows=VISIT, driver=True, page=2),
        MORE,
    ),
    trigger="order",
    trigger_days=2,
    case_below=4,
)

AFTER_SERVICE = Template(
    "service",
    ("服务之后", "After a service case"),
    (
        "问题解决得容不容易、是否满意。个案结束后一天询问。",
        "Whether it was easy and well solved. Asked a day after a case.",
    ),
    ("我们解决得怎么样？", "How did we do?"),
    ("您最近联系过我们，想听听您的感受。", "You were in touch with us lately."),
    (
        Line(
            "easy",
            "ces",
            (
                "“解决这件事很容易。”您同意吗？（1 完全不同意，7 完全同意）",
                "“It was easy to have my matter settled.” Do you agree? (1 not at all, 7 fully)",
            ),
            required=True,
        ),
        Line(
            "satisfied",
            "csat",
            (
                "您对处理结果满意吗？（1 很不满意，5 很满意）",
                "How satisfied are you with the outcome? (1 not at all, 5 very)",
            ),
            required=True,
        ),
        Line(
            "solved",
            "single",
            ("问题解决了吗？", "Is your matter settled?"),
            options=(
                ("yes", "解决了", "Yes"),
                ("partly", "部分解决", "Partly"),
                ("no", "没有", "No"),
            ),
        ),
        Line(
            "missing",
            "text",
            ("还差什么？", "What is still missing?"),
            shown_if={
                "question": "solved",
                "any_of": ["partly", "no"],
            },
        ),
    ),
    trigger="case",
    trigger_days=1,
    case_below=2,
)

PROGRAMME = Template(
    "programme",
    ("关于会员计划", "About the programme"),
    ("会员对积分、等级和权益的看法。", "What members think of points, tiers and benefits."),
    ("您怎么看我们的会员计划？", "What do you think of our programme?"),
    ("", ""),
    (
        Line(
            "satisfied",
            "csat",
            (
                "总体来说，您对会员计划满意吗？（1 很不满意，5 很满意）",
                "All in all, how satisfied are you with the programme? (1 not at all, 5 very)",
            ),
            required=True,
        ),
        Line(
            "parts",
            "matrix",
            SATISFIED,
            driver=True,
            rows=(
                ("clear", "规则清楚", "The rules are clear"),
                ("worth", "积分值得攒", "Points are worth collecting"),
                ("gifts", "兑换的礼品", "The gifts"),
                ("tiers", "等级权益", "Benefits of the tiers"),
                ("expiry", "积分有效期", "How long points last"),
                ("told", "提醒及时", "We are told in time"),
            ),
        ),
        Line(
            "used",
            "multiple",
            ("您用过哪些？", "Which have you used?"),
            options=(
                ("points", "积分抵现", "Paid with points"),
                ("gifts", "兑换礼品", "Gifts for points"),
                ("coupons", "优惠券", "Coupons"),
                ("birthday", "生日礼", "The birthday treat"),
                ("none", "都没用过", "None"),
            ),
        ),
        Line("wish", "text", ("您最希望我们改进什么？", "What should we improve first?")),
    ),
)

LOYALTY = Template(
    "loyalty",
    ("忠诚度六因素", "What makes customers loyal"),
    ("六组十八项因素和推荐意愿，看哪一项最要紧。", "Six groups of three factors beside the recommendation."),
    ("什么让您愿意再来？", "What makes you come back?"),
    ("大约三分钟。", "It takes about three minutes."),
    (
        NPS,
        *(
            Line(code, "matrix", (zh + SCALE[0], en + SCALE[1]), rows=rows, driver=True, page=2 + n // 3)
            for n, (code, zh, en, rows) in enumerate(FACTORS)
        ),
        Line("more", "text", MORE.text, page=3),
    ),
)

EXIT = Template(
    "exit",
    ("离开的原因", "Why customers leave"),
    ("十一类三十三条流失原因，先选大类再选细项。", "Eleven groups of three causes: the group first, then the cause."),
    ("好久不见，能告诉我们原因吗？", "We have not seen you for a while. Why?"),
    ("两个问题就好。", "Just two questions."),
    (
        Line(
            "group",
            "single",
            ("主要是哪方面的原因？", "What was it mainly?"),
            required=True,
            options=tuple((code, zh, en) for code, zh, en, _causes in CAUSES),
        ),
        *(
            Line(
                f"cause_{code}",
                "multiple",
                ("具体是什么？", "What exactly?"),
                options=causes,
                shown_if={"question": "group", "any_of": [code]},
                page=2,
            )
            for code, _zh, _en, causes in CAUSES
        ),
        Line("back", "text", ("怎样您会愿意再来？", "What would bring you back?"), page=2),
    ),
)

TEMPLATES: dict[str, Template] = {one.code: one for one in (AFTER_PURCHASE, AFTER_SERVICE, PROGRAMME, LOYALTY, EXIT)}
