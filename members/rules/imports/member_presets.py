"""What is known about the customer exports of shop systems and CRMs; other columns are matched by their names."""

from members.rules.imports.presets import Preset

SHOPIFY = Preset(
    name="shopify",
    kind="members",
    marks=("First Name", "Last Name", "Email", "Total Spent", "Tax Exempt"),
    columns={
        "account": "Customer ID",
        "given_name": "First Name",
        "family_name": "Last Name",
        "email": "Email",
        "phone": "Phone",
        "phone2": "Default Address Phone",
        "city": ("Default Address City", "City"),
    },
)

ZOHO = Preset(
    name="zoho",
    kind="members",
    marks=("Contact Owner", "Last Name", "Email"),
    columns={
        "account": ("Record Id", "Contact Id"),
        "given_name": "First Name",
        "family_name": "Last Name",
        "phone": "Mobile",
        "phone2": "Phone",
        "phone3": "Home Phone",
        "phone4": "Other Phone",
        "email": "Email",
        "email2": "Secondary Email",
        "birthday": "Date of Birth",
        "city": "Mailing City",
        "joined_on": "Created Time",
    },
)

FXIAOKE = Preset(
    name="fxiaoke",
    kind="members",
    marks=("客户名称", "客户编号", "负责人"),
    columns={
        "member_no": "客户编号",
        "name": "客户名称",
        "phone": ("手机", "电话"),
        "email": ("邮件", "邮箱"),
        "city": ("市", "城市"),
        "joined_on": "创建时间",
    },
    zone="Asia/Shanghai",
    store_zone="Asia/Shanghai",
)

MEMBER_PRESETS = {preset.name: preset for preset in (SHOPIFY, ZOHO, FXIAOKE)}
