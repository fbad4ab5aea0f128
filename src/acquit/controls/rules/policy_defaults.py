"""The policies the product ships (handbook sections 6 to 8); a company's own version replaces one from its date on."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULTS: Mapping[str, Mapping[str, str | int | list[str] | dict[str, list[str]]]] = {
    "MATCHING": {
        "reference_weight": "0.60",
        "amount_weight": "0.25",
        "payer_weight": "0.15",
        "auto_from": "0.85",
        "propose_from": "0.40",
        "tolerance_amount": "5.00",
        "tolerance_percent": "0.5",
        "fee_tolerance_amount": "25.00",
        "discount_grace_days": 3,
        "subset_items_at_most": 25,
        "subset_seconds_at_most": "2",
        "alias_confirmations": 2,
        "similarity_from": "0.92",
        "given_payer_posts_by_amount": 1,
        "slips_at_most": 1,
        "chance_at_most": "0.05",
        "duplicate_days": 60,
        "return_days": 400,
        "deduction_percent_at_most": "20",
        # Steps 1 and 2 of the cascade; steps 4 to 6 post alone only where the customer agreed (handbook section 6).
        # A number with a slip is more than an amount: it posts alone where payer and exact amount agree with it.
        "posts_alone": [
            *("STRUCTURED_REFERENCE", "DOCUMENT_NUMBER", "ORDER_NUMBER", "NUMBER_PART", "SIMILAR_NUMBER"),
            *("ADVICE", "STATEMENT_PAID", "RETURNED"),
        ],
        "certain_amount_share": "0.5",
        "advice_days": 14,
        "fx_percent_at_most": "2",
        # How banks mark lines of their own (ISO 20022 domain, SWIFT type, German business code), what they write on
        # them, and who is no customer.
        "own_money_codes": ["ACMT", "CAMT", "NCHG", "NINT", "805", "808", "814", "833"],
        "own_money_words": [
            *("ZINSEN", "HABENZINS", "CREDIT INTEREST", "INTEREST", "KONTOFÜHRUNG", "ENTGELT", "ABSCHLUSS"),
            *("CASH POOL", "CASHPOOL", "SWEEP", "ÜBERTRAG", "KONTOÜBERTRAG", "UMBUCHUNG"),
            *("ZBA", "ZERO BALANC", "CONCENTRATION ACCOUNT"),
            *("STEUERERSTATTUNG", "VAT REFUND", "RÜCKERSTATTUNG", "ERSTATTUNG", "REFUND", "REMBOURSEMENT"),
            *("REEMBOLSO", "RIMBORSO", "TERUGBETALING", "INSURANCE", "VERSICHERUNG"),
            *("CREDITRENTE", "INTÉRÊTS", "INTERETS", "INTERESES", "INTERESSI", "JUROS", "ODSETKI", "RÄNTA"),
        ],
        "own_money_names": ["FINANZAMT", "FINANZKASSE", "HAUPTZOLLAMT", "HMRC", "HM REVENUE", "TAX OFFICE"],
        "returned_words": [
            *("RÜCKLASTSCHRIFT", "RÜCKLAST", "RETOURE", "UNPAID", "RETURNED", "BOUNCED", "IMPAYÉ", "REJET"),
            *(
                "DEVOLUCIÓN",
                "DEVOLUÇÃO",
                "INSOLUTO",
                "STORNO",
                "RÜCKBUCH",
                "RÜCKGABE",
                "CHARGEBACK",
                "REVERSAL",
            ),
            *("TERUGBOEK", "EXTOURNE", "CONTREPASS", "ZWROT"),
        ],
        "on_account_words": [
            *("AKONTO", "ACONTO", "A CONTO", "A-CONTO", "ANZAHLUNG", "ABSCHLAG", "VORAUSZAHLUNG", "VORKASSE"),
            *(
                "ON ACCOUNT",
                "DEPOSIT",
                "PREPAYMENT",
                "ADVANCE PAYMENT",
                "ACOMPTE",
                "ANTICIPO",
                "ADIANTAMENTO",
                "AANBETALING",
                "VOORUITBETALING",
                "ACCONTO",
                "ZALICZK",
                "FÖRSKOTT",
            ),
        ],
        "part_payment_words": [
            *("TEILZAHLUNG", "TEILBETRAG", "RATE", "PART PAYMENT", "PARTIAL", "INSTALMENT", "INSTALLMENT"),
            *("PAIEMENT PARTIEL", "PAGO PARCIAL", "PAGAMENTO PARCIAL", "DEELBETALING", "TERMIJN", "RATA"),
            *("DELBETALNING", "ÉCHÉANCE", "PAGAMENTO PARZIALE", "CZĘŚCIOW"),
        ],
        # A payer who pays by our statement of account or all that is due says so.
        "statement_words": [
            *(
                "STATEMENT",
                "KONTOAUSZUG",
                "OFFENE POSTEN",
                "OP-LISTE",
                "OPOS",
                "SALDENLISTE",
                "KONTOAUSGLEICH",
            ),
            *(
                "ALL OPEN",
                "ALL DUE",
                "ALLE OFFENEN",
                "ALLE FÄLLIGEN",
                "ALLE RECHNUNGEN",
                "SALDO",
                "BALANCE DUE",
            ),
            *(
                "FÄLLIG",
                "AUSGLEICH",
                "ALL INVOICES",
                "PAID IN FULL",
                "REKENINGOVERZICHT",
                "OPENSTAANDE",
                "VERVALLEN",
            ),
            *("SOLDE", "ÉCHU", "VENCID", "SCADUT", "ZALEGŁ", "WYCIĄG", "KONTOUTDRAG"),
            *("RELEVÉ", "ESTADO DE CUENTA", "EXTRACTO", "ESTRATTO CONTO", "EXTRATO", "MONTHLY ACCOUNT"),
        ],
        # Who sets a credit note off says so, if not which.
        "credit_words": [
            *(
                "GUTSCHR",
                "CREDIT NOTE",
                "CREDIT MEMO",
                "CREDITNOTE",
                "AVOIR",
                "NOTE DE CREDIT",
                "NOTE DE CRÉDIT",
            ),
            *("ABONO", "NOTA DE CREDITO", "NOTA DE CRÉDITO", "NOTA CREDITO", "NOTA DI CREDITO", "CREDITNOTA"),
            *(
                "CREDITFACTUUR",
                "KREDITNOT",
                "KREDITFAKTUR",
                "KOREKT",
                "NOTA KREDYTOWA",
                "DOBROPIS",
                "HYVITYS",
            ),
        ],
        # Who pays for many is no customer's alias: payment agents, factors, insolvency administrators.
        "agent_words": [
            *("FACTOR", "INSOLVENZ", "INSOLVENCY", "TREUHAND", "TRUSTEE", "ADMINISTRATOR", "INKASSO"),
            *("PAYMENT SERVICE", "PAYMENTS", "ZENTRALREGUL", "ZAHLUNGSDIENST", "CLEARING", "VERRECHNUNG"),
            *("PAYING AGENT", "ABRECHNUNGSSTELLE", "AFFACTURAGE", "RECEIVABLES FINANCE"),
        ],
        # A habit of a payer is believed after so many payments that showed it, and so large a share of them; a part
        # payment of a multiple of this amount is a round one.
        "habit_count_from": 3,
        "habit_share_from": "0.75",
        "habit_round_amount": "100",
        # A learned model takes so many proposals that people decided. It posts alone where the chance of a wrong
        # posting times its cost is at most the minutes saved times what one costs (here from 0.999 on), and none of
        # these.
        "model_rows_from": 500,
        "model_minutes": "1",
        "model_minute_cost": "1.00",
        "model_wrong_cost": "1000.00",
        "model_vetoes": [
            *("TWO_SOLUTIONS", "PAYER_AMBIGUOUS", "PAYER_IS_ANOTHER", "SEVERAL_CUSTOMERS", "NOBODY_KNOWN"),
            *(
                "LOOKS_LIKE_DUPLICATE",
                "NAMES_CLEARED",
                "MAYBE_CANCELLED",
                "MAY_BE_ACCIDENT",
                "SAYS_ON_ACCOUNT",
            ),
            *("ADVICE_DISAGREES", "LINE_NOT_FOUND", "OTHER_CURRENCY", "OVERPAID", "DEDUCTION", "RETURNED"),
        ],
        "discount_words": [
            "SKONTO",
            "SKTO",
            "DISC",
            "ESCOMPTE",
            "DESCUENTO",
            "DESCONTO",
            "SCONTO",
            "KORTING",
            "RABATT",
        ],
        # By the handbook's reason tree (section 8).
        "deduction_words": {
            "QUALITY": [
                *("BRUCH", "SCHADEN", "SCHÄDEN", "BESCHÄDIG", "MANGEL", "MÄNGEL", "DEFEKT", "REKLAMATION"),
                *("DAMAGE", "DEFECT", "FAULTY", "BROKEN", "AVARIE", "DÉFAUT", "ROTURA", "AVARIA"),
            ],
            "QUANTITY": [
                *("MINDERMENGE", "FEHLMENGE", "MENGENDIFF", "SHORT DELIVERY", "SHORTAGE", "SHORT SHIP"),
                *("MANQUANT", "FALTANTE", "RETOURE", "RETURNED GOODS"),
            ],
            "PRICING": [
                "PREISDIFF",
                "PREISABW",
                "PREISFEHLER",
                "PRICE",
                "PRICING",
                "PRIX",
                "PRECIO",
                "PREÇO",
            ],
            "DELIVERY": ["VERSPÄT", "LIEFERVERZUG", "LATE DELIVERY", "RETARD", "RETRASO", "ATRASO"],
            "TRADE_PROMO": ["WKZ", "WERBEKOSTEN", "BONUS", "PROMO", "REBATE", "RÜCKVERGÜTUNG"],
            "BILLING": ["DOPPELT", "BILLED TWICE", "CHARGED TWICE", "DUPLICATE", "FALSCH BERECHNET"],
            "SERVICE": ["AUSFALL", "OUTAGE", "NICHT ERBRACHT"],
            "TAX": ["QUELLENSTEUER", "WITHHOLDING", "RETENCIÓN", "RITENUTA"],
        },
    },
    "UNAPPLIED": {
        "escalate_days": 30,
        "question_days": 7,
        "bucket_days": ["7", "30", "60", "90"],
    },
    "WRITE_OFF": {"alone_amount": "100.00", "second_amount": "10000.00"},
    # IFRS 9 illustrative example 12.
    "PROVISION": {
        "loss_rates": ["0.3", "1.6", "3.6", "6.6", "10.6"],
        "abroad_loss_rates": ["0.3", "1.6", "3.6", "6.6", "10.6"],
    },
    "WORKLIST": {
        "overdue_points": "40",
        "age_points": "25",
        "payment_points": "20",
        "risk_points": "15",
        "overdue_cap_amount": "100000",
        "age_cap_days": 90,
        "disputed_factor": "0.5",
        "smallest_amount": "5.00",
        "call_from_score": "30",
    },
    "DIRECT_DEBIT": {
        "pre_notification_days": 14,
        "submit_business_days": 1,
        "mandate_lapse_months": 36,
        "core_refund_days": 56,
        "unauthorised_months": 13,
        "core_return_days": 5,
        "b2b_return_days": 3,
        "is_first_marked": False,
        "retries_at_most": 1,
        "pay_day": 1,
        "return_actions": {
            "RETRY": ["AM04", "MS03"],
            "SUSPEND": ["AC01", "AC04", "AC06", "AC13", "AG01"],
            "STOP": ["MD01", "MD02", "FOCR"],
            "DISPUTE": ["MD06"],
            "ESTATE": ["MD07"],
            "CONTACT": ["MS02", "SL01"],
            "OWN_FILES": ["AM05", "DUPL", "FF01", "FF05", "RC01", "BE05", "CNOR", "DNOR", "ED05"],
        },
        "charged_return_codes": [],
        "own_return_fee_amount": "0",
    },
    "REFUND": {"return_to_sender_days": 90},
    "LEDGER": {
        "booking_days_ahead": 93,
        "booking_days_back": 36525,
        "manual_entry_alone_amount": "1000.00",
    },
}
