"""Writes of the subledger."""

from acquit.receivables.operations.carrying import (
    CannotCarry,
    CarriedPart,
    accelerate_instalments,
    carry_deduction,
    leave_residual,
    split_into_instalments,
)
from acquit.receivables.operations.charging import CannotCharge, charge_costs, take_back_costs
from acquit.receivables.operations.clearing import (
    CLEARING_COLUMNS,
    EDGE_COLUMNS,
    ITEM_COLUMNS,
    CannotUnclear,
    add_clearings,
    add_item_columns,
    add_items,
    clear_items,
    unclear_items,
)
from acquit.receivables.operations.clearing_columns import clear_item_columns
from acquit.receivables.operations.down_payments import (
    CannotTakeDownPayment,
    receive_down_payment,
    request_down_payment,
    settle_down_payment,
)
from acquit.receivables.operations.drafting import NotOpen
from acquit.receivables.operations.netting import (
    CannotNet,
    NettedPart,
    end_netting_agreement,
    net_items,
    record_netting_agreement,
    undo_netting,
)
from acquit.receivables.operations.provisions import (
    CannotProvide,
    approve_provision,
    assess_customer,
    post_provision,
    propose_provision,
    reverse_provision,
)
from acquit.receivables.operations.write_offs import (
    CannotApproveWriteOff,
    LossFacts,
    approve_write_off,
    record_recovery,
    refuse_write_off,
    request_write_off,
    reverse_write_off,
)

__all__ = [
    "CLEARING_COLUMNS",
    "EDGE_COLUMNS",
    "ITEM_COLUMNS",
    "CannotApproveWriteOff",
    "CannotCarry",
    "CannotCharge",
    "CannotNet",
    "CannotProvide",
    "CannotTakeDownPayment",
    "CannotUnclear",
    "CarriedPart",
    "LossFacts",
    "NettedPart",
    "NotOpen",
    "accelerate_instalments",
    "add_clearings",
    "add_item_columns",
    "add_items",
    "approve_provision",
    "approve_write_off",
    "assess_customer",
    "carry_deduction",
    "charge_costs",
    "clear_item_columns",
    "clear_items",
    "end_netting_agreement",
    "leave_residual",
    "net_items",
    "post_provision",
    "propose_provision",
    "receive_down_payment",
    "record_netting_agreement",
    "record_recovery",
    "refuse_write_off",
    "request_down_payment",
    "request_write_off",
    "reverse_provision",
    "reverse_write_off",
    "settle_down_payment",
    "split_into_instalments",
    "take_back_costs",
    "unclear_items",
    "undo_netting",
]
