"""The words that head columns, per field: the trade's words in seven languages and the names of common exports.

First the languages in which the main word of a compound stands last (English, German, Dutch, and SAP's and other
technical names), then those in which it stands first (French, Spanish, Portuguese, Italian). A word ending in `~` is
too general to say by itself what a file is ("date", "amount"). Umlauts and accents may be left out in a header.
"""

from __future__ import annotations

from acquit.intake.rules.kinds import Field as F

MAIN_WORD_LAST: dict[F, str] = {
    F.ACCOUNT: "account|own account|bank account|account iban|own iban|auftragskonto|iban auftragskonto|eigenes konto"
    "|bankkonto|rekening|eigen rekening|account number~|konto~|iban~|kontonummer~|rekeningnummer",
    F.AMOUNT: "amount~|payment amount|paid amount|amount paid|receipt amount|amount received|payment value|order amount"
    "|order total|order value|transaction amount|betrag~|zahlbetrag|zahlungsbetrag|gezahlt|auftragswert|auftragssumme"
    "|bestellwert|umsatz~|betrag eur|bedrag~|betaald bedrag|orderbedrag|total~|value~|total amount~|payment|net amount~"
    "|cash received|credit~|total due~|totaldue~",
    F.AS_OF_DATE: "as of date|as of|as at|aging date|ageing date|report date|key date|stichtag|auswertungsdatum|per datum"
    "|peildatum|stand",
    F.AUTO_BY_AMOUNT: "auto by amount",
    F.BALANCE: "balance|total balance|account balance|closing balance|running balance|balance total|total~|saldo|gesamtsaldo"
    "|kontostand|saldo nach buchung|summe~|totaal~|eindsaldo|total due|total outstanding|open balance|outstanding|total open"
    "|gesamt~|offen gesamt|total receivable|op saldo|gesamt offen",
    F.BANK_CHARGES: "bank charges|charges|spesen|spesenregelung|bankspesen",
    F.BANK_REFERENCE: "bank reference|transaction id~|transaction reference|reference~|bankreferenz|referenz~|bank ref"
    "|end to end reference|kundenreferenz end to end|mandatsreferenz~|transactiereferentie|entry reference",
    F.BASE_CURRENCY: "base|base currency|from currency|from|source currency|basiswaehrung|von waehrung|van valuta|fcurr",
    F.BASELINE_DATE: "baseline date|baseline|baseline create date|baseline payment date|baseline payment dte|bline date"
    "|basisdatum|zahlungsbasisdatum|zfbdt|basis datum|fälligkeitsbasis|basisdatum für fälligkeit",
    F.BOOKING_DATE: "booking date|posting date|transaction date|entry date|date~|posted|posted date|buchungstag"
    "|buchungsdatum|buchung|datum~|boekdatum|boekingsdatum|transactiedatum|trans date|completed date|date completed",
    F.CITY: "city|town|place|location~|ort|stadt|wohnort|plaats|woonplaats|ort01|billing city|bill to city",
    F.CODE: "code|reason code|deduction code|grund code|abzugscode|grundschlüssel|schlüssel~|rcode",
    F.COMPANY_CODE: "company code|company~|business code|entity|legal entity|business unit|comp code|cocd|cocode|bukrs"
    "|buchungskreis|bukr|mandant|gesellschaft|administratie|company id|operating unit|subsidiary|bk",
    F.CONTACT_NAME: "contact|contact name|contact person|ansprechpartner|kontakt|kontaktperson|contactpersoon|attention",
    F.COUNTERPARTY_IBAN: "iban~|counterparty iban|counterparty account|partner iban|payer iban|sender iban|debtor iban"
    "|kontonummer iban|iban zahlungspflichtiger|iban auftraggeber|gegenkonto|kontonummer~|iban zahlungsbeteiligter|tegenrekening"
    "|account number~|tegenrekening iban bban|gegen iban|payer account",
    F.COUNTERPARTY_NAME: "counterparty|counterparty name|payee|payer~|payer name|sender|sender name|remitter|ordering party|partner name"
    "|beneficiary|auftraggeber empfänger|auftraggeber begünstigter|begünstigter zahlungspflichtiger|auftraggeber"
    "|zahlungspflichtiger|name zahlungsbeteiligter|zahlungsbeteiligter|empfänger|einzahler|zahler|tegenpartij|naam tegenpartij|naam~"
    "|name~|beguenstigter zahlungspflichtiger|naam omschrijving|payee name|empfänger zahlungspflichtiger|counter party",
    F.COUNTRY: "country|country code|country key|ctry|land|land1|ländercode|landcode|länderschlüssel|billing country",
    F.CREDIT_AMOUNT: "credit|credit amount|money in|paid in|deposit|deposits|haben|habenbetrag|gutschrift~|eingang~|credits"
    "|amount credit|cr|bij|haben eur|credit amt|betrag haben",
    F.CREDIT_LIMIT: "credit limit|limit|creditlimit|credit line|max credit|kreditlimit|kreditlinie|klimk|kredietlimiet|credit limit amount",
    F.CURRENCY: "currency|currency code|curr|ccy|cur|crcy|doc currency|document currency|invoice currency|transaction currency"
    "|trx currency|währung|wä|wae|währ|whrg|whg|währg|wkz|währungsschlüssel|währungscode|währungskennzeichen|bwähr|belegwährung"
    "|waers|wshrg|valuta|munt|muntsoort|muntcode|valutacode|iso currency|order currency|doc curr|wkz umsatz|kontowährung",
    F.CUSTOMER: "customer|customer no|customer nr|customer number|customer id|customer code|customer account|customer account no"
    "|customer acct|customer key|customer ref id|cust|cust no|cust number|cust id|cust code|cust num|cust acct|account|account no~|account number~"
    "|account id|account code|client|client id|client no|client number|client code|debtor|debtor no|debtor number|debtor id|debtor code"
    "|sold to|sold to party|bill to|bill to party|bill to customer|partner|partner id|party|party id|kunde|kundennr|kunden nr"
    "|kundennummer|kunden nummer|kunden id|kd nr|kdnr|kundenkonto|debitor|debitornr|debitor nr|debitorennr|debitorennummer|debitoren nr"
    "|debitorenkonto|deb nr|konto|kontonr|konto nr|kontonummer~|personenkonto|geschäftspartner|gp nr|gpnr|auftraggeber|regulierer"
    "|kunnr|kunag|kunre|kunrg|klant|klantnummer|klantnr|klant nr|klantcode|klant id|debiteur|debiteurnummer|debiteurnr|debiteurcode"
    "|relatie|relatienummer|relatiecode|customer name id|acct no~|acct~|custno|custid|payer id|bill to id|sold to id"
    "|id~|no~|nr~|number~|nummer~|code~|key~",
    F.CUSTOMER_NAME: "customer name|name customer|client name|company name|company|name|name 1|name1|debtor name|account name"
    "|customer~|business name|legal name|bill to name|sold to name|partner name|party name|customer full name|organisation|organization"
    "|kundenname|kunde name|name des kunden|firma|firmenname|debitorname|debitorenname|debitor name|bezeichnung~|kundenbezeichnung"
    "|naam|klantnaam|bedrijfsnaam|naam klant|debiteurnaam|naam debiteur|client~|kunde~|partner~|party~|cust name|trading as",
    F.CUSTOMER_PO: "customer po|po|po no|po number|p o no|purchase order|purchase order number|customer reference|customer ref|cust ref"
    "|your reference|your ref|client order|customer order|customer order no|po reference|bestellnummer|bestellnr|bestell nr"
    "|bestellnummer kunde|kundenbestellnummer|kundenbestellung|kundenreferenz|ihre referenz|ihr zeichen|ihre bestellung|bstnk|bstkd"
    "|klantreferentie|uw referentie|inkooporder|inkoopordernummer|po ref|cust po|customer s purchase order|client order ref",
    F.DAYS_PAST_DUE: "days past due|days late|days overdue|overdue days|dayslate|arrears|arrears after net due date|days in arrears|dpd"
    "|aging days|age days|age|verzugstage|tage überfällig|überfällig seit|verzug|tage verzug|verz netto|dagen te laat|dagen over"
    "|dagen vervallen|actual days late|past due days|days outstanding",
    F.DEBIT_AMOUNT: "debit|debit amount|money out|paid out|withdrawal|withdrawals|soll|sollbetrag|belastung|ausgang~|debits|amount debit"
    "|dr|af|soll eur|debit amt|betrag soll",
    F.DEBIT_CREDIT: "debit credit|debit credit indicator|dr cr|d c|dc|cr dr|credit debit|sign|soll haben|soll haben kennzeichen|s h|sh kz"
    "|sh|shkzg|af bij|debit credit mark|credit debit indicator",
    F.DEDUCTION_AMOUNT: "deduction|deductions|deduction amount|adjustment|adjustments|adjustment amount|short pay|amount deducted|withheld"
    "|abzug|abzüge|abzugsbetrag|kürzung|kürzungsbetrag|einbehalt|inhouding|aftrek|discrepancy|chargeback|claim amount|other deductions",
    F.DEDUCTION_CODE: "reason code|deduction code|adjustment code|adjustment reason|deduction reason|reason~|abzugsgrund|grund|kürzungsgrund|reden",
    F.DESCRIPTION: "description|text|memo|comment|comments|details|note|notes|remark|remarks|item text|subject|narration|line description"
    "|item description|product name|product description|beschreibung|buchungstext|positionstext|bezeichnung|bemerkung|hinweis|sgtxt|zuordnung"
    "|artikelbezeichnung|omschrijving|toelichting|opmerking|user remarks|invoice description|assignment|label",
    F.DIRECT_DEBIT_MANDATE: "direct debit mandate|mandate|mandate reference|mandate id|mandat|mandatsreferenz|sepa mandat|machtiging"
    "|machtigingskenmerk|mandate no|umr",
    F.DISCOUNT_AMOUNT: "discount|discount amount|discount taken|cash discount|cash discount amount|disc taken|disc amount|skonto|skontobetrag"
    "|skto|abgezogener skonto|korting|betalingskorting|kontant korting|less discount|early payment discount|settlement discount",
    F.DISCOUNT_DAYS: "discount days|disc days|cash discount days|skontotage|skontofrist|kortingsdagen|skonto tage|days 1",
    F.DISCOUNT_PERCENT: "discount percent|discount percentage|disc percent|cash discount percent|skontosatz|skonto prozent|skonto|discount pct"
    "|kortingspercentage|cash disc percent|disc 1",
    F.DISCOUNT_RATE: "discount|disc|discount percent|rebate|line discount|rabatt|rabattsatz|rabatt prozent|korting|discount rate|disc percent",
    F.DISPUTED: "disputed|dispute|in dispute|disputed flag|is disputed|strittig|in klärung|klärung|klärfall|reklamiert|reklamation|betwist"
    "|dispute flag|dispute status",
    F.DISPUTED_AMOUNT: "disputed amount|dispute amount|amount in dispute|strittiger betrag|klärungsbetrag|betwist bedrag",
    F.DISPUTE_REASON: "dispute reason|dispute code|klärungsgrund|reklamationsgrund|reden betwisting|reason for dispute",
    F.DOCUMENT: "document|document no|document nr|document number|document id|doc|doc no|doc nr|doc id|doc number|doc num|docno|invoice|invoice no"
    "|invoice nr|invoice number|invoice id|invoice num|invoice ref|invoice reference|inv|inv no|inv nr|inv number|inv num|inv id|bill no|bill number"
    "|bill|voucher no~|voucher number~|voucher~|transaction no|transaction number|trx number|trx no|number~|no~|your invoice|our invoice|our reference"
    "|our ref|supplier invoice|supplier reference|invoice document|billing document|billing doc|ref no~|reference~|reference no~|reference number~"
    "|beleg|belegnr|beleg nr|belegnummer|beleg nummer|belegno|rechnung|rechnungsnr|rechnungs nr|rechnungsnummer|rechnung nr|rechn nr|rechnr"
    "|rg nr|rgnr|re nr|renr|faktura|fakturanr|fakturanummer|faktura nr|dokument|dokumentnr|dokumentnummer|opos nr|op nr|op nummer|belegfeld 1"
    "|referenzbeleg|externe belegnr|buchungsbeleg|ihre rechnung|ihre rechnungsnr|ihre rechnungsnummer|belnr|vbeln|xblnr~|rebzg~|nummer~|nr~|referenz~"
    "|factuur|factuurnummer|factuurnr|factuur nr|boekstuk|boekstuknummer|boekstuknr|documentnummer|uw factuurnummer|uw factuur|sales invoice"
    "|credit note no|credit memo|ar invoice|tax invoice no",
    F.DOCUMENT_DATE: "document date|doc date|invoice date|inv date|bill date|billing date|issue date|date issued|issued|issued on|transaction date"
    "|trx date|date~|invoice dt|belegdatum|beleg datum|belegdat|beleg dat|rechnungsdatum|rechn datum|rg datum|re datum|fakturadatum|fkdat|bldat"
    "|ausstellungsdatum|datum~|factuurdatum|documentdatum|boekstukdatum|invoice issue date|date of issue|creation date~|created~|invoiced on",
    F.DOCUMENT_TYPE: "type|document type|doc type|transaction type|trans type|trx type|invoice type|voucher type|move type|item type|entry type|class~"
    "|record type|art|belegart|beleg art|dokumentart|dokumententyp|vorgang|vorgangsart|blart|ba|soort|type document|documentsoort|boekingssoort"
    "|kind|doctype",
    F.DUE_DATE: "due date|due|due in date|due on|net due date|net due|payment due|payment due date|date due|maturity|maturity date|due dt|invoice due date"
    "|invoice date due|fällig|fälligkeit|fälligkeitsdatum|fällig am|fällig zum|nettofälligkeit|netto fälligkeit|nettofäll|fäll|fällig per|zahlbar bis"
    "|zahlbar am|netdt|faedt|zfaell|valutadatum fälligkeit|vervaldatum|vervaldag|verval|vervalt|zahlungsziel datum|payment deadline|pay by",
    F.DUNNING_LEVEL: "dunning level|dunning|reminder level|mahnstufe|mahnst|mahnung|mahnungen|aanmaningsniveau|mahns",
    F.EMAIL: "email|e mail|mail|email address|mail address|e mail adresse|mailadresse|emailadres|billing email|smtp addr|e mailadres",
    F.FIRST_NAME: "first name|firstname|given name|contact first name|vorname|voornaam",
    F.FISCAL_YEAR: "fiscal year|business year|year|geschäftsjahr|gjahr|gj|boekjaar|financial year",
    F.FORMAT: "format|statement format|file format|auszugsformat|dateiformat|formaat",
    F.FREIGHT_AMOUNT: "freight|freight amount|shipping|shipping cost|shipping amount|fracht|versandkosten|verzendkosten",
    F.GROSS_AMOUNT: "amount~|gross amount|gross|original amount|orig amount|invoice amount|inv amount|inv amt|invoice total|total~|total amount~|amount total"
    "|grand total|amount incl tax|total incl tax|total incl vat|amount in transaction currency|amount in doc curr|amount in document currency|document amount"
    "|doc amount|doc amt|invoiced amount|billed amount|billed|invoice value|amount doc curr|original|amt~|converted usd|total open amount~|amount due original"
    "|betrag~|betrag brutto|bruttobetrag|brutto|rechnungsbetrag|belegbetrag|ursprungsbetrag|ursprünglicher betrag|urspr betrag|originalbetrag"
    "|betrag in bw|betr in bw|betrag bw|betrag in belegwährung|betrag belegwährung|gesamtbetrag|rechnungssumme|endbetrag|umsatz~|wrbtr|summe~"
    "|umsatz ohne soll haben kz|bedrag~|factuurbedrag|bedrag incl btw|totaal~|totaalbedrag|bruto|bruto bedrag|oorspronkelijk bedrag|amount total signed"
    "|gross invoice amount|gross value|invoiced|total invoiced|debtor amount|value~|rechnungsbrutto|forderung|forderungsbetrag",
    F.IBANS: "ibans|iban|bank account|bank accounts|bankverbindung|iban nummer|bankkonto|bankrekening|rekeningnummer|iban number",
    F.KEY: "key|bank key|account key|schlüssel|id~|kürzel",
    F.LANGUAGE: "language|language code|lang|language key|sprache|spras|sprachschlüssel|taal|taalcode",
    F.LAST_NAME: "last name|lastname|surname|family name|contact last name|nachname|achternaam",
    F.LAST_REMINDER_DATE: "last reminder|last dunned|last dunning date|last reminder date|letzte mahnung|mahndatum|datum letzte mahnung|letztes mahndatum"
    "|madat|laatste aanmaning",
    F.LINE_AMOUNT: "line amount|line total|line value|extended price|extended amount|ext price|net value|sales|sales amount|amount~|net amount~|line net amount"
    "|positionsbetrag|positionswert|gesamtpreis|zeilenbetrag|netwr|regelbedrag|regeltotaal|total~|totaalprijs|revenue|betrag~|turnover",
    F.LINE_ITEM: "line item|line|line no|line nr|line number|item|item no~|itm|position|pos|posnr|position nr|buzei|zeile|zeilennr|regel|regelnummer"
    "|order line number|invoice line id|row|line id",
    F.LOCAL_AMOUNT: "amount in local currency|amount in loc curr|local amount|amount lc|amount in lc|amount local currency|betrag in hw|betr in hw|betrag hw"
    "|betrag hauswährung|betrag in hauswährung|dmbtr|hauswährungsbetrag|amount in company currency|amount company currency|base amount~",
    F.LOCAL_CURRENCY: "local currency|loc curr|lcurr|company currency|hauswährung|hwähr|hwae|hw|bedrijfsvaluta",
    F.NET_AMOUNT: "net amount|net|amount excl tax|amount excl vat|subtotal|sub total|untaxed amount|amount untaxed|net total|nettobetrag|netto|betrag netto"
    "|nettowert|rechnungsnetto|bedrag excl btw|netto bedrag|total excl vat|taxable amount",
    F.NET_DAYS: "net days|terms days|credit days|payment days|term days|due days|nettotage|netto tage|zahlungsziel|zahlungsziel tage|ziel tage|ziel|zbd3t"
    "|betaaltermijn|krediettermijn|betaaldagen|days 2",
    F.OPEN_AMOUNT: "open amount|open|open amt|amount open|balance|outstanding|outstanding amount|amount outstanding|amount due|balance due|remaining|remaining amount"
    "|amount remaining|amount residual|residual|residual amount|open balance|unpaid|unpaid amount|unpaid balance|due amount|total open amount|remaining balance"
    "|offen|offener betrag|offen hw|offen bw|offener posten|betrag offen|op betrag|restbetrag|rest|offener rest|saldo|offener saldo|noch offen|offene forderung"
    "|offene summe|offen eur|openstaand|openstaand bedrag|openstaand saldo|nog te betalen|restant|restbedrag|amount due signed|invoice balance|open value"
    "|outstanding balance|amount residual signed|zu zahlen",
    F.ORDER: "order|order no|order nr|order number|order id|sales order|sales order no|sales order number|so|so no|so number|auftrag|auftragsnr|auftragsnummer"
    "|auftrag nr|bestellung|kundenauftrag|ordernummer|ordernr|verkooporder|bestelling|bestelnummer|vbak vbeln",
    F.ORDER_DATE: "order date|date ordered|ordered on|order dt|auftragsdatum|bestelldatum|audat|orderdatum|besteldatum|date~|sales order date|datum~",
    F.PAID_AMOUNT: "paid amount|amount paid|paid|net paid|net payment|payment amount|net amount~|amount remitted|remitted|cash amount|applied amount|amount applied"
    "|zahlbetrag|zahlungsbetrag|gezahlt|überwiesen|überweisungsbetrag|auszahlungsbetrag|nettozahlung|netto~|betaald|betaald bedrag|net|net amount paid"
    "|total paid|zahlung|amount this payment|invoice payment amount",
    F.PARENT: "parent|parent customer|parent account|parent id|group|head office|konzern|muttergesellschaft|hauptkunde|zentrale|moeder|hoofdklant|parent no"
    "|ultimate parent|group head",
    F.PAYER: "payer|payer no|paying customer|regulierer|abweichender regulierer|zahler|betaler|payer account~|paid by",
    F.PAYMENT_DATE: "payment date|pay date|paid date|date paid|receipt date|received|received on|date received|paid on|value date~|date~|cash date|zahlungsdatum"
    "|zahldatum|zahlungseingang|zahlungseingangsdatum|eingangsdatum|eingang am|bezahlt am|betaaldatum|ontvangstdatum|datum~|deposit date|posting date~"
    "|date of payment|payment dt|transaction date~|settlement date~",
    F.PAYMENT_METHOD: "payment method|payment type|method|means of payment|mode of payment|payment mode|pay method|zahlungsart|zahlweg|zahlungsweg|zahlungsmittel"
    "|betaalwijze|betaalmethode|tender|payment channel",
    F.PAYMENT_REFERENCE: "payment id|payment no|payment number|payment reference|payment ref|check number|check no|cheque no|cheque number|receipt no|receipt number"
    "|receipt|receipt id|transaction id|reference~|reference no~|remittance id|zahlungsnummer|zahlungsnr|zahlungsbeleg|zahlungsreferenz|schecknummer|scheck nr"
    "|betalingsnummer|betalingskenmerk|ref~|cash receipt|payment document|payment doc|zahlbeleg|voucher~",
    F.PAYMENT_TERMS: "payment terms|terms|payment term|cust payment terms|terms of payment|terms code|pay terms|pmt terms|payt terms|payment condition"
    "|zahlungsbedingung|zahlungsbedingungen|zahlbed|zbed|zahl bed|zb|zahlungskondition|zahlungskonditionen|konditionen|zterm|dzterm|betalingsvoorwaarden"
    "|betalingsconditie|betaalconditie|betalingsconditie code|payment terms template",
    F.PHONE: "phone|phone number|telephone|tel|telephone number|phone no|mobile|telefon|telefonnummer|tel nr|telf1|telefoon|telefoonnummer",
    F.POSTAL_CODE: "postal code|postcode|post code|zip|zip code|zipcode|plz|postleitzahl|pstlz|billing postal code",
    F.POSTING_DATE: "posting date|post date|posted on|gl date|accounting date|pstng date|buchungsdatum|buch dat|buchdat|buchungsdat|budat|boekdatum|boekingsdatum"
    "|entry date~|buchungstag|voucher date",
    F.PREPAYMENT_PERCENT: "prepayment percent|prepayment|down payment percent|deposit percent|anzahlung prozent|anzahlung|vorauszahlung prozent|aanbetaling",
    F.PRODUCT: "product|product id|product code|product no|product number|stock code|sku|item code|item id|item number|item no|part no|part number|article|article no"
    "|article number|material|material no|material number|track id|artikel|artikelnr|artikel nr|artikelnummer|art nr|artnr|materialnr|materialnummer|matnr"
    "|produkt|produktnr|produktnummer|productcode|artikelcode|productnummer",
    F.QUANTITY: "quantity|qty|quantity ordered|qty ordered|ordered quantity|quantity invoiced|qty shipped|quantity shipped|quantity sold|units|units sold|pieces"
    "|pcs|menge|fakturierte menge|bestellmenge|anzahl|stück|stk|stückzahl|fkimg|kwmeng|aantal|hoeveelheid|billed quantity",
    F.QUOTE_CURRENCY: "currency|to currency|to|quote currency|target currency|währung|zielwährung|nach währung|iso code|isocode|valuta|naar valuta|tcurr"
    "|currency code|foreign currency",
    F.RATE: "rate|exchange rate|fx rate|conversion rate|kurs|wechselkurs|umrechnungskurs|devisenkurs|koers|wisselkoers|ukurs|mid rate",
    F.RATE_DATE: "date|rate date|valid from|exchange rate date|as of|datum|kursdatum|gültig ab|koersdatum|gdatu|valid on",
    F.REASON: "reason|meaning|reason text|grund|bedeutung|reden|category",
    F.REGION: "region|state|province|county|bundesland|kanton|provincie|regio|state code|territory",
    F.REMITTANCE_TEXT: "purpose|details|description|remittance|remittance information|remittance info|narrative|transaction details|memo|particulars|text|reference text"
    "|verwendungszweck|vwz|zweck|buchungsinformation|buchungsdetails|buchungstext~|mededelingen|mededeling|omschrijving|transaction description|payment details"
    "|notes to payee|payment reference",
    F.REQUIRED_DATE: "required date|requested date|requested delivery date|delivery date|promised date|wunschtermin|lieferdatum|liefertermin|wunschlieferdatum|leverdatum",
    F.SETTLED_DATE: "settled date|cleared date|clearing date|clear date|clearing|paid date|date paid|payment date|paid on|closed date|close date|settlement date|date settled"
    "|date cleared|cleared on|ausgleich|ausgleichsdatum|ausgeglichen am|ausgeglichen|ausgl dat|ausgldat|bezahlt am|zahldatum|zahlungsdatum|augdt|betaaldatum|betaald op"
    "|afgeletterd op|last payment date~|fully paid on|date closed|settled on",
    F.SHIPPED_DATE: "shipped date|ship date|shipping date|date shipped|dispatch date|versanddatum|warenausgangsdatum|verzenddatum|actual goods issue date",
    F.STATUS: "status|state|order status|auftragsstatus|bestelstatus|zustand",
    F.STREET: "street|address|address 1|address line 1|address line1|street address|billing address|strasse|straße|adresse|anschrift|stras|straat|adres|str",
    F.STRUCTURED_REFERENCE: "structured reference|payment reference|rf reference|creditor reference|qr reference|esr reference|kid|ocr|ocr reference|bank reference"
    "|structured communication|strukturierte referenz|zahlungsreferenz|qr referenz|esr referenz|gestructureerde mededeling|betalingskenmerk|isr reference|kidno",
    F.TAX_AMOUNT: "tax|tax amount|vat|vat amount|amount tax|sales tax|gst|total tax|mwst|ust|mwst betrag|ust betrag|steuer|steuerbetrag|umsatzsteuer|mehrwertsteuer"
    "|btw|btw bedrag|gst amount",
    F.TEXT: "text|description|deduction text|wording|bezeichnung|beschreibung|omschrijving|tekst",
    F.TRADING_NAMES: "trading names|trading name|trades as|also known as|aliases|dba|doing business as|handelsname|handelsnamen|handelsnaam|markenname",
    F.UNIT_PRICE: "unit price|price|price each|price per unit|unit price net|net price|selling price|sales price|unit amount|rate~|einzelpreis|e preis|epreis|preis|stückpreis"
    "|vk preis|verkaufspreis|netpr|prijs|stukprijs|eenheidsprijs|prijs per stuk|verkoopprijs|price unit|unit selling price",
    F.VALUE_DATE: "value date|value|val date|valuta|valutadatum|wert|wertstellung|wertstellungstag|wertstellungsdatum|valutatag|rentedatum",
    F.VAT_ID: "vat id|vat no|vat number|vat reg no|vat registration no|tax id|tax no|tax number|tax reg no|vat|ust id|ust idnr|ust idnr|ust id nr|ustid|uid|uid nummer|stceg"
    "|btw nummer|btw nr|gstin|ein|tax registration number|ustidnr|mwst nr",
}
MAIN_WORD_FIRST: dict[F, str] = {
    F.ACCOUNT: "compte|compte bancaire|numero de compte~|cuenta|cuenta bancaria|conta|conta bancaria|conto|conto corrente",
    F.AMOUNT: "montant~|montant reglé|montant payé|montant encaissé|montant commande|importe~|importe cobrado|importe pagado|importe pedido|monto~|importo~|importo pagato"
    "|importo incassato|valor~|valor pago|valor recebido|montante~|total~|montante ordine|importo ordine",
    F.AS_OF_DATE: "date d arreté|date de situation|fecha de corte|a fecha de|data di riferimento|data base|situation au",
    F.BALANCE: "solde|solde total|total~|saldo|saldo total|saldo totale|totale~|saldo final|total general",
    F.BANK_REFERENCE: "reference bancaire|reference~|référence banque|referencia bancaria|referencia~|riferimento banca|riferimento~",
    F.BASE_CURRENCY: "devise de base|divisa base|moneda base|moeda base|valuta base|divisa di base|de",
    F.BASELINE_DATE: "date de base|fecha base|data base di pagamento|data de base",
    F.BOOKING_DATE: "date opération|date d opération|date de l opération|date comptable|date de comptabilisation|date~|fecha operación|fecha de operación|f operacion"
    "|fecha contable|fecha~|data operazione|data contabile|data movimento|data mov|data lançamento|data~|data do movimento",
    F.CITY: "ville|localité|commune|ciudad|población|localidad|poblacion|cidade|localidade|città|comune|località",
    F.CODE: "code motif|codigo|codigo motivo|codice|codice motivo|code",
    F.COMPANY_CODE: "société|code société|entité|sociedad|codigo de sociedad|empresa|società|codice società|azienda|sociedade|filiale",
    F.CONTACT_NAME: "contact|nom du contact|interlocuteur|contacto|persona de contacto|contatto|referente|pessoa de contacto|contato",
    F.COUNTERPARTY_IBAN: "iban contrepartie|compte contrepartie|iban ordenante|cuenta ordenante|iban controparte|conto controparte|iban do ordenante",
    F.COUNTERPARTY_NAME: "contrepartie|donneur d ordre|bénéficiaire|tiers~|ordenante|beneficiario|contraparte|controparte|ordinante|ordinante beneficiario|ordenador"
    "|nombre ordenante|nom donneur d ordre",
    F.COUNTRY: "pays|code pays|país|codigo pais|pais|paese|nazione|codice paese|código do país",
    F.CREDIT_AMOUNT: "crédit|montant crédit|haber|abono|crédito|importe haber|avere|accrediti|entrate|crediti|ingresos|credito",
    F.CREDIT_LIMIT: "limite de crédit|plafond|encours autorisé|plafond de crédit|limite de crédito|límite de riesgo|limite crédito|fido|limite di credito|limite de crédito cliente"
    "|plafond encours",
    F.CURRENCY: "devise|monnaie|code devise|moneda|divisa|codigo moneda|moneda documento|moeda|valuta|divisa documento|codice valuta|codice divisa",
    F.CUSTOMER: "client|n client|no client|num client|numero client|numéro de client|code client|compte client|compte tiers|code tiers|tiers|n tiers|compte auxiliaire|comp aux num"
    "|cliente|n cliente|no cliente|num cliente|numero cliente|número de cliente|codigo cliente|código de cliente|cod cliente|cuenta cliente|deudor|id cliente|nif~"
    "|codigo do cliente|numero do cliente|codice cliente|codice debitore|conto cliente|numero cliente|debitore|ragione|cod cli|código cliente|compte",
    F.CUSTOMER_NAME: "nom|nom client|nom du client|raison sociale|dénomination|libellé tiers|comp aux lib|intitulé|nom du tiers|intitulé du compte|client~|nombre|nombre cliente"
    "|nombre del cliente|nombre de cliente|razón social|cliente~|denominación|nome|nome cliente|nome do cliente|razão social|ragione sociale|denominazione|nominativo|descrizione cliente",
    F.CUSTOMER_PO: "commande client|n commande client|référence client|ref client|votre référence|vos références|bon de commande|pedido cliente|su referencia|referencia cliente"
    "|ref cliente|orden de compra|pedido do cliente|vossa referência|riferimento cliente|ordine cliente|vs ordine|vs riferimento|rif cliente",
    F.DAYS_PAST_DUE: "jours de retard|retard|nb jours retard|jours retard|dias vencidos|días de atraso|días de retraso|dias em atraso|dias atraso|giorni di ritardo|giorni ritardo"
    "|giorni scaduto",
    F.DEBIT_AMOUNT: "débit|montant débit|debe|cargo|débito|importe debe|dare|addebiti|uscite|adeudos|debito|gastos",
    F.DEBIT_CREDIT: "sens|débit crédit|debe haber|d h|dare avere|d a|naturaleza|segno|débito crédito",
    F.DEDUCTION_AMOUNT: "déduction|retenue|montant déduit|deducción|descuento aplicado|retención|dedução|retenção|detrazione|trattenuta|deduzione",
    F.DEDUCTION_CODE: "motif|code motif|motivo|motivo deducción|causale",
    F.DESCRIPTION: "libellé|désignation|objet|commentaire|description|libellé écriture|descripción|concepto|observaciones|comentario|descrição|histórico|observações"
    "|descrizione|causale|note|oggetto",
    F.DIRECT_DEBIT_MANDATE: "mandat|référence mandat|rum|mandato|referencia mandato|mandato sepa|referência do mandato",
    F.DISCOUNT_AMOUNT: "escompte|montant escompte|remise~|descuento|descuento pronto pago|dto pp|desconto|sconto|sconto cassa",
    F.DISCOUNT_DAYS: "jours escompte|días descuento|giorni sconto|dias de desconto",
    F.DISCOUNT_PERCENT: "taux escompte|escompte|porcentaje descuento|percentuale sconto|percentual de desconto",
    F.DISCOUNT_RATE: "remise|taux remise|rabais|descuento|dto|desconto|sconto|sconto percento",
    F.DISPUTED: "litige|en litige|contesté|en disputa|disputada|litigio|contestato|in contestazione|em disputa|contencioso",
    F.DISPUTED_AMOUNT: "montant en litige|montant litigieux|importe en disputa|importo contestato|valor em disputa",
    F.DISPUTE_REASON: "motif litige|motif du litige|motivo disputa|motivo contestazione",
    F.DOCUMENT: "facture|n facture|no facture|num facture|numero facture|numéro de facture|n de facture|réf facture|référence facture|pièce|n pièce|no pièce|numéro de pièce|piece ref"
    "|num pièce|document|n document|factura|n factura|no factura|nro factura|num factura|numero factura|número de factura|n de factura|documento|n documento|no documento|nro documento"
    "|numero documento|número de documento|numero de documento|fatura|n fatura|numero da fatura|número da fatura|nota fiscal|nf|n documento|fattura|n fattura|num fattura|nr fattura"
    "|numero fattura|nostra fattura|vostra fattura|vs fattura|su factura|votre facture|nuestra factura|n doc|num doc|numero~|référence~|reference~|referencia~|partita",
    F.DOCUMENT_DATE: "date facture|date de facture|date de la facture|date pièce|date de pièce|piece date|date document|date du document|date d émission|date émission|date~|fecha factura"
    "|fecha de factura|fecha documento|fecha de documento|fecha emisión|fecha de emisión|fecha~|fecha expedición|data fatura|data da fatura|data emissão|data de emissão|data do documento"
    "|data documento|data fattura|data emissione|data doc|data~|f factura|fecha doc",
    F.DOCUMENT_TYPE: "type|type de pièce|type pièce|type document|type de document|nature|tipo|tipo documento|tipo de documento|tipo doc|clase de documento|clase documento|tipo de fatura|tipo fattura"
    "|genre",
    F.DUE_DATE: "échéance|date échéance|date d échéance|date d échéances|date échéance facture|éch|vencimiento|fecha vencimiento|fecha de vencimiento|vto|fecha vto|f vencimiento|vencimento"
    "|data vencimento|data de vencimento|scadenza|data scadenza|data di scadenza|scad|date limite",
    F.DUNNING_LEVEL: "niveau de relance|relance|nivel de reclamación|livello sollecito|nível de cobrança",
    F.EMAIL: "courriel|adresse e mail|adresse mail|mél|correo|correo electrónico|correo e|e mail|indirizzo e mail|posta elettronica|correio eletrónico",
    F.FIRST_NAME: "prénom|nombre de pila|primeiro nome",
    F.FISCAL_YEAR: "exercice|année|ejercicio|año|esercizio|anno|exercício|ano",
    F.FORMAT: "format|formato",
    F.FREIGHT_AMOUNT: "frais de port|port|transport|portes|gastos de envío|flete|frete|spese di trasporto|trasporto",
    F.GROSS_AMOUNT: "montant~|montant ttc|total ttc|ttc|montant facture|montant initial|montant brut|montant de la facture|montant facturé|montant original|importe~|importe total|importe factura"
    "|importe bruto|importe original|total factura|monto~|monto total|monto factura|valor~|valor total|valor bruto|valor da fatura|valor original|montante~|importo~|importo totale|importo lordo"
    "|importo fattura|importo originario|totale fattura|totale documento|totale~|total~|lordo|total con iva|importe con iva|importe en moneda del documento",
    F.IBANS: "iban|compte bancaire|cuenta bancaria|conto bancario|coordonnées bancaires|conta bancária|coordinate bancarie",
    F.KEY: "clé|clave|chiave|chave",
    F.LANGUAGE: "langue|code langue|idioma|lingua|língua",
    F.LAST_NAME: "nom de famille|apellido|apellidos|cognome|sobrenome|apelido",
    F.LAST_REMINDER_DATE: "dernière relance|date dernière relance|última reclamación|fecha última reclamación|ultimo sollecito|data ultimo sollecito",
    F.LINE_AMOUNT: "montant ligne|total ligne|montant ht~|importe línea|total línea|importo riga|totale riga|valor da linha|total da linha|montant~|importe~|importo~",
    F.LINE_ITEM: "ligne|n ligne|numéro de ligne|línea|n línea|número de línea|riga|n riga|numero riga|linha|poste|posición",
    F.LOCAL_AMOUNT: "montant en devise interne|montant devise société|importe en moneda local|importe en ml|importo in divisa interna|importo valuta locale|montante em moeda interna",
    F.LOCAL_CURRENCY: "devise interne|devise société|moneda local|divisa interna|valuta locale|moeda interna",
    F.NET_AMOUNT: "montant ht|total ht|ht|montant net|importe neto|base imponible|base|neto|subtotal|valor líquido|imponibile|importo netto|netto|base tributável|total sin iva",
    F.NET_DAYS: "délai|délai de paiement|jours|nb jours|plazo|días|plazo de pago|dias~|plazo días|giorni|giorni pagamento|prazo|prazo de pagamento",
    F.OPEN_AMOUNT: "solde|solde dû|reste à payer|reste dû|montant dû|montant ouvert|restant dû|reste|encours|montant restant|solde ouvert|non réglé|saldo|saldo pendiente|pendiente|importe pendiente"
    "|pendiente de cobro|monto pendiente|saldo abierto|importe abierto|em aberto|valor em aberto|saldo em aberto|valor pendente|saldo devedor|montante em aberto|residuo|importo residuo"
    "|da incassare|importo aperto|scoperto|saldo residuo|da pagare|aperto|saldo aperto|importe vivo",
    F.ORDER: "commande|n commande|no commande|num commande|numéro de commande|pedido|n pedido|no pedido|nro pedido|número de pedido|numero pedido|ordine|n ordine|num ordine|numero ordine|encomenda|orden",
    F.ORDER_DATE: "date commande|date de commande|date de la commande|fecha pedido|fecha de pedido|data ordine|data dell ordine|data pedido|data do pedido|data da encomenda|date~|fecha~|data~",
    F.PAID_AMOUNT: "montant payé|montant réglé|net payé|payé|réglé|net à payer|importe pagado|pagado|neto pagado|líquido|importo pagato|pagato|netto pagato|valor pago|pago|montante pago",
    F.PARENT: "groupe|maison mère|société mère|matriz|grupo|empresa matriz|casa madre|capogruppo|empresa mãe",
    F.PAYER: "payeur|tiers payeur|pagador|pagatore|client payeur",
    F.PAYMENT_DATE: "date paiement|date de paiement|date règlement|date de règlement|date d encaissement|date encaissement|date valeur~|date~|fecha pago|fecha de pago|fecha cobro|fecha de cobro|fecha~"
    "|data pagamento|data di pagamento|data incasso|data do pagamento|data de pagamento|data recebimento|data de recebimento|data~",
    F.PAYMENT_METHOD: "mode de paiement|mode règlement|mode de règlement|moyen de paiement|forma de pago|medio de pago|método de pago|metodo pagamento|modalità di pagamento|modalità pagamento"
    "|forma de pagamento|meio de pagamento",
    F.PAYMENT_REFERENCE: "référence paiement|référence de paiement|référence règlement|n règlement|n paiement|n chèque|numéro de chèque|n reçu|número de pago|n pago|referencia pago|referencia de pago|n recibo"
    "|n cheque|cheque|número de recibo|numero pagamento|n pagamento|riferimento pagamento|n assegno|ricevuta|número de pagamento|recibo|référence~|referencia~|riferimento~",
    F.PAYMENT_TERMS: "conditions de paiement|condition de paiement|conditions de règlement|conditions|condiciones de pago|condición de pago|términos de pago|condiciones|condições de pagamento|condição de pagamento"
    "|condizioni di pagamento|condizione di pagamento|termini di pagamento|condizioni",
    F.PHONE: "téléphone|n téléphone|tél|teléfono|tfno|tlf|telefone|telemóvel|telefono|cellulare|móvil",
    F.POSTAL_CODE: "code postal|cp|código postal|c p|cod postal|cap|codice postale",
    F.POSTING_DATE: "date comptable|date de comptabilisation|date d écriture|date écriture|ecriture date|date de saisie~|fecha contable|fecha contabilización|fecha de contabilización|fecha asiento"
    "|data registrazione|data di registrazione|data contabile|data contábil|data lançamento|data de lançamento",
    F.PREPAYMENT_PERCENT: "acompte|pourcentage acompte|anticipo|porcentaje anticipo|acconto|percentuale acconto|adiantamento",
    F.PRODUCT: "article|code article|référence article|réf article|référence~|produit|code produit|artículo|código artículo|cod artículo|código|producto|código producto|referencia artículo|prodotto"
    "|articolo|codice articolo|cod articolo|codice prodotto|produto|código do produto|artigo|código do artigo",
    F.QUANTITY: "quantité|qté|qte|quantité facturée|nombre~|cantidad|cant|cdad|uds|unidades|quantidade|qtd|qtde|quantità|qta|q tà|pezzi",
    F.QUOTE_CURRENCY: "devise|divisa|moneda|moeda|valuta|devise cible|a divisa|en divisa",
    F.RATE: "taux|taux de change|cours|tipo de cambio|cambio|tipo|tasso|tasso di cambio|taxa|taxa de câmbio|câmbio",
    F.RATE_DATE: "date|date du cours|date du taux|fecha|fecha del cambio|fecha tipo|data|data cambio|data do câmbio",
    F.REASON: "raison|motif|libellé motif|motivo|razón|razão",
    F.REGION: "région|province|département|provincia|comunidad|región|regione|estado|província|prov",
    F.REMITTANCE_TEXT: "communication|libellé|motif|libellé opération|détail|concepto|más datos|observaciones|descripción|causale|descrizione|descrizione operazione|descritivo|descrição|detalhes|informations",
    F.REQUIRED_DATE: "date souhaitée|date de livraison|date livraison|fecha entrega|fecha de entrega|fecha requerida|data consegna|data di consegna|data entrega|data de entrega",
    F.SETTLED_DATE: "date de règlement|date règlement|date de paiement|date paiement|date lettrage|date let|réglé le|payé le|fecha pago|fecha de pago|fecha compensación|fecha de compensación|fecha cobro"
    "|data pagamento|data di pagamento|data incasso|data pareggio|data compensação|data de pagamento|data de compensação|pagado el",
    F.SHIPPED_DATE: "date expédition|date d expédition|date envoi|fecha envío|fecha de envío|fecha expedición~|data spedizione|data di spedizione|data envio|data de envio",
    F.STATUS: "statut|état|estado|situación|stato|situação",
    F.STREET: "adresse|adresse 1|rue|dirección|calle|domicilio|direccion|morada|endereço|rua|indirizzo|via",
    F.STRUCTURED_REFERENCE: "communication structurée|référence structurée|référence de paiement|référence qr|referencia estructurada|referencia de pago|riferimento strutturato|referência multibanco"
    "|riferimento creditore",
    F.TAX_AMOUNT: "tva|montant tva|taxe|montant taxe|iva|importe iva|cuota iva|impuesto|impuestos|imposto|valor iva|imposta|importo iva|totale iva",
    F.TEXT: "libellé|texte|désignation|texto|descripción|testo|descrizione|descrição",
    F.TRADING_NAMES: "nom commercial|enseigne|nombre comercial|nome commerciale|insegna|nome comercial|nome fantasia",
    F.UNIT_PRICE: "prix unitaire|prix|pu|pu ht|prix unitaire ht|prix de vente|precio|precio unitario|p unitario|precio unidad|precio venta|preço|preço unitário|valor unitário|prezzo|prezzo unitario"
    "|prezzo di vendita",
    F.VALUE_DATE: "date valeur|date de valeur|valeur|fecha valor|f valor|valor~|data valuta|valuta|data valor|data de valor",
    F.VAT_ID: "n tva|numéro tva|numéro de tva|tva intracommunautaire|n tva intracommunautaire|siret|siren|nif|cif|nif cif|n i f|rut|rfc|cnpj|nipc|contribuinte|partita iva|p iva|piva|codice fiscale|nif cliente",
}  # fmt: skip

# Heads that name nothing an import needs but would be taken for something: (what they say in full words).
NOT_NEEDED = frozenset(
    "customer group|kundengruppe|groupe client|grupo cliente|customer class|customer segment|customer type|kundenart"
    "|on time amount|late amount|very late amount|credit used|risk score|risk flag|average days to pay|aging profile"
    "|aging period definition|credit rating|contact title|title|titel|anrede|salutation|fax|fax no|fax number|telefax"
    "|support rep id|sales rep|sales rep employee number|salesperson|vertreter|collector|sachbearbeiter|employee id"
    "|ship via|ship name|ship address|ship city|ship region|ship postal code|ship country|ship to|paperless date|paperless bill"
    "|days to settle|reports to|buy price|msrp|credit card id|payment sequential|payment installments|probability"
    "|on time probability|late probability|very late probability|address line 2|address line2|adresszusatz"
    "|last payment amount|invoice currency rate|comments count|website|homepage|url|document currency rate"
    "|clearing document|ausgleichsbeleg|ausgl bel|augbl|special gl ind|special g l ind|sonderhauptbuch|net due date symbol".split(
        "|"
    )
)
