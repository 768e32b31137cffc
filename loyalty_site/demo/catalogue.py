"""What the demo shop is made of: stores, channels, menu and names of 青禾茶饮, a tea chain in Shanghai.

Names are data, so they are Chinese in every language of the pages. Phones use the unassigned 1xx-000 ranges and
e-mails example.com, so that nobody real can be reached.
"""

from dataclasses import dataclass
from typing import Final

MERCHANT_NAME: Final = "青禾茶饮"
CURRENCY: Final = "CNY"
ZONE: Final = "Asia/Shanghai"
LANGUAGE: Final = "zh-hans"

MEMBERS: Final = 48_000
MONTHS: Final = 24
CENT: Final = 100  # ten-thousandths


@dataclass(frozen=True)
class Store:
    """`opens` = share of the 24 months that had passed when the store opened; `weight` = its size."""

    code: str
    name: str
    opens: float
    weight: float


@dataclass(frozen=True)
class Channel:
    """`share` = of first orders; `pull` = how readily its buyers come back, the whole shop being 1;
    `later` = where they order from then on."""

    code: str
    name: str
    share: float
    pull: float
    later: dict[str, float]


@dataclass(frozen=True)
class Product:
    """`price` in cents; `summer`, `winter` = how often it is asked for in the warm and the cold half-year."""

    code: str
    name: str
    category: str
    price: int
    summer: float
    winter: float


STORES: Final = (
    Store("S01", "徐汇店", 0.0, 1.35),
    Store("S02", "静安店", 0.0, 1.30),
    Store("S03", "黄浦店", 0.0, 1.15),
    Store("S04", "陆家嘴店", 0.0, 1.20),
    Store("S05", "长宁店", 0.04, 1.00),
    Store("S06", "五角场店", 0.08, 1.10),
    Store("S07", "虹口店", 0.12, 0.85),
    Store("S08", "中山公园店", 0.17, 0.95),
    Store("S09", "莘庄店", 0.25, 0.80),
    Store("S10", "大宁店", 0.33, 0.75),
    Store("S11", "张江店", 0.42, 0.90),
    Store("S12", "嘉定新城店", 0.50, 0.60),
)

CHANNELS: Final = (
    Channel("store", "门店扫码", 0.362, 1.035, {"store": 0.70, "mini": 0.20, "delivery": 0.10}),
    Channel("mini", "小程序", 0.182, 1.035, {"store": 0.22, "mini": 0.70, "delivery": 0.08}),
    Channel("delivery", "外卖平台", 0.397, 0.95, {"store": 0.12, "mini": 0.08, "delivery": 0.80}),
    Channel("referral", "好友推荐", 0.057, 1.235, {"store": 0.45, "mini": 0.40, "delivery": 0.15}),
    Channel("partner", "联名活动", 0.002, 1.0, {"store": 0.50, "mini": 0.40, "delivery": 0.10}),
)
CHANNEL_CODES: Final = tuple(channel.code for channel in CHANNELS)
GUEST_CHANNELS: Final = {"store": 0.42, "delivery": 0.58}

PRODUCTS: Final = (
    Product("T101", "青禾龙井", "原叶茶", 1200, 5, 7),
    Product("T102", "桂花乌龙", "原叶茶", 1300, 5, 8),
    Product("T103", "茉莉毛尖", "原叶茶", 1200, 6, 6),
    Product("T104", "正山小种", "原叶茶", 1400, 3, 6),
    Product("T201", "青禾奶茶", "奶茶", 1490, 9, 14),
    Product("T202", "乌龙奶茶", "奶茶", 1590, 7, 11),
    Product("T203", "黑糖珍珠奶茶", "奶茶", 1690, 7, 12),
    Product("T204", "芋泥波波奶茶", "奶茶", 1890, 5, 10),
    Product("T205", "桂花酒酿奶茶", "奶茶", 1790, 2, 6),
    Product("T301", "满杯葡萄", "水果茶", 2290, 11, 5),
    Product("T302", "杨枝甘露", "水果茶", 2390, 10, 5),
    Product("T303", "手打柠檬茶", "水果茶", 1490, 14, 5),
    Product("T304", "多肉桃桃", "水果茶", 2190, 9, 2),
    Product("T305", "百香果双响炮", "水果茶", 1690, 7, 4),
    Product("T306", "鲜橙茉莉", "水果茶", 1790, 6, 4),
    Product("T401", "芝士龙井", "芝士茶", 1990, 5, 5),
    Product("T402", "芝士草莓", "芝士茶", 2490, 3, 6),
    Product("T403", "海盐芝士乌龙", "芝士茶", 1890, 4, 4),
    Product("T501", "生椰拿铁", "茶咖", 1690, 5, 6),
    Product("T502", "茉莉拿铁", "茶咖", 1790, 3, 4),
    Product("T601", "海苔肉松贝果", "点心", 1290, 3, 4),
    Product("T602", "抹茶巴斯克", "点心", 1890, 2, 3),
    Product("T603", "桂花糯米糕", "点心", 990, 2, 3),
    Product("T701", "青禾茶礼盒", "周边", 8800, 0.2, 0.5),
    Product("T702", "随行杯", "周边", 6900, 0.25, 0.25),
)
CATEGORIES: Final = tuple(dict.fromkeys(product.category for product in PRODUCTS))
GIFT_CARD_NAME: Final = "青禾礼品卡"
GIFT_CARD_VALUES: Final = (5000, 10000, 20000)  # cents
FEE_NAME: Final = "配送费"
FEES: Final = (300, 400, 500, 600)  # cents
FREE_DELIVERY_FROM: Final = 4500  # cents

PHONE_PREFIXES: Final = ("131", "132", "135", "137", "138", "139", "150", "158", "186", "188")
MAIL_DOMAIN: Final = "example.com"

# Surname, how it is spelt in an address, how common it is (per mille, roughly).
SURNAMES: Final = (
    ("王", "wang", 72), ("李", "li", 72), ("张", "zhang", 68), ("刘", "liu", 54), ("陈", "chen", 53),
    ("杨", "yang", 33), ("赵", "zhao", 22), ("黄", "huang", 22), ("周", "zhou", 25), ("吴", "wu", 24),
    ("徐", "xu", 24), ("孙", "sun", 17), ("胡", "hu", 15), ("朱", "zhu", 19), ("高", "gao", 12),
    ("林", "lin", 14), ("何", "he", 13), ("郭", "guo", 11), ("马", "ma", 10), ("罗", "luo", 10),
    ("梁", "liang", 9), ("宋", "song", 9), ("郑", "zheng", 9), ("谢", "xie", 8), ("韩", "han", 7),
    ("唐", "tang", 8), ("冯", "feng", 7), ("于", "yu", 6), ("董", "dong", 6), ("程", "cheng", 7),
    ("曹", "cao", 7), ("袁", "yuan", 6), ("邓", "deng", 6), ("许", "xu", 7), ("傅", "fu", 4),
    ("沈", "shen", 10), ("曾", "zeng", 5), ("彭", "peng", 5), ("吕", "lyu", 5), ("苏", "su", 5),
    ("卢", "lu", 5), ("蒋", "jiang", 7), ("蔡", "cai", 6), ("陆", "lu", 8), ("叶", "ye", 6),
    ("顾", "gu", 8), ("夏", "xia", 5), ("钱", "qian", 5), ("姚", "yao", 5), ("欧阳", "ouyang", 1),
)  # fmt: skip
_GIVEN = (
    "敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 芳 伟 娜 秀英 婷 雪 琳 颖 倩 蕾 薇 佳 俊 宁 晨 昊 瑶 "
    "子涵 欣怡 雨桐 诗涵 梓萱 思远 浩然 宇轩 子轩 俊杰 雅婷 佳琪 晓雯 文静 嘉怡 嘉豪 志强 建国 春梅 雪梅 海燕 丽娟 "
    "晓东 晓明 思琪 梦洁 梦瑶 天宇 一鸣 一诺 若曦 语嫣 书涵 乐怡 可欣 安琪 依依 慧敏 慧玲 国华 立新 文博 泽宇 子墨 "
    "奕辰 沐阳 景行 明哲 知远 清妍 婉清 佩珊 淑华 玉兰 秋月 晓燕 凯 鑫 斌 鹏 悦 蓉 萍 怡 彤"
)
GIVEN_NAMES: Final = tuple(_GIVEN.split())
