from members.models.api_token import ApiToken
from members.models.approval import Approval
from members.models.audit_entry import AuditEntry
from members.models.channel import Channel
from members.models.consent import Consent
from members.models.exclusion import Exclusion
from members.models.export import Export
from members.models.identifier import Identifier
from members.models.identity_conflict import IdentityConflict
from members.models.import_batch import ImportBatch
from members.models.import_preset import ImportPreset
from members.models.insight_mark import InsightMark
from members.models.invitation import Invitation
from members.models.job import Job
from members.models.member import Member
from members.models.member_edit import MemberEdit
from members.models.member_merge import MemberMerge
from members.models.merchant import Merchant
from members.models.message import Message, MessageTemplate
from members.models.order import Order, OrderLine, Payment
from members.models.product import Category, Product
from members.models.refund import Refund
from members.models.saved_view import SavedView
from members.models.schedule_mark import ScheduleMark
from members.models.segment import Segment, SegmentMember
from members.models.shop_connection import PrivacyRequest, ShopConnection, ShopDelivery, ShopOrder
from members.models.staff_session import StaffSession
from members.models.store import Store
from members.models.tag import MemberTag, Tag
from members.models.target import Target
from members.models.touched import Touched
from members.models.tries import Tries
from members.models.user import User
from members.models.webhook import Webhook, WebhookMessage

__all__ = [
    "ApiToken", "Approval", "AuditEntry", "Category", "Channel", "Consent", "Exclusion", "Export", "Identifier",
    "IdentityConflict", "ImportBatch", "ImportPreset", "InsightMark", "Invitation", "Job", "Member", "MemberEdit",
    "MemberMerge", "MemberTag", "Merchant", "Message", "MessageTemplate", "Order", "OrderLine", "Payment",
    "PrivacyRequest", "Product", "Refund", "SavedView", "ScheduleMark", "Segment", "SegmentMember",
    "ShopConnection", "ShopDelivery", "ShopOrder", "StaffSession", "Store", "Tag", "Target", "Touched", "Tries",
    "User", "Webhook", "WebhookMessage",
]  # fmt: skip
