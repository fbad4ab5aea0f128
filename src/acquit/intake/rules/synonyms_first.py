"""The words that head columns in French, Spanish, Portuguese and Italian exports.

In these languages the main word stands first ("date de la facture"). A word that ends in `~` is too general to say by
itself what a file is. Accents may be left out in a head.
"""

from __future__ import annotations

from acquit.intake.rules.kinds import Field

MAIN_WORD_FIRST: dict[Field, str] = {
    Field.ACCOUNT: (
        "compte|compte bancaire|numero de compte~|cuenta|cuenta bancaria|conta|conta bancaria|conto"
        "|conto corrente"
    ),
    Field.AMOUNT: (
        "montant~|montant reglé|montant payé|montant encaissé|montant commande|importe~|importe cobrado"
        "|importe pagado|importe pedido|monto~|importo~|importo pagato|importo incassato|valor~|valor pago"
        "|valor recebido|montante~|total~|montante ordine|importo ordine"
    ),
    Field.AS_OF_DATE: (
        "date d arreté|date de situation|fecha de corte|a fecha de|data di riferimento|data base|situation au"
    ),
    Field.BALANCE: (
        "solde|solde total|total~|saldo|saldo total|saldo totale|totale~|saldo final|total general"
    ),
    Field.BANK_REFERENCE: (
        "reference bancaire|reference~|référence banque|referencia bancaria|referencia~|riferimento banca"
        "|riferimento~"
    ),
    Field.BASE_CURRENCY: "devise de base|divisa base|moneda base|moeda base|valuta base|divisa di base|de",
    Field.BASELINE_DATE: "date de base|fecha base|data base di pagamento|data de base",
    Field.BOOKING_DATE: (
        "date opération|date d opération|date de l opération|date comptable|date de comptabilisation|date~"
        "|fecha operación|fecha de operación|f operacion|fecha contable|fecha~|data operazione"
        "|data contabile|data movimento|data mov|data lançamento|data~|data do movimento"
    ),
    Field.CITY: (
        "ville|localité|commune|ciudad|población|localidad|poblacion|cidade|localidade|città|comune|località"
    ),
    Field.CODE: "code motif|codigo|codigo motivo|codice|codice motivo|code",
    Field.COMPANY_CODE: (
        "société|code société|entité|sociedad|codigo de sociedad|empresa|società|codice società|azienda"
        "|sociedade|filiale"
    ),
    Field.CONTACT_NAME: (
        "contact|nom du contact|interlocuteur|contacto|persona de contacto|contatto|referente"
        "|pessoa de contacto|contato"
    ),
    Field.COUNTERPARTY_IBAN: (
        "iban contrepartie|compte contrepartie|iban ordenante|cuenta ordenante|iban controparte"
        "|conto controparte|iban do ordenante"
    ),
    Field.COUNTERPARTY_NAME: (
        "contrepartie|donneur d ordre|bénéficiaire|tiers~|ordenante|beneficiario|contraparte|controparte"
        "|ordinante|ordinante beneficiario|ordenador|nombre ordenante|nom donneur d ordre"
    ),
    Field.COUNTRY: "pays|code pays|país|codigo pais|pais|paese|nazione|codice paese|código do país",
    Field.CREDIT_AMOUNT: (
        "crédit|montant crédit|haber|abono|crédito|importe haber|avere|accrediti|entrate|crediti|ingresos"
        "|credito"
    ),
    Field.CREDIT_LIMIT: (
        "limite de crédit|plafond|encours autorisé|plafond de crédit|limite de crédito|límite de riesgo"
        "|limite crédito|fido|limite di credito|limite de crédito cliente|plafond encours"
    ),
    Field.CURRENCY: (
        "devise|monnaie|code devise|moneda|divisa|codigo moneda|moneda documento|moeda|valuta"
        "|divisa documento|codice valuta|codice divisa"
    ),
    Field.CUSTOMER: (
        "client|n client|no client|num client|numero client|numéro de client|code client|compte client"
        "|compte tiers|code tiers|tiers|n tiers|compte auxiliaire|comp aux num|cliente|n cliente|no cliente"
        "|num cliente|numero cliente|número de cliente|codigo cliente|código de cliente|cod cliente"
        "|cuenta cliente|deudor|id cliente|nif~|codigo do cliente|numero do cliente|codice cliente"
        "|codice debitore|conto cliente|debitore|ragione|cod cli|código cliente|compte"
    ),
    Field.CUSTOMER_NAME: (
        "nom|nom client|nom du client|raison sociale|dénomination|libellé tiers|comp aux lib|intitulé"
        "|nom du tiers|intitulé du compte|client~|nombre|nombre cliente|nombre del cliente"
        "|nombre de cliente|razón social|cliente~|denominación|nome|nome cliente|nome do cliente"
        "|razão social|ragione sociale|denominazione|nominativo|descrizione cliente"
    ),
    Field.CUSTOMER_PO: (
        "commande client|n commande client|référence client|ref client|votre référence|vos références"
        "|bon de commande|pedido cliente|su referencia|referencia cliente|ref cliente|orden de compra"
        "|pedido do cliente|vossa referência|riferimento cliente|ordine cliente|vs ordine|vs riferimento"
        "|rif cliente"
    ),
    Field.DAYS_PAST_DUE: (
        "jours de retard|retard|nb jours retard|jours retard|dias vencidos|días de atraso|días de retraso"
        "|dias em atraso|dias atraso|giorni di ritardo|giorni ritardo|giorni scaduto"
    ),
    Field.DEBIT_AMOUNT: (
        "débit|montant débit|debe|cargo|débito|importe debe|dare|addebiti|uscite|adeudos|debito|gastos"
    ),
    Field.DEBIT_CREDIT: "sens|débit crédit|debe haber|d h|dare avere|d a|naturaleza|segno|débito crédito",
    Field.DEDUCTION_AMOUNT: (
        "déduction|retenue|montant déduit|deducción|descuento aplicado|retención|dedução|retenção"
        "|detrazione|trattenuta|deduzione"
    ),
    Field.DEDUCTION_CODE: "motif|code motif|motivo|motivo deducción|causale",
    Field.DESCRIPTION: (
        "libellé|désignation|objet|commentaire|description|libellé écriture|descripción|concepto"
        "|observaciones|comentario|descrição|histórico|observações|descrizione|causale|note|oggetto"
    ),
    Field.DIRECT_DEBIT_MANDATE: (
        "mandat|référence mandat|rum|mandato|referencia mandato|mandato sepa|referência do mandato"
    ),
    Field.DISCOUNT_AMOUNT: (
        "escompte|montant escompte|remise~|descuento|descuento pronto pago|dto pp|desconto|sconto"
        "|sconto cassa"
    ),
    Field.DISCOUNT_DAYS: "jours escompte|días descuento|giorni sconto|dias de desconto",
    Field.DISCOUNT_PERCENT: (
        "taux escompte|escompte|porcentaje descuento|percentuale sconto|percentual de desconto"
    ),
    Field.DISCOUNT_RATE: "remise|taux remise|rabais|descuento|dto|desconto|sconto|sconto percento",
    Field.DISPUTED: (
        "litige|en litige|contesté|en disputa|disputada|litigio|contestato|in contestazione|em disputa"
        "|contencioso"
    ),
    Field.DISPUTED_AMOUNT: (
        "montant en litige|montant litigieux|importe en disputa|importo contestato|valor em disputa"
    ),
    Field.DISPUTE_REASON: "motif litige|motif du litige|motivo disputa|motivo contestazione",
    Field.DOCUMENT: (
        "facture|n facture|no facture|num facture|numero facture|numéro de facture|n de facture|réf facture"
        "|référence facture|pièce|n pièce|no pièce|numéro de pièce|piece ref|num pièce|document|n document"
        "|factura|n factura|no factura|nro factura|num factura|numero factura|número de factura"
        "|n de factura|documento|n documento|no documento|nro documento|numero documento"
        "|número de documento|numero de documento|fatura|n fatura|numero da fatura|número da fatura"
        "|nota fiscal|nf|fattura|n fattura|num fattura|nr fattura|numero fattura|nostra fattura"
        "|vostra fattura|vs fattura|su factura|votre facture|nuestra factura|n doc|num doc|numero~"
        "|référence~|reference~|referencia~|partita"
    ),
    Field.DOCUMENT_DATE: (
        "date facture|date de facture|date de la facture|date pièce|date de pièce|piece date|date document"
        "|date du document|date d émission|date émission|date~|fecha factura|fecha de factura"
        "|fecha documento|fecha de documento|fecha emisión|fecha de emisión|fecha~|fecha expedición"
        "|data fatura|data da fatura|data emissão|data de emissão|data do documento|data documento"
        "|data fattura|data emissione|data doc|data~|f factura|fecha doc"
    ),
    Field.DOCUMENT_TYPE: (
        "type|type de pièce|type pièce|type document|type de document|nature|tipo|tipo documento"
        "|tipo de documento|tipo doc|clase de documento|clase documento|tipo de fatura|tipo fattura|genre"
    ),
    Field.DUE_DATE: (
        "échéance|date échéance|date d échéance|date d échéances|date échéance facture|éch|vencimiento"
        "|fecha vencimiento|fecha de vencimiento|vto|fecha vto|f vencimiento|vencimento|data vencimento"
        "|data de vencimento|scadenza|data scadenza|data di scadenza|scad|date limite"
    ),
    Field.DUNNING_LEVEL: "niveau de relance|relance|nivel de reclamación|livello sollecito|nível de cobrança",
    Field.EMAIL: (
        "courriel|adresse e mail|adresse mail|mél|correo|correo electrónico|correo e|e mail"
        "|indirizzo e mail|posta elettronica|correio eletrónico"
    ),
    Field.FIRST_NAME: "prénom|nombre de pila|primeiro nome",
    Field.FISCAL_YEAR: "exercice|année|ejercicio|año|esercizio|anno|exercício|ano",
    Field.FORMAT: "format|formato",
    Field.FREIGHT_AMOUNT: (
        "frais de port|port|transport|portes|gastos de envío|flete|frete|spese di trasporto|trasporto"
    ),
    Field.GROSS_AMOUNT: (
        "montant~|montant ttc|total ttc|ttc|montant facture|montant initial|montant brut"
        "|montant de la facture|montant facturé|montant original|importe~|importe total|importe factura"
        "|importe bruto|importe original|total factura|monto~|monto total|monto factura|valor~|valor total"
        "|valor bruto|valor da fatura|valor original|montante~|importo~|importo totale|importo lordo"
        "|importo fattura|importo originario|totale fattura|totale documento|totale~|total~|lordo"
        "|total con iva|importe con iva|importe en moneda del documento"
    ),
    Field.IBANS: (
        "iban|compte bancaire|cuenta bancaria|conto bancario|coordonnées bancaires|conta bancária"
        "|coordinate bancarie"
    ),
    Field.KEY: "clé|clave|chiave|chave",
    Field.LANGUAGE: "langue|code langue|idioma|lingua|língua",
    Field.LAST_NAME: "nom de famille|apellido|apellidos|cognome|sobrenome|apelido",
    Field.LAST_REMINDER_DATE: (
        "dernière relance|date dernière relance|última reclamación|fecha última reclamación"
        "|ultimo sollecito|data ultimo sollecito"
    ),
    Field.LINE_AMOUNT: (
        "montant ligne|total ligne|montant ht~|importe línea|total línea|importo riga|totale riga"
        "|valor da linha|total da linha|montant~|importe~|importo~"
    ),
    Field.LINE_ITEM: (
        "ligne|n ligne|numéro de ligne|línea|n línea|número de línea|riga|n riga|numero riga|linha|poste"
        "|posición"
    ),
    Field.LOCAL_AMOUNT: (
        "montant en devise interne|montant devise société|importe en moneda local|importe en ml"
        "|importo in divisa interna|importo valuta locale|montante em moeda interna"
    ),
    Field.LOCAL_CURRENCY: (
        "devise interne|devise société|moneda local|divisa interna|valuta locale|moeda interna"
    ),
    Field.NET_AMOUNT: (
        "montant ht|total ht|ht|montant net|importe neto|base imponible|base|neto|subtotal|valor líquido"
        "|imponibile|importo netto|netto|base tributável|total sin iva"
    ),
    Field.NET_DAYS: (
        "délai|délai de paiement|jours|nb jours|plazo|días|plazo de pago|dias~|plazo días|giorni"
        "|giorni pagamento|prazo|prazo de pagamento"
    ),
    Field.OPEN_AMOUNT: (
        "solde|solde dû|reste à payer|reste dû|montant dû|montant ouvert|restant dû|reste|encours"
        "|montant restant|solde ouvert|non réglé|saldo|saldo pendiente|pendiente|importe pendiente"
        "|pendiente de cobro|monto pendiente|saldo abierto|importe abierto|em aberto|valor em aberto"
        "|saldo em aberto|valor pendente|saldo devedor|montante em aberto|residuo|importo residuo"
        "|da incassare|importo aperto|scoperto|saldo residuo|da pagare|aperto|saldo aperto|importe vivo"
    ),
    Field.ORDER: (
        "commande|n commande|no commande|num commande|numéro de commande|pedido|n pedido|no pedido"
        "|nro pedido|número de pedido|numero pedido|ordine|n ordine|num ordine|numero ordine|encomenda"
        "|orden"
    ),
    Field.ORDER_DATE: (
        "date commande|date de commande|date de la commande|fecha pedido|fecha de pedido|data ordine"
        "|data dell ordine|data pedido|data do pedido|data da encomenda|date~|fecha~|data~"
    ),
    Field.PAID_AMOUNT: (
        "montant payé|montant réglé|net payé|payé|réglé|net à payer|importe pagado|pagado|neto pagado"
        "|líquido|importo pagato|pagato|netto pagato|valor pago|pago|montante pago"
    ),
    Field.PARENT: (
        "groupe|maison mère|société mère|matriz|grupo|empresa matriz|casa madre|capogruppo|empresa mãe"
    ),
    Field.PAYER: "payeur|tiers payeur|pagador|pagatore|client payeur",
    Field.PAYMENT_DATE: (
        "date paiement|date de paiement|date règlement|date de règlement|date d encaissement"
        "|date encaissement|date valeur~|date~|fecha pago|fecha de pago|fecha cobro|fecha de cobro|fecha~"
        "|data pagamento|data di pagamento|data incasso|data do pagamento|data de pagamento"
        "|data recebimento|data de recebimento|data~"
    ),
    Field.PAYMENT_METHOD: (
        "mode de paiement|mode règlement|mode de règlement|moyen de paiement|forma de pago|medio de pago"
        "|método de pago|metodo pagamento|modalità di pagamento|modalità pagamento|forma de pagamento"
        "|meio de pagamento"
    ),
    Field.PAYMENT_REFERENCE: (
        "référence paiement|référence de paiement|référence règlement|n règlement|n paiement|n chèque"
        "|numéro de chèque|n reçu|número de pago|n pago|referencia pago|referencia de pago|n recibo"
        "|n cheque|cheque|número de recibo|numero pagamento|n pagamento|riferimento pagamento|n assegno"
        "|ricevuta|número de pagamento|recibo|référence~|referencia~|riferimento~"
    ),
    Field.PAYMENT_TERMS: (
        "conditions de paiement|condition de paiement|conditions de règlement|conditions"
        "|condiciones de pago|condición de pago|términos de pago|condiciones|condições de pagamento"
        "|condição de pagamento|condizioni di pagamento|condizione di pagamento|termini di pagamento"
        "|condizioni"
    ),
    Field.PHONE: "téléphone|n téléphone|tél|teléfono|tfno|tlf|telefone|telemóvel|telefono|cellulare|móvil",
    Field.POSTAL_CODE: "code postal|cp|código postal|c p|cod postal|cap|codice postale",
    Field.POSTING_DATE: (
        "date comptable|date de comptabilisation|date d écriture|date écriture|ecriture date"
        "|date de saisie~|fecha contable|fecha contabilización|fecha de contabilización|fecha asiento"
        "|data registrazione|data di registrazione|data contabile|data contábil|data lançamento"
        "|data de lançamento"
    ),
    Field.PREPAYMENT_PERCENT: (
        "acompte|pourcentage acompte|anticipo|porcentaje anticipo|acconto|percentuale acconto|adiantamento"
    ),
    Field.PRODUCT: (
        "article|code article|référence article|réf article|référence~|produit|code produit|artículo"
        "|código artículo|cod artículo|código|producto|código producto|referencia artículo|prodotto"
        "|articolo|codice articolo|cod articolo|codice prodotto|produto|código do produto|artigo"
        "|código do artigo"
    ),
    Field.QUANTITY: (
        "quantité|qté|qte|quantité facturée|nombre~|cantidad|cant|cdad|uds|unidades|quantidade|qtd|qtde"
        "|quantità|qta|q tà|pezzi"
    ),
    Field.QUOTE_CURRENCY: "devise|divisa|moneda|moeda|valuta|devise cible|a divisa|en divisa",
    Field.RATE: (
        "taux|taux de change|cours|tipo de cambio|cambio|tipo|tasso|tasso di cambio|taxa|taxa de câmbio"
        "|câmbio"
    ),
    Field.RATE_DATE: (
        "date|date du cours|date du taux|fecha|fecha del cambio|fecha tipo|data|data cambio|data do câmbio"
    ),
    Field.REASON: "raison|motif|libellé motif|motivo|razón|razão",
    Field.REGION: "région|province|département|provincia|comunidad|región|regione|estado|província|prov",
    Field.REMITTANCE_TEXT: (
        "communication|libellé|motif|libellé opération|détail|concepto|más datos|observaciones|descripción"
        "|causale|descrizione|descrizione operazione|descritivo|descrição|detalhes|informations"
    ),
    Field.REQUIRED_DATE: (
        "date souhaitée|date de livraison|date livraison|fecha entrega|fecha de entrega|fecha requerida"
        "|data consegna|data di consegna|data entrega|data de entrega"
    ),
    Field.SETTLED_DATE: (
        "date de règlement|date règlement|date de paiement|date paiement|date lettrage|date let|réglé le"
        "|payé le|fecha pago|fecha de pago|fecha compensación|fecha de compensación|fecha cobro"
        "|data pagamento|data di pagamento|data incasso|data pareggio|data compensação|data de pagamento"
        "|data de compensação|pagado el"
    ),
    Field.SHIPPED_DATE: (
        "date expédition|date d expédition|date envoi|fecha envío|fecha de envío|fecha expedición~"
        "|data spedizione|data di spedizione|data envio|data de envio"
    ),
    Field.STATUS: "statut|état|estado|situación|stato|situação",
    Field.STREET: (
        "adresse|adresse 1|rue|dirección|calle|domicilio|direccion|morada|endereço|rua|indirizzo|via"
    ),
    Field.STRUCTURED_REFERENCE: (
        "communication structurée|référence structurée|référence de paiement|référence qr"
        "|referencia estructurada|referencia de pago|riferimento strutturato|referência multibanco"
        "|riferimento creditore"
    ),
    Field.TAX_AMOUNT: (
        "tva|montant tva|taxe|montant taxe|iva|importe iva|cuota iva|impuesto|impuestos|imposto|valor iva"
        "|imposta|importo iva|totale iva"
    ),
    Field.TEXT: "libellé|texte|désignation|texto|descripción|testo|descrizione|descrição",
    Field.TRADING_NAMES: (
        "nom commercial|enseigne|nombre comercial|nome commerciale|insegna|nome comercial|nome fantasia"
    ),
    Field.UNIT_PRICE: (
        "prix unitaire|prix|pu|pu ht|prix unitaire ht|prix de vente|precio|precio unitario|p unitario"
        "|precio unidad|precio venta|preço|preço unitário|valor unitário|prezzo|prezzo unitario"
        "|prezzo di vendita"
    ),
    Field.VALUE_DATE: (
        "date valeur|date de valeur|valeur|fecha valor|f valor|valor~|data valuta|valuta|data valor"
        "|data de valor"
    ),
    Field.VAT_ID: (
        "n tva|numéro tva|numéro de tva|tva intracommunautaire|n tva intracommunautaire|siret|siren|nif|cif"
        "|nif cif|n i f|rut|rfc|cnpj|nipc|contribuinte|partita iva|p iva|piva|codice fiscale|nif cliente"
    ),
    Field.VIRTUAL_ACCOUNT: (
        "compte virtuel|iban virtuel|numéro de compte virtuel|cuenta virtual|iban virtual|conto virtuale|iban virtuale"
        "|conta virtual"
    ),
}
