-- For people, with psql. PostgreSQL alone: SQLite has no percentile_cont. Medians are across accepted trials, one attempt for
-- each, as in the reports; a trial with too few samples for a percentile is not in that percentile's median.

CREATE VIEW latest_experiment AS
SELECT *
FROM experiment_summary
ORDER BY started_unix_ms DESC, experiment_id
LIMIT 1;

CREATE VIEW latency_by_services AS
SELECT
  experiment_id,
  data_plane,
  position,
  probe_kind,
  stage,
  services,
  COUNT(*) AS trials,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY p50_ns) AS p50_ns,
  MIN(p50_ns) AS p50_min_ns,
  MAX(p50_ns) AS p50_max_ns,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY p99_ns) AS p99_ns
FROM accepted_latency
GROUP BY experiment_id, data_plane, position, probe_kind, stage, services
HAVING SUM(count) > 0;

-- The medians of p50 side by side. The baseline is the experiment's, so the same in all of its rows.
CREATE VIEW data_plane_comparison AS
SELECT
  cell.experiment_id,
  cell.services,
  cell.position,
  MAX(baseline.prerouting_ns) AS prerouting_no_rules_ns,
  MAX(cell.p50_ns) FILTER (WHERE cell.stage = 'prerouting' AND cell.data_plane = 'iptables-legacy') AS prerouting_iptables_legacy_ns,
  MAX(cell.p50_ns) FILTER (WHERE cell.stage = 'prerouting' AND cell.data_plane = 'iptables-nft') AS prerouting_iptables_nft_ns,
  MAX(cell.p50_ns) FILTER (WHERE cell.stage = 'prerouting' AND cell.data_plane = 'nftables') AS prerouting_nftables_ns,
  MAX(baseline.round_trip_ns) AS round_trip_no_rules_ns,
  MAX(cell.p50_ns) FILTER (WHERE cell.stage = 'round-trip' AND cell.data_plane = 'iptables-legacy') AS round_trip_iptables_legacy_ns,
  MAX(cell.p50_ns) FILTER (WHERE cell.stage = 'round-trip' AND cell.data_plane = 'iptables-nft') AS round_trip_iptables_nft_ns,
  MAX(cell.p50_ns) FILTER (WHERE cell.stage = 'round-trip' AND cell.data_plane = 'nftables') AS round_trip_nftables_ns
FROM latency_by_services AS cell
LEFT JOIN (
  SELECT
    experiment_id,
    MAX(p50_ns) FILTER (WHERE stage = 'prerouting') AS prerouting_ns,
    MAX(p50_ns) FILTER (WHERE stage = 'round-trip') AS round_trip_ns
  FROM latency_by_services
  WHERE data_plane = 'no-rules'
  GROUP BY experiment_id
) AS baseline ON baseline.experiment_id = cell.experiment_id
WHERE cell.data_plane <> 'no-rules'
  AND cell.stage IN ('prerouting', 'round-trip')
GROUP BY cell.experiment_id, cell.services, cell.position;

-- How long the rules of that many Services took to be put into the kernel.
CREATE VIEW programming_latency AS
SELECT
  experiment_id,
  data_plane,
  services,
  MAX(rules) AS rules,
  COUNT(*) AS steps,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY programming_ns) / 1e6 AS programming_ms,
  MIN(programming_ns) / 1e6 AS programming_min_ms,
  MAX(programming_ns) / 1e6 AS programming_max_ms,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY programming_ns) / 1e3 / services AS us_per_service
FROM step
WHERE services > 0
GROUP BY experiment_id, data_plane, services;
