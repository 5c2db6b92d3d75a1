-- The packets' protocol and the share of TCP among the Services' ports are axes. Round trips follow the protocol.

ALTER TABLE trial DROP COLUMN rtt_mode;

ALTER TABLE trial ADD COLUMN protocol TEXT
  GENERATED ALWAYS AS (message -> 'trial' -> 'cell' ->> 'protocol') VIRTUAL;

ALTER TABLE trial ADD COLUMN tcp_share BIGINT
  GENERATED ALWAYS AS (CAST(message -> 'trial' -> 'cell' ->> 'tcpShare' AS BIGINT)) VIRTUAL;

ALTER TABLE trial ADD COLUMN sender_priority TEXT
  GENERATED ALWAYS AS (message -> 'conditions' ->> 'senderPriority') VIRTUAL;
