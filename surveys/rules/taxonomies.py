"""What makes customers loyal (6 groups of 3 factors), and why they leave (11 groups of 3 causes).

Each group: code, Chinese, English, and its members in the same form. Codes are kept for good: answers name them.
"""

Named = tuple[str, str, str]
Group = tuple[str, str, str, tuple[Named, ...]]

FACTORS: tuple[Group, ...] = (
    (
        "satisfaction",
        "顾客满意度",
        "Satisfaction",
        (
            ("exceeds", "超出预期", "Exceeds what I expect"),
            ("service", "服务质量", "Quality of service"),
            ("bond", "情感连接", "I feel close to it"),
        ),
    ),
    (
        "value",
        "顾客价值",
        "Value",
        (
            ("economic", "经济价值", "Worth the money"),
            ("functional", "功能价值", "Does what I need"),
            ("social", "社会价值", "I like to be seen with it"),
        ),
    ),
    (
        "convenience",
        "便利性",
        "Convenience",
        (
            ("channels", "渠道便利", "Easy to reach"),
            ("buying", "购买便利", "Easy to buy"),
            ("available", "可获得性", "There when I want it"),
        ),
    ),
    (
        "personal",
        "个性化",
        "Personal",
        (
            ("tailored", "定制", "Made to my taste"),
            ("targeted", "针对性营销", "Offers that fit me"),
            ("rewards", "专属奖励", "Rewards of my own"),
        ),
    ),
    (
        "trust",
        "信任和声誉",
        "Trust and reputation",
        (
            ("open", "透明", "Open with me"),
            ("reputation", "声誉", "Well spoken of"),
            ("recommended", "推荐", "Recommended to me"),
        ),
    ),
    (
        "relationship",
        "关系管理",
        "Relationship",
        (
            ("contact", "持续沟通", "Keeps in touch"),
            ("programme", "忠诚度计划", "The loyalty programme"),
            ("membership", "会员计划", "Being a member"),
        ),
    ),
)


CAUSES: tuple[Group, ...] = (
    (
        "quality",
        "产品或服务质量差",
        "Poor quality",
        (
            ("quality_defective", "质量不佳", "Defective"),
            ("quality_missing", "功能不全", "Something was missing"),
            ("quality_unreliable", "不可靠", "Unreliable"),
        ),
    ),
    (
        "price",
        "价格过高",
        "Price",
        (
            ("price_competitors", "高于竞争对手", "Dearer than others"),
            ("price_value", "与感知价值不符", "Not worth it"),
            ("price_hidden", "隐藏费用", "Hidden costs"),
        ),
    ),
    (
        "service",
        "糟糕的客户服务",
        "Poor service",
        (
            ("service_cold", "冷漠低效", "Cold or slow"),
            ("service_waiting", "等待长、难联系", "Long waits, hard to reach"),
            ("service_complaints", "投诉处理不当", "A complaint badly handled"),
        ),
    ),
    (
        "impersonal",
        "缺乏个性化",
        "Nothing personal",
        (
            ("impersonal_offers", "无推荐优惠", "No offers for me"),
            ("impersonal_history", "不记偏好历史", "Does not know me"),
            ("impersonal_marketing", "无针对性营销", "Advertising that does not fit"),
        ),
    ),
    (
        "competition",
        "竞争激烈",
        "Competition",
        (
            ("competition_better", "更好的对手", "Found better"),
            ("competition_crowded", "市场饱和", "So many others"),
            ("competition_substitute", "替代品或低价", "A substitute, or cheaper"),
        ),
    ),
    (
        "estranged",
        "关系疏远",
        "Grown apart",
        (
            ("estranged_silence", "缺乏沟通", "Heard nothing"),
            ("estranged_feedback", "未征求反馈、解决投诉", "Nobody asked or put it right"),
            ("estranged_rewards", "无持续价值奖励", "No lasting rewards"),
        ),
    ),
    (
        "life",
        "生活方式变化",
        "Life has changed",
        (
            ("life_needs", "需求偏好变化", "Other needs"),
            ("life_moved", "搬迁不便", "Moved away"),
            ("life_income", "收入变化", "Other income"),
        ),
    ),
    (
        "technology",
        "技术进步",
        "Technology",
        (
            ("technology_replaced", "新技术替代", "Replaced by something new"),
            ("technology_ways", "新消费模式", "New ways to buy"),
            ("technology_faults", "技术故障", "Technical trouble"),
        ),
    ),
    (
        "society",
        "社会影响",
        "Society",
        (
            ("society_opinion", "规范舆论", "What others think"),
            ("society_rumours", "负面口碑、召回", "Bad news, recalls"),
            ("society_green", "环保趋势", "Better for the environment"),
        ),
    ),
    (
        "unforeseen",
        "不可预见",
        "Unforeseen",
        (
            ("unforeseen_crisis", "灾害、衰退", "Disaster, hard times"),
            ("unforeseen_illness", "疾病", "Illness"),
            ("unforeseen_family", "家庭个人问题", "Family or personal reasons"),
        ),
    ),
    (
        "other",
        "其他",
        "Other",
        (
            ("other_tired", "厌烦", "Tired of it"),
            ("other_programme", "参加其他忠诚度计划", "In another programme"),
            ("other_values", "社会责任顾虑", "Doubts about its conduct"),
        ),
    ),
)
