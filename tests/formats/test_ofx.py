"""OFX and QFX: values with and without end tags, amounts, dates, what a bank sends in place of a statement."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.formats.ofx import read_ofx
from acquit.formats.ofx.reader import parse_ofx_amount, parse_ofx_day
from acquit.formats.ofx.tags import iter_tags
from acquit.formats.statements import Statement, StatementLine, UnreadableStatement, line_identities
from acquit.formats.unreadable import NotReadable
from tests.formats.bank_samples import expected_rows, read_bytes, read_file, warning_codes
from tests.shared_data import shared_data

HEADER = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"
TRANSACTION = (
    "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260203120000.000[-5:EST]<TRNAMT>10.00<FITID>F1"
    "<NAME>ACME<MEMO>Invoice 1</STMTTRN>"
)


def ofx(*transactions: str, balance: str = "<LEDGERBAL><BALAMT>15.00<DTASOF>20260203</LEDGERBAL>") -> bytes:
    return (
        f"{HEADER}<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260204</SONRS>"
        "</SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>7<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD"
        "<BANKACCTFROM><BANKID>1<ACCTID>123<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260201"
        f"<DTEND>20260228{''.join(transactions)}</BANKTRANLIST>{balance}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    ).encode()


def read_one(content: bytes) -> Statement:
    (statement,) = read_bytes(read_ofx, content)
    return statement


def read_line(transaction: str) -> StatementLine:
    (line,) = read_one(ofx(transaction)).lines
    return line


def refusal_of(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as refused:
        read_bytes(read_ofx, content)
    return refused.value


class TestValues:
    @pytest.mark.parametrize(
        ("text", "amount"),
        [
            ("10", "10"),
            ("-16.85", "-16.85"),
            ("+1,5", "1.5"),
            ("1,234.56", "1234.56"),
            ("1.234,56", "1234.56"),
            (" 5. ", "5"),
        ],
    )
    def test_amounts(self, text: str, amount: str) -> None:
        assert parse_ofx_amount(text)[0] == Decimal(amount)

    @pytest.mark.parametrize(
        "text", ["", "$120", "1,234", "12 34", "1.2.3", "--1", "1e5", "NaN", "٣", "9" * 30]
    )
    def test_amounts_with_more_or_less_than_one_meaning(self, text: str) -> None:
        with pytest.raises(NotReadable):
            parse_ofx_amount(text)

    def test_days_are_taken_as_written(self) -> None:
        assert parse_ofx_day("20260203235959.999[+13:X]") == date(2026, 2, 3)
        assert parse_ofx_day("") is None
        for text in ("20260230", "2026", "20261301", "0203-2026"):
            with pytest.raises(NotReadable):
                parse_ofx_day(text)


class TestTransactions:
    def test_fields(self) -> None:
        line = read_line(TRANSACTION)
        assert (line.amount, line.currency, line.booking_date) == (Decimal("10.00"), "USD", date(2026, 2, 3))
        assert (line.bank_reference, line.counterparty, line.text) == ("F1", "ACME", "Invoice 1")
        assert line.transaction_code == "CREDIT"

    @pytest.mark.parametrize(
        "transaction",
        [
            "<STMTTRN>\n<TRNTYPE>CREDIT\n<DTPOSTED>20260203\n<TRNAMT>10.00\n<FITID>F1\n<NAME>A &amp; B\n</STMTTRN>",
            "<STMTTRN><DTPOSTED>20260203<TRNAMT>10</TRNAMT><FITID>F1</FITID><NAME>A &amp; B</NAME></STMTTRN>",
            "<stmttrn><dtposted>20260203<trnamt>10.00<fitid>F1<name><![CDATA[A & B]]></stmttrn>",
            "<STMTTRN><DTPOSTED>20260203<CHECKNUM><TRNAMT>10.00<MEMO></MEMO><FITID>F1<NAME>A &#38; B</STMTTRN>",
            "<STMTTRN><DTPOSTED>20260203<TRNAMT>10.00<FITID>F1<PAYEE><NAME>A & B<CITY>X</PAYEE></STMTTRN>",
        ],
    )
    def test_values_with_and_without_end_tags(self, transaction: str) -> None:
        line = read_line(transaction)
        assert (line.amount, line.bank_reference, line.counterparty) == (Decimal("10.00"), "F1", "A & B")

    def test_without_a_date_the_periods_end_is_taken_and_said(self) -> None:
        one = read_one(ofx(TRANSACTION.replace("<DTPOSTED>20260203120000.000[-5:EST]", "")))
        assert one.lines[0].booking_date == date(2026, 2, 28)
        assert "DATE_MISSING" in warning_codes(one)

    def test_two_transactions_with_one_id_stay_two(self) -> None:
        one = read_one(ofx(TRANSACTION, TRANSACTION))
        assert len(set(line_identities(one))) == 2

    def test_pending_transactions_are_apart(self) -> None:
        pending = TRANSACTION.replace("STMTTRN>", "STMTTRNP>")
        one = read_one(ofx(TRANSACTION, pending))
        assert (len(one.lines), len(one.pending_lines)) == (1, 1)

    def test_accounts_of_the_other_side(self) -> None:
        there = "<BANKACCTTO><ACCTID>DE02 1203 0000 0000 2020 51</BANKACCTTO></STMTTRN>"
        assert read_line(TRANSACTION.replace("</STMTTRN>", there)).iban == "DE02120300000000202051"
        there = "<BANKACCTTO><ACCTID>987</BANKACCTTO></STMTTRN>"
        assert read_line(TRANSACTION.replace("</STMTTRN>", there)).counterparty_account == "987"

    def test_another_currency(self) -> None:
        foreign = "<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY></STMTTRN>"
        one = read_one(ofx(TRANSACTION.replace("</STMTTRN>", foreign)))
        assert (one.lines[0].currency, one.currency) == ("EUR", "USD")
        assert "ENTRY_OTHER_CURRENCY" in warning_codes(one)

    @pytest.mark.parametrize(
        ("before", "after", "code", "value"),
        [
            ("<TRNAMT>10.00", "<TRNAMT>$120", "AMOUNT_UNREADABLE", "$120"),
            ("<TRNAMT>10.00", "", "AMOUNT_UNREADABLE", ""),
            ("<TRNAMT>10.00", "<TRNAMT>1<TRNAMT>2", "ELEMENT_TWICE", "2"),
            ("20260203120000.000[-5:EST]", "20260231", "DATE_UNREADABLE", "20260231"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_its_line(
        self, before: str, after: str, code: str, value: str
    ) -> None:
        refused = refusal_of(ofx(TRANSACTION.replace(before, after)))
        assert (refused.code, refused.value, refused.place) == (code, value, "statement 1, line 7")


class TestStatements:
    def test_header_and_balance(self) -> None:
        one = read_one(ofx(TRANSACTION))
        assert (one.format, one.account, one.currency, one.statement_id) == ("OFX", "123", "USD", "7")
        assert (one.opening, one.closing, one.closing_date) == (None, Decimal("15.00"), date(2026, 2, 3))
        assert (one.balanced, one.warnings) == (None, ())

    def test_without_a_balance(self) -> None:
        assert "BALANCE_MISSING" in warning_codes(
            read_one(ofx(TRANSACTION, balance="<LEDGERBAL><BALAMT></LEDGERBAL>"))
        )

    def test_one_line_of_any_length(self) -> None:
        content = ofx(*[TRANSACTION] * 20_000).replace(b"\n", b"")
        content = content.replace(b"CHARSET:1252", b"CHARSET:1252 ")
        assert len(content) > 2_000_000
        assert len(read_one(content).lines) == 20_000

    @pytest.mark.parametrize("size", [1, 2, 7, 100])
    def test_pieces_may_end_anywhere(self, size: int) -> None:
        text = ofx(TRANSACTION.replace("ACME", "<![CDATA[A <b> & C]]><!-- x -->")).decode()
        whole = list(iter_tags([text]))
        assert list(iter_tags([text[at : at + size] for at in range(0, len(text), size)])) == whole
        assert ("NAME", "A <b> & C") in [(tag.name, tag.value) for tag in whole]

    def test_the_declared_encoding(self) -> None:
        content = ofx(TRANSACTION.replace("ACME", "Café €")).decode().encode("cp1252")
        one = read_one(content)
        assert one.lines[0].counterparty == "Café €"
        assert "ENCODING_ASSUMED" in warning_codes(one)
        assert read_one(ofx(TRANSACTION.replace("ACME", "Café €"))).lines[0].counterparty == "Café €"


class TestRefusals:
    def test_a_document_type_is_refused(self) -> None:
        content = ofx(TRANSACTION).replace(
            b"<OFX>", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><OFX>'
        )
        assert refusal_of(content).code == "XML_DOCTYPE"

    def test_an_unknown_entity_stays_as_it_stands(self) -> None:
        assert read_line(TRANSACTION.replace("ACME", "&xxe;")).counterparty == "&xxe;"

    def test_cut_off_anywhere_it_is_refused(self) -> None:
        content = ofx(TRANSACTION, TRANSACTION)
        for length in range(0, len(content) - 6, 11):
            assert refusal_of(content[:length]).code in {"NOT_OFX", "FILE_CUT_OFF"}

    @pytest.mark.parametrize("content", [b"", b"hello", b"<html></html>", b"x" * 300_000])
    def test_what_is_no_ofx(self, content: bytes) -> None:
        assert refusal_of(content).code == "NOT_OFX"

    @pytest.mark.parametrize("missing", [b"</STMTTRN>", b"</STMTRS>"])
    def test_a_transaction_or_statement_without_its_end_is_refused(self, missing: bytes) -> None:
        assert refusal_of(ofx(TRANSACTION, TRANSACTION).replace(missing, b"")).code == "ELEMENT_NOT_ENDED"

    def test_deep_nesting_and_endless_text(self) -> None:
        assert refusal_of(b"<OFX>" + b"<FI>" * 1000).code == "NESTED_TOO_DEEP"
        assert refusal_of(b"<OFX><" + b"x" * 3_000_000).code == "NOT_OFX"
        assert refusal_of(b"<OFX><![CDATA[" + b"<A>" * 1_000_000).code == "NOT_OFX"

    @given(
        st.lists(
            st.sampled_from(
                [
                    *(
                        "<OFX>",
                        "</OFX>",
                        "<STMTRS>",
                        "</STMTRS>",
                        "<STMTTRN>",
                        "</STMTTRN>",
                        "<TRNAMT>",
                        "1.00",
                        "x",
                        "&",
                        "<",
                    ),
                    *(
                        "<STATUS>",
                        "<SEVERITY>ERROR",
                        "</STATUS>",
                        "<![CDATA[",
                        "]]>",
                        "<!--",
                        "-->",
                        "<DTPOSTED>",
                        "20260203",
                    ),
                ]
            )
        )
    )
    def test_any_order_of_tags(self, pieces: list[str]) -> None:
        try:
            statements = list(read_ofx(io.BytesIO(("<OFX>" + "".join(pieces)).encode()), "file"))
        except UnreadableStatement:
            return
        assert statements


class TestSamples:
    REFUSED = {
        "ofxparse/account_listing_aggregation.ofx": "NO_STATEMENT",  # a list of accounts
        "ofxparse/signon_success.ofx": "NO_STATEMENT",
        "ofxparse/signon_success_no_message.ofx": "NO_STATEMENT",
        "ofxparse/error_message.ofx": "BANK_ERROR",
        "ofxparse/signon_fail.ofx": "BANK_ERROR",
        "ofxparse/date_missing.ofx": "DATE_UNREADABLE",  # 31 February
        "ofxparse/decimal_error.ofx": "AMOUNT_UNREADABLE",  # $120
    }
    # The expected sum leaves out the one amount that is written with a plus, +115.8331.
    SUMS = {"ofxparse/fidelity-savings.ofx": Decimal("-1778.3952")}
    # No CURDEF; the one transaction is in AUD.
    CURRENCIES = {"ofxparse/ofx-v102-empty-tags.ofx": "AUD"}

    def test_every_file_agrees_with_its_expected_row(self) -> None:
        folder = shared_data("bank_ofx")
        rows = expected_rows(folder)
        assert len(rows) == 22
        for name, (row,) in rows.items():
            if name in self.REFUSED:
                with pytest.raises(UnreadableStatement) as refused:
                    read_file(read_ofx, folder / name)
                assert refused.value.code == self.REFUSED[name], name
                continue
            statements = read_file(read_ofx, folder / name)
            lines = [line for one in statements for line in one.lines]
            assert len(lines) == int(row["n_stmttrn"]), name
            assert sum(line.amount for line in lines) == self.SUMS.get(name, Decimal(row["sum_trnamt"])), name
            balances = "|".join(str(one.closing) for one in statements if one.closing is not None)
            assert balances == row["ledger_balances"], name
            assert "|".join(one.currency for one in statements) == self.CURRENCIES.get(
                name, row["currency"]
            ), name
