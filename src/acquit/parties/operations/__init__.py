"""Writes of the customer master: customers, their contacts, who read them, and their erasure; the lock."""

from acquit.parties.operations.contacts import (
    ContactDraft,
    ContactUnreachable,
    erase_contact,
    record_access,
    store_contact,
)
from acquit.parties.operations.customers import (
    UNIDENTIFIED_NUMBER,
    CustomerDraft,
    ensure_unidentified,
    lock_customers,
    lock_customers_beside_others,
    store_customers,
)
from acquit.parties.operations.erasing import (
    CannotDecideErasure,
    ask_for_erasure,
    erase_customer_data,
    erase_due_data,
    refuse_erasure,
)

__all__ = [
    "UNIDENTIFIED_NUMBER",
    "CannotDecideErasure",
    "ContactDraft",
    "ContactUnreachable",
    "CustomerDraft",
    "ask_for_erasure",
    "ensure_unidentified",
    "erase_contact",
    "erase_customer_data",
    "erase_due_data",
    "lock_customers",
    "lock_customers_beside_others",
    "record_access",
    "refuse_erasure",
    "store_contact",
    "store_customers",
]
