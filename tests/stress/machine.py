"""Every act that changes books, in any order: a state machine that hypothesis drives and shrinks."""

from __future__ import annotations

from tests.stress.acts_advances import AdvancesActs
from tests.stress.acts_clearing import ClearingActs
from tests.stress.acts_ledger import LedgerActs
from tests.stress.acts_losses import LossesActs
from tests.stress.acts_money import MoneyActs
from tests.stress.acts_receipts import ReceiptsActs


class BooksMachine(MoneyActs, ReceiptsActs, ClearingActs, LossesActs, AdvancesActs, LedgerActs):
    """Acts on the real books and on the model's."""
