"""SEPA messages: real files read as expected, ours valid against their schemas and read back as they were."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from acquit.formats.pain import (
    CannotWritePayment,
    MandateAmendment,
    MandateFacts,
    PaymentBlock,
    PaymentOrder,
    PaymentTransaction,
    StatusReport,
    UnreadablePayment,
    read_payment_order,
    read_status_report,
    sepa_text,
    write_payment_order,
)
from acquit.formats.pain.characters import is_sepa_identifier
from acquit.formats.recognition import recognise_payment_message, recognise_statement
from tests.shared_data import SHARED_DATA, shared_data

D = Decimal
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
OURS = "DE89370400440532013000"
THEIRS = "NL91ABNA0417164300"
WRITTEN = ("pain.001.001.03", "pain.001.001.09", "pain.008.001.02", "pain.008.001.08")


def expected_rows() -> list[dict[str, str]]:
    path = SHARED_DATA / "sepa_pain" / "expected_messages.csv"
    return list(csv.DictReader(path.open(encoding="utf-8"))) if path.exists() else []


@pytest.mark.parametrize("row", expected_rows(), ids=lambda row: row["file"])
def test_every_sample_is_read_as_expected(row: dict[str, str]) -> None:
    path = shared_data("sepa_pain") / row["file"]
    version = re.sub(r"^.*/|\.xsd$", "", row["version"])
    with path.open("rb") as content:
        if "pain.002" in version:
            report = read_status_report(content, path.name)
            paid = [one for block in report.blocks for one in block.transactions]
            amounts = [one.amount or D(0) for one in paid]
            # the apart-computed rows name the first code of every transaction, and else those of blocks and group
            assert (report.version, report.message_id, report.status) == (
                version,
                row["msg_id"],
                row["group_status"],
            )
            assert {one.status for one in paid if one.status} == set(row["tx_status"].split())
            assert codes_of(report) == set(row["reason_codes"].split())
        else:
            order = read_payment_order(content, path.name)
            amounts = [one.amount for one in order.transactions]
            assert (order.version, order.message_id) == (version, row["msg_id"])
            assert order.count == (int(row["hdr_nb_tx"]) if row["hdr_nb_tx"] else None)
            # the apart-computed rows name the first sum of the file, be it the header's or the first block's
            first = order.control_sum if order.control_sum is not None else order.blocks[0].control_sum
            assert first == (D(row["hdr_ctrl_sum"]) if row["hdr_ctrl_sum"] else None)
            is_odd = order.count != len(amounts) or order.control_sum not in {None, sum(amounts)}
            told = {code for code, text in order.warnings if text.startswith("the message")}
            assert (not is_odd) or told & {"COUNT_DIFFERS", "SUM_DIFFERS"}
    assert (len(amounts), sum(amounts)) == (int(row["tx_counted"]), D(row["instd_amt_sum"]))


def codes_of(report: StatusReport) -> set[str]:
    reasons = [*report.reasons]
    for block in report.blocks:
        reasons += block.reasons
        for one in block.transactions:
            reasons += one.reasons
    return {reason.code for reason in reasons}


def read_report(name: str) -> StatusReport:
    path = shared_data("sepa_pain/corporatejs") / name
    with path.open("rb") as content:
        return read_status_report(content, name)


def test_a_report_says_what_became_of_each_block_and_payment() -> None:
    report = read_report("pain.002.001.03_04_accepted_and_rejected_payments.xml")

    assert (report.original_message_id, report.original_message_name) == ("MsgId_110610", "pain.001.001.03")
    assert [(b.block_id[-2:], b.status, [r.code for r in b.reasons]) for b in report.blocks] == [
        ("01", "PART", []),
        ("02", "RJCT", ["DT01"]),
        ("03", "ACCP", []),
        ("04", "ACCP", []),
    ]
    first = report.blocks[0]
    assert [(c.status, c.count, c.control_sum) for c in first.counts] == [
        ("ACCP", 2, D("111757.22")),
        ("RJCT", 1, D("22.11")),
    ]
    [reason] = first.transactions[0].reasons
    assert (reason.code, reason.texts) == ("NARR", ("Viite virheellinen",))
    blocks = "20140102-123456-"
    assert report.verdict(f"{blocks}01", "TEST PMT")[0] == "RJCT"
    assert report.verdict(f"{blocks}01", "another") == ("ACCP", ())
    assert report.verdict(f"{blocks}02", "any")[0] == "RJCT"
    assert report.verdict(f"{blocks}03", "any")[0] == "ACCP"


def test_rejected_debits_are_told_by_their_end_to_end_id() -> None:
    path = shared_data("remittance_edi_lockbox/pain002/authored_rejects_am04_ac04.xml")
    with path.open("rb") as content:
        report = read_status_report(content, path.name)
    told = {
        name: (status, [reason.code for reason in reasons])
        for name in ("INV-2001", "INV-2002", "INV-2003")
        for status, reasons in [report.verdict("DD-20250618-01-P1", name)]
    }
    assert told == {"INV-2001": ("RJCT", ["AM04"]), "INV-2002": ("RJCT", ["AC04"]), "INV-2003": ("ACSP", [])}


def test_version_two_reports_payments_without_their_blocks() -> None:
    text = (
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.02"><pain.002.001.02>'
        b"<GrpHdr><MsgId>R1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><GrpSts>PART</GrpSts>"
        b"</OrgnlGrpInfAndSts><TxInfAndSts><OrgnlPmtInfId>B1</OrgnlPmtInfId><OrgnlEndToEndId>E1</OrgnlEndToEndId>"
        b"<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Prtry>X9</Prtry></Rsn></StsRsnInf></TxInfAndSts>"
        b"</pain.002.001.02></Document>"
    )
    report = read_status_report(io.BytesIO(text), "r.xml")
    status, [reason] = report.verdict("B1", "E1")
    assert (status, reason.code, reason.is_proprietary) == ("RJCT", "X9", True)
    assert report.verdict("B1", "E2") == ("ACCP", ())


def test_the_old_name_of_a_reason_is_read() -> None:
    text = (
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.02"><pain.002.001.02><OrgnlGrpInfAndSts>'
        b"<OrgnlMsgId>M1</OrgnlMsgId></OrgnlGrpInfAndSts><TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId>"
        b"<TxSts>RJCT</TxSts><StsRsnInf><StsRsn><%s>AC01</%s></StsRsn><AddtlStsRsnInf>bad account</AddtlStsRsnInf>"
        b"</StsRsnInf></TxInfAndSts></pain.002.001.02></Document>"
    )
    for name in (b"Cd", b"Prtry"):
        report = read_status_report(io.BytesIO(text % (name, name)), "r.xml")
        status, [reason] = report.verdict("", "E1")
        assert (status, reason.code, reason.texts) == ("RJCT", "AC01", ("bad account",))
        assert reason.is_proprietary == (name == b"Prtry")


CBI_REPORT = (
    b'<?xml version="1.0"?><B:CBISDDStsRptPhyMsg xmlns:B="urn:CBI:xsd:CBISDDStsRptPhyMsg.00.01.00"'
    b' xmlns:M="urn:CBI:xsd:CBISDDStsRptLogMsg.00.01.00"><B:CBIBdySDDStsRpt><B:CBIEnvelSDDStsRptLogMsg>'
    b"<B:CBISDDStsRptLogMsg><M:GrpHdr><M:MsgId>R1</M:MsgId></M:GrpHdr><M:OrgnlGrpInfAndSts><M:OrgnlMsgId>M1"
    b"</M:OrgnlMsgId></M:OrgnlGrpInfAndSts><M:OrgnlPmtInfAndSts><M:OrgnlPmtInfId>B1</M:OrgnlPmtInfId>"
    b"<M:TxInfAndSts><M:OrgnlEndToEndId>E1</M:OrgnlEndToEndId><M:TxSts>RJCT</M:TxSts><M:StsRsnInf><M:Rsn>"
    b"<M:Cd>AC04</M:Cd></M:Rsn></M:StsRsnInf></M:TxInfAndSts></M:OrgnlPmtInfAndSts></B:CBISDDStsRptLogMsg>"
    b"</B:CBIEnvelSDDStsRptLogMsg></B:CBIBdySDDStsRpt></B:CBISDDStsRptPhyMsg>"
)


def test_a_report_in_the_envelope_of_italian_banks() -> None:
    report = read_status_report(io.BytesIO(CBI_REPORT), "r.xml")
    assert (report.message_id, report.original_message_id) == ("R1", "M1")
    status, [reason] = report.verdict("B1", "E1")
    assert (status, reason.code) == ("RJCT", "AC04")
    assert refusal_of(CBI_REPORT) == "MESSAGE_NOT_WANTED"
    order_of_theirs = CBI_REPORT.replace(b"SDDStsRpt", b"SDDReq")
    assert refusal_of(order_of_theirs, report=True) == "NOT_RECOGNISED"


def test_an_envelope_with_reports_about_two_orders_is_refused() -> None:
    start, end = CBI_REPORT.index(b"<B:CBIEnvel"), CBI_REPORT.index(b"</B:CBIBdy")
    another = CBI_REPORT[start:end].replace(b">M1<", b">M2<")
    assert refusal_of(CBI_REPORT[:end] + another + CBI_REPORT[end:], report=True) == "SEVERAL_REPORTS"


# --- writing


@cache
def schema(version: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared_data(f"schemas_xsd/common/iso20022/pain/{version}.xsd")))


def debit(end_to_end_id: str = "E-1", amount: str = "119.00", **said: Any) -> PaymentTransaction:
    mandate = said.pop("mandate", MandateFacts("M-1", date(2026, 1, 5)))
    return PaymentTransaction(
        end_to_end_id, D(amount), "EUR", "Müller & Söhne", THEIRS, mandate=mandate, **said
    )


def block(*transactions: PaymentTransaction, version: str, **said: Any) -> PaymentBlock:
    facts: dict[str, Any] = {
        "block_id": "B-1",
        "execution_date": date(2026, 12, 15),
        "name": "Acquit GmbH",
        "account": OURS,
        "transactions": transactions,
    }
    if version.startswith("pain.008"):
        facts |= {"scheme": "CORE", "sequence": "RCUR", "creditor_id": "DE98ZZZ09999999999"}
    return PaymentBlock(**{**facts, **said})


def order(*blocks: PaymentBlock, version: str, **said: Any) -> PaymentOrder:
    return PaymentOrder(
        **{
            "version": version,
            "message_id": "MSG-1",
            "created_at": "",
            "initiator": "Acquit GmbH",
            "blocks": blocks,
            **said,
        }
    )


def written(one: PaymentOrder) -> bytes:
    out = io.BytesIO()
    write_payment_order(one, out, NOW)
    return out.getvalue()


def as_read(one: PaymentOrder) -> PaymentOrder:
    """Give an order as a reader sees it: texts in SEPA's letters, counts and sums as written."""

    def transaction(each: PaymentTransaction) -> PaymentTransaction:
        text = "" if each.structured_reference else sepa_text(each.text, 140)
        mandate = each.mandate
        if mandate is not None and mandate.amendment is not None:
            amendment = mandate.amendment
            former = sepa_text(amendment.creditor_name, 70)
            mandate = MandateFacts(
                mandate.mandate_id,
                mandate.signed_date,
                MandateAmendment(
                    amendment.mandate_id,
                    amendment.creditor_id,
                    former,
                    amendment.account,
                    amendment.is_other_account,
                ),
            )
        return PaymentTransaction(
            each.end_to_end_id,
            each.amount,
            each.currency,
            sepa_text(each.name, 70),
            each.account,
            each.bic,
            text,
            each.structured_reference,
            each.instruction_id,
            mandate,
        )

    blocks = [
        PaymentBlock(
            each.block_id,
            each.execution_date,
            sepa_text(each.name, 70),
            each.account,
            tuple(map(transaction, each.transactions)),
            each.bic,
            each.scheme,
            each.sequence,
            each.creditor_id,
            len(each.transactions),
            sum((t.amount for t in each.transactions), D(0)),
        )
        for each in one.blocks
    ]
    count = sum(len(each.transactions) for each in blocks)
    total = sum((t.amount for each in blocks for t in each.transactions), D(0))
    return PaymentOrder(
        one.version,
        one.message_id,
        NOW.isoformat(),
        sepa_text(one.initiator, 70),
        tuple(blocks),
        count,
        total,
    )


LETTERS = st.text(max_size=80)
NAMES = st.text("abcXYZ09 /-?:().,'+", min_size=1, max_size=35).filter(is_sepa_identifier)
PARTIES = LETTERS.filter(lambda text: bool(sepa_text(text, 70)))
AMOUNTS = st.integers(1, 99_999_999_999).map(lambda units: D(units).scaleb(-2))
BICS = st.sampled_from(["", "COBADEFF", "ABNANL2AXXX"])
AMENDMENTS = st.one_of(
    st.none(),
    st.builds(MandateAmendment, mandate_id=NAMES, account=st.sampled_from(["", THEIRS])),
    st.builds(MandateAmendment, creditor_id=st.just("DE98ZZZ09999999999"), creditor_name=PARTIES),
    st.just(MandateAmendment(is_other_account=True)),
)
MANDATES = st.builds(MandateFacts, NAMES, st.dates(date(2000, 1, 1), date(2030, 1, 1)), AMENDMENTS)


@st.composite
def orders(draw: st.DrawFn, version: str) -> PaymentOrder:
    is_debit = version.startswith("pain.008")
    names = iter(draw(st.lists(NAMES, min_size=12, max_size=12, unique=True)))
    blocks = []
    for _ in range(draw(st.integers(1, 3))):
        transactions = [
            PaymentTransaction(
                next(names),
                draw(AMOUNTS),
                "EUR",
                draw(PARTIES),
                draw(st.sampled_from([THEIRS, OURS])),
                draw(BICS),
                draw(st.text(max_size=200)),
                draw(st.sampled_from(["", "RF18539007547034"])),
                draw(st.one_of(st.just(""), NAMES)),
                draw(MANDATES) if is_debit else None,
            )
            for _ in range(draw(st.integers(1, 3)))
        ]
        facts: dict[str, Any] = {"block_id": next(names), "name": draw(PARTIES), "bic": draw(BICS)}
        if is_debit:
            facts |= {
                "scheme": draw(st.sampled_from(["CORE", "B2B"])),
                "sequence": draw(st.sampled_from(["FRST", "RCUR", "FNAL", "OOFF"])),
            }
        blocks.append(block(*transactions, version=version, **facts))
    return order(*blocks, version=version, message_id=draw(NAMES), initiator=draw(PARTIES))


@pytest.mark.parametrize("version", WRITTEN)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_written_is_valid_and_read_back_as_it_was(version: str, data: st.DataObject) -> None:
    one = data.draw(orders(version))
    content = written(one)
    schema(version).assertValid(etree.fromstring(content))
    assert read_payment_order(io.BytesIO(content), "x.xml") == as_read(one)
    assert recognise_payment_message(content[:8192]) == version[:8].upper()
    assert recognise_statement(content[:8192]) is None


@given(st.text(max_size=300), st.integers(1, 140))
def test_texts_are_written_in_the_letters_of_sepa(text: str, longest: int) -> None:
    found = sepa_text(text, longest)
    assert re.fullmatch(r"[A-Za-z0-9/\-?:().,'+ ]*", found)
    assert len(found) <= longest
    assert sepa_text(found, longest) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller & Söhne GmbH", "Mueller + Soehne GmbH"),
        ("ÄRZTE STRAßE", "AERZTE STRAssE"),
        ("Ärzte", "Aerzte"),
        ("Ü", "Ue"),
        ("Łódź Çağ José Åse Ørsted", "Lodz Cag Jose Ase Orsted"),
        ("Αθήνα Σόφια", "Athina Sofia"),
        ("Здравей Щука", "Zdravey Shtuka"),
        ("50% #4 €5 a@b", "50. .4 EUR5 a(at)b"),
        ("北京", ".."),
        ("  a\t\nb  ", "a b"),
        ("ﬁn ½", "fin 1/2"),
    ],
)
def test_how_letters_are_written(text: str, expected: str) -> None:
    assert sepa_text(text, 140) == expected


V8 = "pain.008.001.08"
V9 = "pain.001.001.09"


@pytest.mark.parametrize(
    ("bad", "param"),
    [
        (order(block(debit(), version=V8), version="pain.008.001.05"), "version"),
        (order(version=V8), "blocks"),
        (order(block(debit(), version=V8), version=V8, message_id="ü"), "message_id"),
        (order(block(debit(), version=V8), version=V8, message_id="a//b"), "message_id"),
        (order(block(debit(), version=V8), version=V8, message_id="x" * 36), "message_id"),
        (order(block(debit("E"), debit("E"), version=V8), version=V8), "end_to_end_id"),
        (order(block(debit(), version=V8), block(debit("F"), version=V8), version=V8), "block_id"),
        (order(block(debit(amount="0.00"), version=V8), version=V8), "amount"),
        (order(block(debit(amount="1000000000.00"), version=V8), version=V8), "amount"),
        (order(block(debit(mandate=None), version=V8), version=V8), "mandate"),
        (order(block(debit(mandate=MandateFacts("M", None)), version=V8), version=V8), "mandate"),
        (
            order(
                block(debit(mandate=MandateFacts("M", NOW.date(), MandateAmendment())), version=V8),
                version=V8,
            ),
            "amendment",
        ),
        (order(block(debit(), version=V8, account="DE00370400440532013000"), version=V8), "account"),
        (order(block(debit(bic="nobank"), version=V8), version=V8), "bic"),
        (order(block(debit(), version=V8, scheme="COR1"), version=V8), "scheme"),
        (order(block(debit(), version=V8, sequence=""), version=V8), "scheme"),
        (order(block(debit(), version=V8, creditor_id="X"), version=V8), "creditor_id"),
        (order(block(debit(), version=V8, name="  "), version=V8), "name"),
        (order(block(debit(), version=V9), version=V9), "mandate"),
        (order(block(debit(mandate=None), version=V9, scheme="CORE"), version=V9), "scheme"),
    ],
)
def test_what_does_not_fit_is_refused_before_a_byte_is_written(bad: PaymentOrder, param: str) -> None:
    out = io.BytesIO()
    with pytest.raises(CannotWritePayment) as refused:
        write_payment_order(bad, out, NOW)
    assert (refused.value.param, out.getvalue()) == (param, b"")


# --- what is no order, or is hostile


def refusal_of(content: bytes, *, report: bool = False) -> str:
    read = read_status_report if report else read_payment_order
    with pytest.raises(UnreadablePayment) as refused:
        read(io.BytesIO(content), "f.xml")
    return refused.value.code


def test_what_calls_itself_utf_8_and_is_not_is_said() -> None:
    good = written(order(block(debit(text="Muller"), version=V8), version=V8))
    read = read_payment_order(io.BytesIO(good.replace(b"Muller", b"M\xfcller")), "f.xml")
    assert read.blocks[0].transactions[0].text == "Müller"
    assert [code for code, _ in read.warnings] == ["ENCODING_ASSUMED"]
    assert read_payment_order(io.BytesIO(good), "f.xml").warnings == ()


def test_other_files_are_refused_with_the_right_reason() -> None:
    good = written(order(block(debit(), version=V8), version=V8))
    assert refusal_of(good, report=True) == "MESSAGE_NOT_WANTED"
    assert refusal_of(b"") == "FILE_EMPTY"
    assert refusal_of(good[:-200]) == "XML_BROKEN"
    assert refusal_of(good.replace(b"GrpHdr>", b"ns0:GrpHdr>")) == "XML_BROKEN"
    assert refusal_of(b"not xml at all") == "XML_BROKEN"
    assert refusal_of(b"<a><b/></a>") == "NOT_RECOGNISED"
    assert (
        refusal_of(b'<!DOCTYPE x [<!ENTITY a "b">]><CstmrDrctDbtInitn>&a;</CstmrDrctDbtInitn>')
        == "XML_DOCTYPE"
    )
    assert refusal_of(b"<Document><CstmrDrctDbtInitn></CstmrDrctDbtInitn></Document>") == "NO_PAYMENT"
    assert refusal_of(good.replace(b">119.00</InstdAmt>", b">1,19</InstdAmt>")) == "AMOUNT_UNREADABLE"
    assert refusal_of(b"<Document><CstmrPmtRvsl/></Document>") == "MESSAGE_NOT_WANTED"
    assert refusal_of(b"<Document><CstmrPmtStsRpt/></Document>", report=True) == "NO_STATUS"


def test_an_order_that_does_not_keep_its_word_is_read_with_warnings() -> None:
    good = written(order(block(debit(), version=V8), version=V8))
    odd = good.replace(b"<NbOfTxs>1</NbOfTxs>", b"<NbOfTxs>2</NbOfTxs>", 1).replace(
        b"119.00</CtrlSum>", b"1</CtrlSum>"
    )
    read = read_payment_order(io.BytesIO(odd), "f.xml")
    assert [code for code, _ in read.warnings] == ["SUM_DIFFERS", "COUNT_DIFFERS", "SUM_DIFFERS"]


REPORT = (
    b"<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
    b"<OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId><TxInfAndSts><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AM04</Cd>"
    b"</Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
)
SEEDS = [written(order(block(debit(), debit("E-2", text="x"), version=V8), version=V8)), REPORT]


@settings(max_examples=150, deadline=1000)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 60), st.binary(max_size=12)), max_size=6),
)
def test_damaged_messages_are_read_or_refused(seed: bytes, damages: list[tuple[int, int, bytes]]) -> None:
    for place, length, put in damages:
        at = place % (len(seed) + 1)
        seed = seed[:at] + put + seed[at + length :]
    for read in (read_payment_order, read_status_report):
        try:
            read(io.BytesIO(seed), "f.xml")
        except UnreadablePayment:
            continue


def test_a_large_message_is_dropped_as_it_is_read() -> None:
    import tracemalloc

    many = [debit(f"E-{n}", text="Rechnung RE-2026-0001 vom 01.10.2026") for n in range(6000)]
    content = written(order(block(*many, version=V8), version=V8))
    del many
    tracemalloc.start()
    read = read_payment_order(io.BytesIO(content), "f.xml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(read.transactions) == 6000
    assert peak < 10 * len(content)
