from members.models.audit_entry import AuditEntry
from members.models.channel import Channel
from members.models.exclusion import Exclusion
from members.models.identifier import Identifier
from members.models.import_batch import ImportBatch
from members.models.job import Job
from members.models.member import Member
from members.models.merchant import Merchant
from members.models.order import Order, OrderLine, Payment
from members.models.product import Category, Product
from members.models.refund import Refund
from members.models.store import Store
from members.models.touched import Touched
from members.models.user import User

__all__ = [
    "AuditEntry", "Category", "Channel", "Exclusion", "Identifier", "ImportBatch", "Job", "Member", "Merchant",
    "Order", "OrderLine", "Payment", "Product", "Refund", "Store", "Touched", "User",
]  # fmt: skip
