"""CAMT.052, .053 and .054: what each element means, and what is done when a bank writes it otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.formats.camt import read_camt
from acquit.formats.statements import (
    RemittedDocument,
    Statement,
    StatementKind,
    StatementLine,
    UnreadableStatement,
)
from tests.formats.bank_samples import balance, camt, entry, only_line, read_bytes, warning_codes


def read_one(content: bytes) -> Statement:
    (statement,) = read_bytes(read_camt, content)
    return statement


def read_line(inner: str, **options: str) -> StatementLine:
    return only_line(read_bytes(read_camt, camt(entry(inner=inner, **options))))


def details(*parts: str) -> str:
    return "<NtryDtls>" + "".join(f"<TxDtls>{part}</TxDtls>" for part in parts) + "</NtryDtls>"


def detail_amount(amount: str, side: str = "CRDT", currency: str = "EUR") -> str:
    return f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


class TestSides:
    def test_the_indicator_gives_the_sign(self) -> None:
        assert read_line("", side="CRDT").amount == Decimal("10.00")
        assert read_line("", side="DBIT").amount == Decimal("-10.00")

    def test_a_reversal_does_not_turn_the_sign(self) -> None:
        line = read_line("<RvslInd>true</RvslInd>", side="DBIT")
        assert (line.amount, line.is_reversal) == (Decimal("-10.00"), True)

    @pytest.mark.parametrize("side", ["", "C", "CREDIT", "crdt"])
    def test_an_unknown_side_is_refused(self, side: str) -> None:
        with pytest.raises(UnreadableStatement) as refused:
            read_line("", side=side)
        assert refused.value.code == "SIDE_UNREADABLE"
        assert refused.value.place == "statement 1, entry 1 (line 1)"


class TestAmounts:
    @pytest.mark.parametrize(
        "text", ["12..34", "1,00", "", "1e3", "-5.00", "+-5.00", "٣.00", "1 000", "0x10", "NaN", "9" * 40]
    )
    def test_what_is_no_plain_decimal_is_refused_with_its_place(self, text: str) -> None:
        with pytest.raises(UnreadableStatement) as refused:
            read_bytes(read_camt, camt(entry("1.00") + entry(text)))
        assert refused.value.code == "AMOUNT_UNREADABLE"
        assert refused.value.place == "statement 1, entry 2 (line 1)"
        assert refused.value.file == "file"
        assert refused.value.value in (text, text[:79] + "…")

    def test_two_amounts_in_one_entry_are_refused(self) -> None:
        with pytest.raises(UnreadableStatement) as refused:
            read_line('<Amt Ccy="EUR">99.00</Amt>')
        assert refused.value.code == "ELEMENT_TWICE"

    def test_blanks_around_and_five_decimals_are_read(self) -> None:
        assert read_line("", amount=" 18.15000 ").amount == Decimal("18.15")

    def test_a_missing_currency_is_the_accounts_and_said(self) -> None:
        content = camt(entry()).replace(b'<Amt Ccy="EUR">10', b"<Amt>10")
        statement = read_one(content)
        assert statement.lines[0].currency == "EUR"
        assert "CURRENCY_MISSING" in warning_codes(statement)

    def test_charges_and_original_amount(self) -> None:
        line = read_line(
            details(
                detail_amount("10.00")
                + '<AmtDtls><InstdAmt><Amt Ccy="USD">12.30</Amt></InstdAmt></AmtDtls>'
                + '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">0.50</TtlChrgsAndTaxAmt></Chrgs>'
            )
        )
        assert (line.original_amount, line.original_currency) == (Decimal("12.30"), "USD")
        assert line.charges_amount == Decimal("0.50")

    def test_charges_of_version_2_are_summed(self) -> None:
        line = read_line(
            "<Chrgs><Amt Ccy='EUR'>1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>"
            "<Chrgs><Amt Ccy='EUR'>0.25</Amt></Chrgs>"
        )
        assert line.charges_amount == Decimal("1.25")

    def test_the_same_instructed_amount_is_no_other_amount(self) -> None:
        line = read_line(details('<AmtDtls><InstdAmt><Amt Ccy="EUR">10.00</Amt></InstdAmt></AmtDtls>'))
        assert line.original_amount is None


class TestDates:
    def test_date_and_time_are_taken_as_written(self) -> None:
        content = camt(entry()).replace(
            b"<Dt>2026-02-03</Dt></BookgDt>", b"<DtTm>2026-02-03T23:59:59-11:00</DtTm></BookgDt>"
        )
        assert read_one(content).lines[0].booking_date == date(2026, 2, 3)

    def test_plain_text_in_a_date_element(self) -> None:
        content = camt(entry()).replace(b"<Dt>2026-02-03</Dt></BookgDt>", b"2026-02-03</BookgDt>")
        assert read_one(content).lines[0].booking_date == date(2026, 2, 3)

    def test_without_a_booking_date_the_value_date_is_taken_and_said(self) -> None:
        statement = read_one(camt(entry()).replace(b"<BookgDt><Dt>2026-02-03</Dt></BookgDt>", b""))
        assert statement.lines[0].booking_date == date(2026, 2, 4)
        assert "BOOKING_DATE_MISSING" in warning_codes(statement)

    def test_without_any_date_the_closing_balances_is_taken_and_said(self) -> None:
        content = camt(
            '<Ntry><Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>', header=balance("CLBD", "1")
        )
        statement = read_one(content)
        assert statement.lines[0].booking_date == date(2026, 2, 3)
        assert {"DATE_MISSING", "STATUS_MISSING"} <= warning_codes(statement)

    @pytest.mark.parametrize("day", ["2026-02-30", "03.02.2026", "2026-13-01", "20260203"])
    def test_an_impossible_date_is_refused(self, day: str) -> None:
        with pytest.raises(UnreadableStatement) as refused:
            read_bytes(read_camt, camt(entry()).replace(b"2026-02-03", day.encode()))
        assert (refused.value.code, refused.value.value) == ("DATE_UNREADABLE", day)


class TestStatus:
    @pytest.mark.parametrize("status", ["<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>", "<Sts>\n BOOK </Sts>"])
    def test_booked_in_every_dress(self, status: str) -> None:
        statement = read_one(camt(entry(status=status)))
        assert (len(statement.lines), len(statement.pending_lines)) == (1, 0)

    @pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR", "WXYZ"])
    def test_everything_else_is_no_booking_and_counts_in_no_balance(self, status: str) -> None:
        header = balance("OPBD", "5.00") + balance("CLBD", "5.00")
        statement = read_one(camt(entry(status=f"<Sts><Cd>{status}</Cd></Sts>"), header=header))
        assert (len(statement.lines), len(statement.pending_lines)) == (0, 1)
        assert statement.balanced is True
        assert warning_codes(statement) == {"STATUS_UNKNOWN" if status == "WXYZ" else "ENTRY_NOT_BOOKED"}


class TestBatches:
    def test_details_that_sum_to_the_entry_become_lines(self) -> None:
        inner = "<AcctSvcrRef>E1</AcctSvcrRef>" + details(
            "<Refs><AcctSvcrRef>D1</AcctSvcrRef></Refs>" + detail_amount("12.00"),
            "<Refs><EndToEndId>X</EndToEndId></Refs>" + detail_amount("2.00", "DBIT"),
        )
        (statement,) = read_bytes(read_camt, camt(entry(inner=inner)))
        assert [
            (line.amount, line.bank_reference, line.entry_index, line.detail_index)
            for line in statement.lines
        ] == [
            (Decimal("12.00"), "D1", 0, 0),
            (Decimal("-2.00"), "E1", 0, 1),
        ]
        assert {line.entry_reference for line in statement.lines} == {"E1"}

    def test_version_2_details_say_their_amount_elsewhere(self) -> None:
        part = '<AmtDtls><TxAmt><Amt Ccy="EUR">5.00</Amt></TxAmt></AmtDtls>'
        statement = read_one(camt(entry(inner=details(part, part))))
        assert [line.amount for line in statement.lines] == [Decimal("5.00"), Decimal("5.00")]

    def test_details_in_another_currency_go_by_their_countervalue(self) -> None:
        part = (
            '<Amt Ccy="USD">6.00</Amt><AmtDtls><CntrValAmt><Amt Ccy="EUR">5.00</Amt></CntrValAmt></AmtDtls>'
        )
        statement = read_one(camt(entry(inner=details(part, part))))
        assert [(line.amount, line.original_amount, line.original_currency) for line in statement.lines] == [
            (Decimal("5.00"), Decimal("6.00"), "USD")
        ] * 2

    def test_details_that_do_not_sum_leave_one_line_with_all_their_texts(self) -> None:
        inner = details(
            detail_amount("3.00") + "<RmtInf><Ustrd>RE-1</Ustrd></RmtInf>",
            detail_amount("3.00") + "<RmtInf><Ustrd>RE-2</Ustrd></RmtInf>",
        )
        statement = read_one(camt(entry(inner=inner)))
        assert [(line.amount, line.text) for line in statement.lines] == [(Decimal("10.00"), "RE-1 RE-2")]
        assert "BATCH_NOT_SPLIT" in warning_codes(statement)

    def test_a_single_detail_of_another_amount_is_said_and_the_entry_counts(self) -> None:
        statement = read_one(camt(entry(inner=details(detail_amount("9.00")))))
        assert statement.lines[0].amount == Decimal("10.00")
        assert "DETAIL_AMOUNT_DIFFERS" in warning_codes(statement)

    def test_a_single_detail_keeps_the_entrys_reference(self) -> None:
        line = read_line(
            "<AcctSvcrRef>E1</AcctSvcrRef>"
            + details("<Refs><AcctSvcrRef>D1</AcctSvcrRef></Refs>" + detail_amount("10.00"))
        )
        assert line.bank_reference == "E1"

    def test_ten_thousand_details_of_one_entry(self) -> None:
        part = "<TxDtls><Refs><AcctSvcrRef>D</AcctSvcrRef></Refs>" + detail_amount("0.01") + "</TxDtls>"
        inner = f"<NtryDtls>{part * 10_000}</NtryDtls>"
        statement = read_one(camt(entry("100.00", inner=inner)))
        assert len(statement.lines) == 10_000
        assert sum(line.amount for line in statement.lines) == Decimal("100.00")


class TestParties:
    PARTIES = (
        "<RltdPties><Dbtr><Pty><Nm>Debtor AG</Nm></Pty></Dbtr><DbtrAcct><Id>"
        "<IBAN>DE02 1203 0000 0000 2020 51</IBAN></Id></DbtrAcct><UltmtDbtr><Nm>Behind</Nm></UltmtDbtr>"
        "<Cdtr><Nm>Creditor AG</Nm></Cdtr><CdtrAcct><Id><IBAN>"
        "DE75512108001245126199</IBAN></Id></CdtrAcct></RltdPties><RltdAgts><DbtrAgt><FinInstnId><BICFI>BYLADEM1001"
        "</BICFI></FinInstnId></DbtrAgt><CdtrAgt><FinInstnId><BIC>SOGEDEFFXXX</BIC></FinInstnId></CdtrAgt></RltdAgts>"
    )

    def test_who_pays_us_is_the_debtor(self) -> None:
        line = read_line(details(self.PARTIES))
        assert (line.counterparty, line.iban, line.bic) == (
            "Debtor AG",
            "DE02120300000000202051",
            "BYLADEM1001",
        )
        assert line.ultimate_counterparty == "Behind"
        assert line.own_iban == "DE75512108001245126199"

    def test_whom_we_pay_is_the_creditor(self) -> None:
        line = read_line(details(self.PARTIES), side="DBIT")
        assert (line.counterparty, line.iban, line.bic) == (
            "Creditor AG",
            "DE75512108001245126199",
            "SOGEDEFFXXX",
        )

    @pytest.mark.parametrize("mark", ["<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>", ""])
    def test_a_returned_debit_names_the_debtor_though_we_are_debited(self, mark: str) -> None:
        reversal = "" if mark else "<RvslInd>true</RvslInd>"
        line = read_line(reversal + details(self.PARTIES + mark), side="DBIT")
        assert line.counterparty == "Debtor AG"
        assert line.return_code == ("AC04" if mark else "")

    def test_a_bank_that_turns_the_parties_too_is_known_by_our_own_iban(self) -> None:
        turned = self.PARTIES.replace("DE02 1203 0000 0000 2020 51", "DE94370400440532013000")
        line = read_line("<RvslInd>true</RvslInd>" + details(turned), side="DBIT")
        assert line.counterparty == "Creditor AG"

    def test_names_that_are_none_are_left_out(self) -> None:
        assert read_line(details(self.PARTIES.replace("Debtor AG", "NOTPROVIDED"))).counterparty == ""

    def test_an_account_that_is_no_iban_and_the_name_of_an_account(self) -> None:
        line = read_line(
            details(
                "<RltdPties><DbtrAcct><Id><Othr><Id>12-345</Id></Othr></Id><Nm>By account</Nm></DbtrAcct></RltdPties>"
            )
        )
        assert (line.iban, line.counterparty_account, line.counterparty) == ("", "12-345", "By account")


class TestRemittance:
    def test_full_pieces_run_on_and_short_ones_end_a_word(self) -> None:
        full = "A" * 139 + "1"
        line = read_line(
            details(f"<RmtInf><Ustrd>{full}</Ustrd><Ustrd>2345 Rest</Ustrd><Ustrd>END</Ustrd></RmtInf>")
        )
        assert line.text == full + "2345 Rest END"

    def test_structured_reference_documents_and_words(self) -> None:
        line = read_line(
            details(
                "<RmtInf><Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>RE-1</Nb></RfrdDocInf>"
                '<RfrdDocAmt><DscntApldAmt><Amt Ccy="EUR">0.20</Amt></DscntApldAmt><RmtdAmt Ccy="EUR">9.80</RmtdAmt>'
                "</RfrdDocAmt></Strd><Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CREN</Cd></CdOrPrtry></Tp><Nb>GS-1</Nb>"
                '</RfrdDocInf><RfrdDocAmt><CdtNoteAmt Ccy="EUR">1.00</CdtNoteAmt></RfrdDocAmt></Strd><Strd><CdtrRefInf>'
                "<Ref>RF18 5390 0754 7034</Ref></CdtrRefInf><AddtlRmtInf>thanks</AddtlRmtInf></Strd></RmtInf>"
            )
        )
        assert line.structured_reference == "RF18539007547034"
        assert line.documents == (
            RemittedDocument("RE-1", "CINV", Decimal("9.80"), Decimal("0.20"), "EUR"),
            RemittedDocument("GS-1", "CREN", Decimal("-1.00"), None, "EUR"),
        )
        assert line.text == "thanks"
        assert line.raw == "RF18539007547034\nRE-1\nGS-1\nthanks"

    def test_the_banks_words_stand_in_where_the_payer_says_nothing(self) -> None:
        assert read_line(details("<AddtlTxInf>From  the bank</AddtlTxInf>")).text == "From the bank"
        line = read_line("<AddtlNtryInf>Fee March</AddtlNtryInf>")
        assert (line.text, line.booking_text) == ("Fee March", "Fee March")

    @pytest.mark.parametrize("nothing", ["NOTPROVIDED", "NONREF", "NOT PROVIDED", " notprovided "])
    def test_references_that_are_none(self, nothing: str) -> None:
        assert read_line(details(f"<Refs><EndToEndId>{nothing}</EndToEndId></Refs>")).end_to_end_id == ""

    def test_mandate_purpose_creditor_and_codes(self) -> None:
        line = read_line(
            "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
            "<Prtry><Cd>NTRF+166</Cd></Prtry></BkTxCd>"
            + details(
                "<Refs><MndtId>M-1</MndtId></Refs><RltdPties><Cdtr><Id><PrvtId><Othr><Id>DE98ZZZ09999999999</Id></Othr>"
                "</PrvtId></Id></Cdtr></RltdPties><Purp><Cd>SALA</Cd></Purp>"
            )
        )
        assert (line.mandate_id, line.creditor_id, line.purpose_code) == ("M-1", "DE98ZZZ09999999999", "SALA")
        assert (line.transaction_code, line.bank_code) == ("PMNT-RCDT-ESCT", "NTRF+166")

    def test_characters_that_xml_escapes(self) -> None:
        line = read_line(details("<RmtInf><Ustrd>M&amp;S &lt;5&gt; &quot;x&quot; &#13; ö</Ustrd></RmtInf>"))
        assert line.text == 'M&S <5> "x" ö'


class TestBalances:
    def test_opening_plus_lines_is_closing(self) -> None:
        statement = read_one(camt(entry(), header=balance("OPBD", "5.00") + balance("CLBD", "15.00")))
        assert (statement.opening, statement.closing, statement.balanced) == (
            Decimal("5.00"),
            Decimal("15.00"),
            True,
        )
        assert (statement.difference, statement.warnings) == (Decimal(0), ())
        assert (statement.opening_date, statement.closing_date) == (date(2026, 2, 3), date(2026, 2, 3))

    def test_a_difference_is_given_and_said(self) -> None:
        statement = read_one(camt(entry(), header=balance("OPBD", "5.00") + balance("CLBD", "15.01")))
        assert (statement.balanced, statement.difference) == (False, Decimal("0.01"))
        assert warning_codes(statement) == {"NOT_BALANCED"}

    def test_the_previous_closing_opens_and_the_booked_opening_wins(self) -> None:
        header = balance("PRCD", "7.00") + balance("CLBD", "17.00")
        assert read_one(camt(entry(), header=header)).opening == Decimal("7.00")
        assert read_one(camt(entry(), header=header + balance("OPBD", "5.00"))).opening == Decimal("5.00")

    def test_an_overdraft_is_negative(self) -> None:
        header = balance("OPBD", "5.00", "<CdtDbtInd>DBIT</CdtDbtInd>") + balance("CLBD", "5.00")
        statement = read_one(camt(entry(), header=header))
        assert (statement.opening, statement.balanced) == (Decimal("-5.00"), True)

    def test_balances_from_the_banks_side_hold_with_their_sign_turned_and_say_so(self) -> None:
        header = balance("OPBD", "5.00", "") + balance("CLBD", "15.00", "")
        statement = read_one(camt(entry(), header=header))
        assert (statement.opening, statement.closing) == (Decimal("-5.00"), Decimal("-15.00"))
        assert (statement.balanced, statement.is_balance_inverted) == (True, True)
        assert (statement.holder_opening, statement.holder_closing) == (Decimal("5.00"), Decimal("15.00"))
        assert warning_codes(statement) == {"BALANCE_SIDE_MISSING", "BALANCE_SIGN_INVERTED"}

    def test_without_a_balance_nothing_is_proved(self) -> None:
        statement = read_one(camt(entry(), header=balance("CLBD", "15.00")))
        assert (statement.balanced, statement.difference, statement.opening) == (None, None, None)
        assert warning_codes(statement) == {"BALANCE_MISSING"}

    def test_an_interim_balance_closes_a_page(self) -> None:
        header = balance("OPBD", "5.00") + balance("ITBD", "15.00")
        assert read_one(camt(entry(), header=header)).balanced is True

    def test_entries_and_balances_in_another_currency(self) -> None:
        foreign = entry().replace('Ccy="EUR"', 'Ccy="USD"')
        header = balance("OPBD", "5.00") + balance("CLBD", "15.00")
        statement = read_one(camt(entry() + foreign, header=header))
        assert statement.balanced is True
        assert warning_codes(statement) == {"ENTRY_OTHER_CURRENCY"}
        header = balance("OPBD", "5.00") + balance("CLBD", "15.00", currency="SEK")
        assert "BALANCE_OTHER_CURRENCY" in warning_codes(read_one(camt(entry(), header=header)))

    def test_the_accounts_currency_chooses_among_balances(self) -> None:
        header = balance("OPBD", "1.00", currency="USD") + balance("OPBD", "5.00") + balance("CLBD", "15.00")
        assert read_one(camt(entry(), header=header)).opening == Decimal("5.00")

    def test_an_unreadable_balance_is_refused(self) -> None:
        with pytest.raises(UnreadableStatement) as refused:
            read_one(camt(entry(), header=balance("OPBD", "5,00")))
        assert (refused.value.code, refused.value.place) == (
            "BALANCE_UNREADABLE",
            "statement 1, balance 1 (line 1)",
        )

    def test_stated_numbers_and_sums_are_compared(self) -> None:
        summary = (
            "<TxsSummry><TtlCdtNtries><NbOfNtries>{}</NbOfNtries><Sum>{}</Sum></TtlCdtNtries><TtlDbtNtries>"
            "<NbOfNtries>0</NbOfNtries><Sum>0</Sum></TtlDbtNtries></TxsSummry>"
        )
        right = read_one(camt(entry(), header=summary.format(1, "10.00")))
        assert "CONTROL_TOTAL_DIFFERS" not in warning_codes(right)
        for count, total in ((2, "10.00"), (1, "10.01")):
            wrong = read_one(camt(entry(), header=summary.format(count, total)))
            assert "CONTROL_TOTAL_DIFFERS" in warning_codes(wrong)


class TestKinds:
    @pytest.mark.parametrize(
        ("container", "element", "name", "kind"),
        [
            ("BkToCstmrAcctRpt", "Rpt", "CAMT.052", StatementKind.INTRADAY),
            ("BkToCstmrStmt", "Stmt", "CAMT.053", StatementKind.STATEMENT),
            ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "CAMT.054", StatementKind.NOTIFICATION),
        ],
    )
    def test_the_container_tells(self, container: str, element: str, name: str, kind: StatementKind) -> None:
        content = camt(entry()).replace(b"BkToCstmrStmt", container.encode())
        content = content.replace(b"<Stmt>", f"<{element}>".encode()).replace(
            b"</Stmt>", f"</{element}>".encode()
        )
        statement = read_one(content)
        assert (statement.format, statement.kind, statement.is_booked) == (name, kind, kind == "STATEMENT")

    @pytest.mark.parametrize(
        "namespace",
        ["", ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.13"', " xmlns='urn:something:else'"],
    )
    def test_any_namespace_or_none(self, namespace: str) -> None:
        assert read_one(camt(entry(), namespace=namespace)).lines[0].amount == Decimal("10.00")

    def test_a_prefixed_namespace_inside_an_envelope(self) -> None:
        body = camt(
            entry(inner=details(detail_amount("10.00") + "<RmtInf><Ustrd>x</Ustrd></RmtInf>")), namespace=""
        )
        body = (
            body.partition(b"?>")[2].replace(b"</", b"</n:").replace(b"<", b"<n:").replace(b"<n:/n:", b"</n:")
        )
        content = b'<Envelope xmlns:n="urn:iso"><Header>h</Header>' + body + b"</Envelope>"
        assert read_one(content).lines[0].text == "x"

    def test_several_statements_and_their_order(self) -> None:
        content = camt(entry())
        stmt = content[content.index(b"<Stmt>") : content.index(b"</BkToCstmrStmt>")]
        twice = content.replace(stmt, stmt + stmt.replace(b"S1", b"S2").replace(b"10.00", b"20.00"))
        assert [(one.statement_id, one.lines[0].amount) for one in read_bytes(read_camt, twice)] == [
            ("S1", Decimal("10.00")),
            ("S2", Decimal("20.00")),
        ]

    def test_header_fields(self) -> None:
        header = (
            "<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn><ElctrncSeqNb>12</ElctrncSeqNb>"
            "<LglSeqNb>7</LglSeqNb><CreDtTm>2026-02-04T05:00:00</CreDtTm><CpyDplctInd>DUPL</CpyDplctInd>"
        )
        one = read_one(camt(entry(), header=header))
        assert (one.account, one.currency, one.statement_id) == ("DE94370400440532013000", "EUR", "S1")
        assert (one.sequence, one.legal_number, one.page, one.is_last_page) == ("12", "7", "2", False)
        assert (one.is_copy, one.created) == (True, "2026-02-04T05:00:00")

    def test_without_an_account(self) -> None:
        content = camt(entry()).replace(b"<Id><IBAN>DE94370400440532013000</IBAN></Id>", b"")
        assert "ACCOUNT_MISSING" in warning_codes(read_one(content))

    @pytest.mark.parametrize("content", [b"<a/>", b"<Document><BkToCstmrStmt/></Document>"])
    def test_xml_without_a_statement_is_refused(self, content: bytes) -> None:
        with pytest.raises(UnreadableStatement) as refused:
            read_bytes(read_camt, content)
        assert refused.value.code == "NO_STATEMENT"


class TestSeveralCurrencies:
    ACCOUNT = "<Acct><Id><IBAN>DE94370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>"

    def read(self, account: str) -> list[Statement]:
        balances = (
            balance("OPBD", "1.00")
            + balance("CLBD", "11.00")
            + balance("OPBD", "2.00", currency="USD")
            + balance("CLBD", "7.00", currency="USD")
        )
        dollars = entry("5.00").replace('Ccy="EUR"', 'Ccy="USD"')
        francs = entry("3.00").replace('Ccy="EUR"', 'Ccy="CHF"')
        content = camt(entry("10.00") + dollars + francs, header=balances).decode()
        return read_bytes(read_camt, content.replace(self.ACCOUNT, account).encode())

    def test_an_account_without_a_currency_gives_a_statement_for_each_it_has_balances_in(self) -> None:
        euros, dollars = self.read("<Acct><Id><IBAN>DE94370400440532013000</IBAN></Id></Acct>")

        assert [(line.amount, line.currency) for line in euros.lines] == [
            (Decimal("10.00"), "EUR"),
            (Decimal("3.00"), "CHF"),
        ]
        assert [(line.amount, line.currency) for line in dollars.lines] == [(Decimal("5.00"), "USD")]
        assert [(one.currency, one.opening, one.closing, one.balanced) for one in (euros, dollars)] == [
            ("EUR", Decimal("1.00"), Decimal("11.00"), True),
            ("USD", Decimal("2.00"), Decimal("7.00"), True),
        ]

    def test_an_account_with_a_currency_is_one_statement(self) -> None:
        (statement,) = self.read(self.ACCOUNT)
        assert (statement.currency, len(statement.lines), statement.balanced) == ("EUR", 3, True)
        assert "ENTRY_OTHER_CURRENCY" in warning_codes(statement)
