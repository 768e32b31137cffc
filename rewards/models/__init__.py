from rewards.models.account import Account
from rewards.models.entry import Entry
from rewards.models.lot import Lot
from rewards.models.posting import Posting

__all__ = ["Account", "Entry", "Lot", "Posting"]
