"""What happened here, for the apps above. Sent on commit; a lost event is made up for by what pulls the truth."""

from django.dispatch import Signal

facts_changed = Signal()
"""Orders, refunds or exclusions were recorded or voided. Arguments: `by` (Actor), `wait` (bool: the sender wants the
reports current before it goes on, as a command does)."""
