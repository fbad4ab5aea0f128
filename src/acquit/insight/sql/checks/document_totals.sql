-- Documents are net plus tax, and the sum of their lines
-- Parameters: none. Locks: none.
SELECT d.company_id, d.id AS document_id, d.number, d.gross AS stated, d.net + d.tax AS summed
  FROM document d
 WHERE d.gross <> d.net + d.tax
UNION ALL
SELECT d.company_id, d.id, d.number, d.net, l.net
  FROM document d
  JOIN (SELECT document_id, sum(net) AS net FROM document_line GROUP BY document_id) l ON l.document_id = d.id
 WHERE l.net <> d.net
