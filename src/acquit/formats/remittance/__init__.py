"""Remittance advices: what a payer says a payment is for, whatever form the payer says it in."""
