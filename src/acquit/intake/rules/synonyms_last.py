"""The words that head columns in English, German and Dutch exports, and the technical names of SAP and others.

In these languages the main word of a compound stands last ("net due date"). A word that ends in `~` is too general to
say by itself what a file is ("date", "amount"). Umlauts may be written out or left out in a head.
"""

from __future__ import annotations

from acquit.intake.rules.kinds import Field

MAIN_WORD_LAST: dict[Field, str] = {
    Field.ACCOUNT: (
        "account|own account|bank account|account iban|own iban|auftragskonto|iban auftragskonto"
        "|eigenes konto|bankkonto|rekening|eigen rekening|account number~|konto~|iban~|kontonummer~"
        "|rekeningnummer"
    ),
    Field.AMOUNT: (
        "amount~|payment amount|paid amount|amount paid|receipt amount|amount received|payment value"
        "|order amount|order total|order value|transaction amount|betrag~|zahlbetrag|zahlungsbetrag|gezahlt"
        "|auftragswert|auftragssumme|bestellwert|umsatz~|betrag eur|bedrag~|betaald bedrag|orderbedrag"
        "|total~|value~|total amount~|payment|net amount~|cash received|credit~|total due~|totaldue~"
    ),
    Field.AS_OF_DATE: (
        "as of date|as of|as at|aging date|ageing date|report date|key date|stichtag|auswertungsdatum"
        "|per datum|peildatum|stand"
    ),
    Field.AUTO_BY_AMOUNT: "auto by amount",
    Field.BALANCE: (
        "balance|total balance|account balance|closing balance|running balance|balance total|total~|saldo"
        "|gesamtsaldo|kontostand|saldo nach buchung|summe~|totaal~|eindsaldo|total due|total outstanding"
        "|open balance|outstanding|total open|gesamt~|offen gesamt|total receivable|op saldo|gesamt offen"
    ),
    Field.BANK_CHARGES: "bank charges|charges|spesen|spesenregelung|bankspesen",
    Field.BANK_REFERENCE: (
        "bank reference|transaction id~|transaction reference|reference~|bankreferenz|referenz~|bank ref"
        "|end to end reference|kundenreferenz end to end|mandatsreferenz~|transactiereferentie"
        "|entry reference"
    ),
    Field.BASE_CURRENCY: (
        "base|base currency|from currency|from|source currency|basiswaehrung|von waehrung|van valuta|fcurr"
    ),
    Field.BASELINE_DATE: (
        "baseline date|baseline|baseline create date|baseline payment date|baseline payment dte|bline date"
        "|basisdatum|zahlungsbasisdatum|zfbdt|basis datum|fälligkeitsbasis|basisdatum für fälligkeit"
    ),
    Field.BOOKING_DATE: (
        "booking date|posting date|transaction date|entry date|date~|posted|posted date|buchungstag"
        "|buchungsdatum|buchung|datum~|boekdatum|boekingsdatum|transactiedatum|trans date|completed date"
        "|date completed"
    ),
    Field.CITY: (
        "city|town|place|location~|ort|stadt|wohnort|plaats|woonplaats|ort01|billing city|bill to city"
    ),
    Field.CODE: "code|reason code|deduction code|grund code|abzugscode|grundschlüssel|schlüssel~|rcode",
    Field.COMPANY_CODE: (
        "company code|company~|business code|entity|legal entity|business unit|comp code|cocd|cocode|bukrs"
        "|buchungskreis|bukr|mandant|gesellschaft|administratie|company id|operating unit|subsidiary|bk"
    ),
    Field.CONTACT_NAME: (
        "contact|contact name|contact person|ansprechpartner|kontakt|kontaktperson|contactpersoon|attention"
    ),
    Field.COUNTERPARTY_IBAN: (
        "iban~|counterparty iban|counterparty account|partner iban|payer iban|sender iban|debtor iban"
        "|kontonummer iban|iban zahlungspflichtiger|iban auftraggeber|gegenkonto|kontonummer~"
        "|iban zahlungsbeteiligter|tegenrekening|account number~|tegenrekening iban bban|gegen iban"
        "|payer account"
    ),
    Field.COUNTERPARTY_NAME: (
        "counterparty|counterparty name|payee|payer~|payer name|sender|sender name|remitter|ordering party"
        "|partner name|beneficiary|auftraggeber empfänger|auftraggeber begünstigter"
        "|begünstigter zahlungspflichtiger|auftraggeber|zahlungspflichtiger|name zahlungsbeteiligter"
        "|zahlungsbeteiligter|empfänger|einzahler|zahler|tegenpartij|naam tegenpartij|naam~|name~"
        "|beguenstigter zahlungspflichtiger|naam omschrijving|payee name|empfänger zahlungspflichtiger"
        "|counter party"
    ),
    Field.COUNTRY: (
        "country|country code|country key|ctry|land|land1|ländercode|landcode|länderschlüssel|billing country"
    ),
    Field.CREDIT_AMOUNT: (
        "credit|credit amount|money in|paid in|deposit|deposits|haben|habenbetrag|gutschrift~|eingang~"
        "|credits|amount credit|cr|bij|haben eur|credit amt|betrag haben"
    ),
    Field.CREDIT_LIMIT: (
        "credit limit|limit|creditlimit|credit line|max credit|kreditlimit|kreditlinie|klimk|kredietlimiet"
        "|credit limit amount"
    ),
    Field.CURRENCY: (
        "currency|currency code|curr|ccy|cur|crcy|doc currency|document currency|invoice currency"
        "|transaction currency|trx currency|währung|wä|wae|währ|whrg|whg|währg|wkz|währungsschlüssel"
        "|währungscode|währungskennzeichen|bwähr|belegwährung|waers|wshrg|valuta|munt|muntsoort|muntcode"
        "|valutacode|iso currency|order currency|doc curr|wkz umsatz|kontowährung"
    ),
    Field.CUSTOMER: (
        "a c|a c ref|account ref|account reference|"
        "customer|customer no|customer nr|customer number|customer id|customer code|customer account"
        "|customer account no|customer acct|customer key|customer ref id|cust|cust no|cust number|cust id"
        "|cust code|cust num|cust acct|account|account no~|account number~|account id|account code|client"
        "|client id|client no|client number|client code|debtor|debtor no|debtor number|debtor id"
        "|debtor code|sold to|sold to party|bill to|bill to party|bill to customer|partner|partner id|party"
        "|party id|kunde|kundennr|kunden nr|kundennummer|kunden nummer|kunden id|kd nr|kdnr|kundenkonto"
        "|debitor|debitornr|debitor nr|debitorennr|debitorennummer|debitoren nr|debitorenkonto|deb nr|konto"
        "|kontonr|konto nr|kontonummer~|personenkonto|geschäftspartner|gp nr|gpnr|auftraggeber|regulierer"
        "|kunnr|kunag|kunre|kunrg|klant|klantnummer|klantnr|klant nr|klantcode|klant id|debiteur"
        "|debiteurnummer|debiteurnr|debiteurcode|relatie|relatienummer|relatiecode|customer name id"
        "|acct no~|acct~|custno|custid|payer id|bill to id|sold to id|id~|no~|nr~|number~|nummer~|code~"
        "|key~"
    ),
    Field.CUSTOMER_NAME: (
        "kontobezeichnung|partner display name|invoice partner display name|contact~|customer full name|"
        "customer name|name customer|client name|company name|company|name|name 1|name1|debtor name"
        "|account name|customer~|business name|legal name|bill to name|sold to name|partner name|party name"
        "|customer full name|organisation|organization|kundenname|kunde name|name des kunden|firma"
        "|firmenname|debitorname|debitorenname|debitor name|bezeichnung~|kundenbezeichnung|naam|klantnaam"
        "|bedrijfsnaam|naam klant|debiteurnaam|naam debiteur|client~|kunde~|partner~|party~|cust name"
        "|trading as"
    ),
    Field.CUSTOMER_PO: (
        "customer po|po|po no|po number|p o no|purchase order|purchase order number|customer reference"
        "|customer ref|cust ref|your reference|your ref|client order|customer order|customer order no"
        "|po reference|bestellnummer|bestellnr|bestell nr|bestellnummer kunde|kundenbestellnummer"
        "|kundenbestellung|kundenreferenz|ihre referenz|ihr zeichen|ihre bestellung|bstnk|bstkd"
        "|klantreferentie|uw referentie|inkooporder|inkoopordernummer|po ref|cust po"
        "|customer s purchase order|client order ref"
    ),
    Field.DAYS_PAST_DUE: (
        "days past due|days late|days overdue|overdue days|dayslate|arrears|arrears after net due date"
        "|days in arrears|dpd|aging days|age days|age|verzugstage|tage überfällig|überfällig seit|verzug"
        "|tage verzug|verz netto|dagen te laat|dagen over|dagen vervallen|actual days late|past due days"
        "|days outstanding"
    ),
    Field.DEBIT_AMOUNT: (
        "debit|debit amount|money out|paid out|withdrawal|withdrawals|soll|sollbetrag|belastung|ausgang~"
        "|debits|amount debit|dr|af|soll eur|debit amt|betrag soll"
    ),
    Field.DEBIT_CREDIT: (
        "debit credit|debit credit indicator|dr cr|d c|dc|cr dr|credit debit|sign|soll haben"
        "|soll haben kennzeichen|s h|sh kz|sh|shkzg|af bij|debit credit mark|credit debit indicator"
    ),
    Field.DEDUCTION_AMOUNT: (
        "deduction|deductions|deduction amount|adjustment|adjustments|adjustment amount|short pay"
        "|amount deducted|withheld|abzug|abzüge|abzugsbetrag|kürzung|kürzungsbetrag|einbehalt|inhouding"
        "|aftrek|discrepancy|chargeback|claim amount|other deductions"
    ),
    Field.DEDUCTION_CODE: (
        "reason code|deduction code|adjustment code|adjustment reason|deduction reason|reason~|abzugsgrund"
        "|grund|kürzungsgrund|reden"
    ),
    Field.DESCRIPTION: (
        "description|text|memo|comment|comments|details|note|notes|remark|remarks|item text|subject"
        "|narration|line description|item description|product name|product description|beschreibung"
        "|buchungstext|positionstext|bezeichnung|bemerkung|hinweis|sgtxt|zuordnung|artikelbezeichnung"
        "|omschrijving|toelichting|opmerking|user remarks|invoice description|assignment|label"
    ),
    Field.DIRECT_DEBIT_MANDATE: (
        "direct debit mandate|mandate|mandate reference|mandate id|mandat|mandatsreferenz|sepa mandat"
        "|machtiging|machtigingskenmerk|mandate no|umr"
    ),
    Field.DISCOUNT_AMOUNT: (
        "discount|discount amount|discount taken|cash discount|cash discount amount|disc taken|disc amount"
        "|skonto|skontobetrag|skto|abgezogener skonto|korting|betalingskorting|kontant korting"
        "|less discount|early payment discount|settlement discount"
    ),
    Field.DISCOUNT_DAYS: (
        "discount days|disc days|cash discount days|skontotage|skontofrist|kortingsdagen|skonto tage|days 1"
    ),
    Field.DISCOUNT_PERCENT: (
        "discount percent|discount percentage|disc percent|cash discount percent|skontosatz|skonto prozent"
        "|skonto|discount pct|kortingspercentage|cash disc percent|disc 1"
    ),
    Field.DISCOUNT_RATE: (
        "discount|disc|discount percent|rebate|line discount|rabatt|rabattsatz|rabatt prozent|korting"
        "|discount rate|disc percent"
    ),
    Field.DISPUTED: (
        "disputed|dispute|in dispute|disputed flag|is disputed|strittig|in klärung|klärung|klärfall"
        "|reklamiert|reklamation|betwist|dispute flag|dispute status"
    ),
    Field.DISPUTED_AMOUNT: (
        "disputed amount|dispute amount|amount in dispute|strittiger betrag|klärungsbetrag|betwist bedrag"
    ),
    Field.DISPUTE_REASON: (
        "dispute reason|dispute code|klärungsgrund|reklamationsgrund|reden betwisting|reason for dispute"
    ),
    Field.DOCUMENT: (
        "num~|ref~|tran id~|transaction number~|"
        "document|document no|document nr|document number|document id|doc|doc no|doc nr|doc id|doc number"
        "|doc num|docno|invoice|invoice no|invoice nr|invoice number|invoice id|invoice num|invoice ref"
        "|invoice reference|inv|inv no|inv nr|inv number|inv num|inv id|bill no|bill number|bill"
        "|voucher no~|voucher number~|voucher~|transaction no|transaction number|trx number|trx no|number~"
        "|no~|your invoice|our invoice|our reference|our ref|supplier invoice|supplier reference"
        "|invoice document|billing document|billing doc|ref no~|reference~|reference no~|reference number~"
        "|beleg|belegnr|beleg nr|belegnummer|beleg nummer|belegno|rechnung|rechnungsnr|rechnungs nr"
        "|rechnungsnummer|rechnung nr|rechn nr|rechnr|rg nr|rgnr|re nr|renr|faktura|fakturanr|fakturanummer"
        "|faktura nr|dokument|dokumentnr|dokumentnummer|opos nr|op nr|op nummer|belegfeld 1|referenzbeleg"
        "|externe belegnr|buchungsbeleg|ihre rechnung|ihre rechnungsnr|ihre rechnungsnummer|belnr|vbeln"
        "|xblnr~|rebzg~|nummer~|nr~|referenz~|factuur|factuurnummer|factuurnr|factuur nr|boekstuk"
        "|boekstuknummer|boekstuknr|documentnummer|uw factuurnummer|uw factuur|sales invoice|credit note no"
        "|credit memo|ar invoice|tax invoice no"
    ),
    Field.DOCUMENT_DATE: (
        "document date|doc date|invoice date|inv date|bill date|billing date|issue date|date issued|issued"
        "|issued on|transaction date|trx date|date~|invoice dt|belegdatum|beleg datum|belegdat|beleg dat"
        "|rechnungsdatum|rechn datum|rg datum|re datum|fakturadatum|fkdat|bldat|ausstellungsdatum|datum~"
        "|factuurdatum|documentdatum|boekstukdatum|invoice issue date|date of issue|creation date~|created~"
        "|invoiced on"
    ),
    Field.DOCUMENT_TYPE: (
        "type|document type|doc type|transaction type|trans type|trx type|invoice type|voucher type"
        "|move type|item type|entry type|class~|record type|art|belegart|beleg art|dokumentart"
        "|dokumententyp|vorgang|vorgangsart|blart|ba|soort|type document|documentsoort|boekingssoort|kind"
        "|doctype"
    ),
    Field.DUE_DATE: (
        "due date|due|due in date|due on|net due date|net due|payment due|payment due date|date due"
        "|maturity|maturity date|due dt|invoice due date|invoice date due|fällig|fälligkeit"
        "|fälligkeitsdatum|fällig am|fällig zum|nettofälligkeit|netto fälligkeit|nettofäll|fäll|fällig per"
        "|zahlbar bis|zahlbar am|netdt|faedt|zfaell|valutadatum fälligkeit|vervaldatum|vervaldag|verval"
        "|vervalt|zahlungsziel datum|payment deadline|pay by"
    ),
    Field.DUNNING_LEVEL: (
        "dunning level|dunning|reminder level|mahnstufe|mahnst|mahnung|mahnungen|aanmaningsniveau|mahns"
    ),
    Field.EMAIL: (
        "email|e mail|mail|email address|mail address|e mail adresse|mailadresse|emailadres|billing email"
        "|smtp addr|e mailadres"
    ),
    Field.FIRST_NAME: "first name|firstname|given name|contact first name|vorname|voornaam",
    Field.FISCAL_YEAR: "fiscal year|business year|year|geschäftsjahr|gjahr|gj|boekjaar|financial year",
    Field.FORMAT: "format|statement format|file format|auszugsformat|dateiformat|formaat",
    Field.FREIGHT_AMOUNT: (
        "freight|freight amount|shipping|shipping cost|shipping amount|fracht|versandkosten|verzendkosten"
    ),
    Field.GROSS_AMOUNT: (
        "amount~|gross amount|gross|original amount|orig amount|invoice amount|inv amount|inv amt"
        "|invoice total|total~|total amount~|amount total|grand total|amount incl tax|total incl tax"
        "|total incl vat|amount in transaction currency|amount in doc curr|amount in document currency"
        "|document amount|doc amount|doc amt|invoiced amount|billed amount|billed|invoice value"
        "|amount doc curr|original|amt~|converted usd|total open amount~|amount due original|betrag~"
        "|betrag brutto|bruttobetrag|brutto|rechnungsbetrag|belegbetrag|ursprungsbetrag"
        "|ursprünglicher betrag|urspr betrag|originalbetrag|betrag in bw|betr in bw|betrag bw"
        "|betrag in belegwährung|betrag belegwährung|gesamtbetrag|rechnungssumme|endbetrag|umsatz~|wrbtr"
        "|summe~|umsatz ohne soll haben kz|bedrag~|factuurbedrag|bedrag incl btw|totaal~|totaalbedrag|bruto"
        "|bruto bedrag|oorspronkelijk bedrag|amount total signed|gross invoice amount|gross value|invoiced"
        "|total invoiced|debtor amount|value~|rechnungsbrutto|forderung|forderungsbetrag"
    ),
    Field.IBANS: (
        "ibans|iban|bank account|bank accounts|bankverbindung|iban nummer|bankkonto|bankrekening"
        "|rekeningnummer|iban number"
    ),
    Field.KEY: "key|bank key|account key|schlüssel|id~|kürzel",
    Field.LANGUAGE: "language|language code|lang|language key|sprache|spras|sprachschlüssel|taal|taalcode",
    Field.LAST_NAME: "last name|lastname|surname|family name|contact last name|nachname|achternaam",
    Field.LAST_REMINDER_DATE: (
        "last reminder|last dunned|last dunning date|last reminder date|letzte mahnung|mahndatum"
        "|datum letzte mahnung|letztes mahndatum|madat|laatste aanmaning"
    ),
    Field.LINE_AMOUNT: (
        "line amount|line total|line value|extended price|extended amount|ext price|net value|sales"
        "|sales amount|amount~|net amount~|line net amount|positionsbetrag|positionswert|gesamtpreis"
        "|zeilenbetrag|netwr|regelbedrag|regeltotaal|total~|totaalprijs|revenue|betrag~|turnover"
    ),
    Field.LINE_ITEM: (
        "line item|line|line no|line nr|line number|item|item no~|itm|position|pos|posnr|position nr|buzei"
        "|zeile|zeilennr|regel|regelnummer|order line number|invoice line id|row|line id"
    ),
    Field.LOCAL_AMOUNT: (
        "amount in local currency|amount in loc curr|local amount|amount lc|amount in lc"
        "|amount local currency|betrag in hw|betr in hw|betrag hw|betrag hauswährung|betrag in hauswährung"
        "|dmbtr|hauswährungsbetrag|amount in company currency|amount company currency|base amount~"
    ),
    Field.LOCAL_CURRENCY: (
        "local currency|loc curr|lcurr|company currency|hauswährung|hwähr|hwae|hw|bedrijfsvaluta"
    ),
    Field.NET_AMOUNT: (
        "net amount|net|amount excl tax|amount excl vat|subtotal|sub total|untaxed amount|amount untaxed"
        "|net total|nettobetrag|netto|betrag netto|nettowert|rechnungsnetto|bedrag excl btw|netto bedrag"
        "|total excl vat|taxable amount"
    ),
    Field.NET_DAYS: (
        "net days|terms days|credit days|payment days|term days|due days|nettotage|netto tage|zahlungsziel"
        "|zahlungsziel tage|ziel tage|ziel|zbd3t|betaaltermijn|krediettermijn|betaaldagen|days 2"
    ),
    Field.OPEN_AMOUNT: (
        "open amount|open|open amt|amount open|balance|outstanding|outstanding amount|amount outstanding"
        "|amount due|balance due|remaining|remaining amount|amount remaining|amount residual|residual"
        "|residual amount|open balance|unpaid|unpaid amount|unpaid balance|due amount|total open amount"
        "|remaining balance|offen|offener betrag|offen hw|offen bw|offener posten|betrag offen|op betrag"
        "|restbetrag|rest|offener rest|saldo|offener saldo|noch offen|offene forderung|offene summe"
        "|offen eur|openstaand|openstaand bedrag|openstaand saldo|nog te betalen|restant|restbedrag"
        "|amount due signed|invoice balance|open value|outstanding balance|amount residual signed|zu zahlen"
    ),
    Field.ORDER: (
        "order|order no|order nr|order number|order id|sales order|sales order no|sales order number|so"
        "|so no|so number|auftrag|auftragsnr|auftragsnummer|auftrag nr|bestellung|kundenauftrag|ordernummer"
        "|ordernr|verkooporder|bestelling|bestelnummer|vbak vbeln"
    ),
    Field.ORDER_DATE: (
        "order date|date ordered|ordered on|order dt|auftragsdatum|bestelldatum|audat|orderdatum"
        "|besteldatum|date~|sales order date|datum~"
    ),
    Field.PAID_AMOUNT: (
        "paid amount|amount paid|paid|net paid|net payment|payment amount|net amount~|amount remitted"
        "|remitted|cash amount|applied amount|amount applied|zahlbetrag|zahlungsbetrag|gezahlt|überwiesen"
        "|überweisungsbetrag|auszahlungsbetrag|nettozahlung|netto~|betaald|betaald bedrag|net"
        "|net amount paid|total paid|zahlung|amount this payment|invoice payment amount"
    ),
    Field.PARENT: (
        "parent|parent customer|parent account|parent id|group|head office|konzern|muttergesellschaft"
        "|hauptkunde|zentrale|moeder|hoofdklant|parent no|ultimate parent|group head"
    ),
    Field.PAYER: (
        "payer|payer no|paying customer|regulierer|abweichender regulierer|zahler|betaler|payer account~"
        "|paid by"
    ),
    Field.PAYMENT_DATE: (
        "payment date|pay date|paid date|date paid|receipt date|received|received on|date received|paid on"
        "|value date~|date~|cash date|zahlungsdatum|zahldatum|zahlungseingang|zahlungseingangsdatum"
        "|eingangsdatum|eingang am|bezahlt am|betaaldatum|ontvangstdatum|datum~|deposit date|posting date~"
        "|date of payment|payment dt|transaction date~|settlement date~"
    ),
    Field.PAYMENT_METHOD: (
        "payment method|payment type|method|means of payment|mode of payment|payment mode|pay method"
        "|zahlungsart|zahlweg|zahlungsweg|zahlungsmittel|betaalwijze|betaalmethode|tender|payment channel"
    ),
    Field.PAYMENT_REFERENCE: (
        "payment id|payment no|payment number|payment reference|payment ref|check number|check no|cheque no"
        "|cheque number|receipt no|receipt number|receipt|receipt id|transaction id|reference~"
        "|reference no~|remittance id|zahlungsnummer|zahlungsnr|zahlungsbeleg|zahlungsreferenz|schecknummer"
        "|scheck nr|betalingsnummer|betalingskenmerk|ref~|cash receipt|payment document|payment doc"
        "|zahlbeleg|voucher~"
    ),
    Field.PAYMENT_TERMS: (
        "payment terms|terms|payment term|cust payment terms|terms of payment|terms code|pay terms"
        "|pmt terms|payt terms|payment condition|zahlungsbedingung|zahlungsbedingungen|zahlbed|zbed"
        "|zahl bed|zb|zahlungskondition|zahlungskonditionen|konditionen|zterm|dzterm|betalingsvoorwaarden"
        "|betalingsconditie|betaalconditie|betalingsconditie code|payment terms template"
    ),
    Field.PHONE: (
        "phone|phone number|telephone|tel|telephone number|phone no|mobile|telefon|telefonnummer|tel nr"
        "|telf1|telefoon|telefoonnummer"
    ),
    Field.POSTAL_CODE: (
        "postal code|postcode|post code|zip|zip code|zipcode|plz|postleitzahl|pstlz|billing postal code"
    ),
    Field.POSTING_DATE: (
        "posting date|post date|posted on|gl date|accounting date|pstng date|buchungsdatum|buch dat|buchdat"
        "|buchungsdat|budat|boekdatum|boekingsdatum|entry date~|buchungstag|voucher date"
    ),
    Field.PREPAYMENT_PERCENT: (
        "prepayment percent|prepayment|down payment percent|deposit percent|anzahlung prozent|anzahlung"
        "|vorauszahlung prozent|aanbetaling"
    ),
    Field.PRODUCT: (
        "product|product id|product code|product no|product number|stock code|sku|item code|item id"
        "|item number|item no|part no|part number|article|article no|article number|material|material no"
        "|material number|track id|artikel|artikelnr|artikel nr|artikelnummer|art nr|artnr|materialnr"
        "|materialnummer|matnr|produkt|produktnr|produktnummer|productcode|artikelcode|productnummer"
    ),
    Field.QUANTITY: (
        "quantity|qty|quantity ordered|qty ordered|ordered quantity|quantity invoiced|qty shipped"
        "|quantity shipped|quantity sold|units|units sold|pieces|pcs|menge|fakturierte menge|bestellmenge"
        "|anzahl|stück|stk|stückzahl|fkimg|kwmeng|aantal|hoeveelheid|billed quantity"
    ),
    Field.QUOTE_CURRENCY: (
        "currency|to currency|to|quote currency|target currency|währung|zielwährung|nach währung|iso code"
        "|isocode|valuta|naar valuta|tcurr|currency code|foreign currency"
    ),
    Field.RATE: (
        "rate|exchange rate|fx rate|conversion rate|kurs|wechselkurs|umrechnungskurs|devisenkurs|koers"
        "|wisselkoers|ukurs|mid rate"
    ),
    Field.RATE_DATE: (
        "date|rate date|valid from|exchange rate date|as of|datum|kursdatum|gültig ab|koersdatum|gdatu"
        "|valid on"
    ),
    Field.REASON: "reason|meaning|reason text|grund|bedeutung|reden|category",
    Field.REGION: "region|state|province|county|bundesland|kanton|provincie|regio|state code|territory",
    Field.REMITTANCE_TEXT: (
        "purpose|details|description|remittance|remittance information|remittance info|narrative"
        "|transaction details|memo|particulars|text|reference text|verwendungszweck|vwz|zweck"
        "|buchungsinformation|buchungsdetails|buchungstext~|mededelingen|mededeling|omschrijving"
        "|transaction description|payment details|notes to payee|payment reference"
    ),
    Field.REQUIRED_DATE: (
        "required date|requested date|requested delivery date|delivery date|promised date|wunschtermin"
        "|lieferdatum|liefertermin|wunschlieferdatum|leverdatum"
    ),
    Field.SETTLED_DATE: (
        "settled date|cleared date|clearing date|clear date|clearing|paid date|date paid|payment date"
        "|paid on|closed date|close date|settlement date|date settled|date cleared|cleared on|ausgleich"
        "|ausgleichsdatum|ausgeglichen am|ausgeglichen|ausgl dat|ausgldat|bezahlt am|zahldatum"
        "|zahlungsdatum|augdt|betaaldatum|betaald op|afgeletterd op|last payment date~|fully paid on"
        "|date closed|settled on"
    ),
    Field.SHIPPED_DATE: (
        "shipped date|ship date|shipping date|date shipped|dispatch date|versanddatum|warenausgangsdatum"
        "|verzenddatum|actual goods issue date"
    ),
    Field.STATUS: "status|state|order status|auftragsstatus|bestelstatus|zustand",
    Field.STREET: (
        "street|address|address 1|address line 1|address line1|street address|billing address|strasse"
        "|straße|adresse|anschrift|stras|straat|adres|str"
    ),
    Field.STRUCTURED_REFERENCE: (
        "structured reference|payment reference|rf reference|creditor reference|qr reference|esr reference"
        "|kid|ocr|ocr reference|bank reference|structured communication|strukturierte referenz"
        "|zahlungsreferenz|qr referenz|esr referenz|gestructureerde mededeling|betalingskenmerk"
        "|isr reference|kidno"
    ),
    Field.TAX_AMOUNT: (
        "tax|tax amount|vat|vat amount|amount tax|sales tax|gst|total tax|mwst|ust|mwst betrag|ust betrag"
        "|steuer|steuerbetrag|umsatzsteuer|mehrwertsteuer|btw|btw bedrag|gst amount"
    ),
    Field.TEXT: "text|description|deduction text|wording|bezeichnung|beschreibung|omschrijving|tekst",
    Field.TRADING_NAMES: (
        "trading names|trading name|trades as|also known as|aliases|dba|doing business as|handelsname"
        "|handelsnamen|handelsnaam|markenname"
    ),
    Field.UNIT_PRICE: (
        "unit price|price|price each|price per unit|unit price net|net price|selling price|sales price"
        "|unit amount|rate~|einzelpreis|e preis|epreis|preis|stückpreis|vk preis|verkaufspreis|netpr|prijs"
        "|stukprijs|eenheidsprijs|prijs per stuk|verkoopprijs|price unit|unit selling price"
    ),
    Field.VALUE_DATE: (
        "value date|value|val date|valuta|valutadatum|wert|wertstellung|wertstellungstag|wertstellungsdatum"
        "|valutatag|rentedatum"
    ),
    Field.VAT_ID: (
        "vat id|vat no|vat number|vat reg no|vat registration no|tax id|tax no|tax number|tax reg no|vat"
        "|ust id|ust idnr|ust id nr|ustid|uid|uid nummer|stceg|btw nummer|btw nr|gstin|ein"
        "|tax registration number|ustidnr|mwst nr"
    ),
    Field.VIRTUAL_ACCOUNT: (
        "virtual account|virtual iban|virtual account number|virtual accounts|account~|virtuelles konto|virtuelle iban"
        "|virtuelle kontonummer|virtuele rekening|virtueel rekeningnummer|virtuele iban"
    ),
}

# Heads that name nothing an import needs but would be taken for something.
NOT_NEEDED = (
    "address line 2|address line2|adresszusatz|aging period definition|aging profile|anrede|augbl"
    "|ausgl bel|ausgleichsbeleg|average days to pay|buy price|clearing document|collector|comments count"
    "|contact title|credit card id|credit rating|credit used|customer class|customer group"
    "|customer segment|customer type|days to settle|document currency rate|employee id|fax|fax no"
    "|fax number|groupe client|grupo cliente|homepage|invoice currency rate|kundenart|kundengruppe"
    "|last payment amount|late amount|late probability|msrp|net due date symbol|on time amount"
    "|on time probability|paperless bill|paperless date|payment installments|payment sequential"
    "|probability|reports to|risk flag|risk score|sachbearbeiter|sales rep|sales rep employee number"
    "|salesperson|salutation|ship address|ship city|ship country|ship name|ship postal code|ship region"
    "|ship to|ship via|sonderhauptbuch|special g l ind|special gl ind|support rep id|telefax|titel|title"
    "|url|vertreter|very late amount|very late probability|website"
)
