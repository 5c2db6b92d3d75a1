-- PostgreSQL alone, and the views are replaced where they are: others, and rights to them, may hang on them. node is the cluster's
-- node that was measured, null in the lab; figures of different nodes are never put together.

-- For people: latencies of the attempts that count, one for each trial: its latest accepted one.
CREATE OR REPLACE VIEW accepted_latency AS
SELECT
  trial.experiment_id,
  trial.step,
  trial.trial,
  trial.attempt,
  trial.probe_kind,
  trial.data_plane,
  trial.services,
  trial.rules,
  trial.position,
  trial.target_index,
  trial.achieved_rate_pps,
  latency.stage,
  latency.count,
  latency.mean_ns,
  latency.min_ns,
  latency.p50_ns,
  latency.p90_ns,
  latency.p95_ns,
  latency.p99_ns,
  latency.p999_ns,
  latency.max_ns,
  trial.node
FROM trial
JOIN latency
  ON latency.experiment_id = trial.experiment_id
  AND latency.step = trial.step
  AND latency.trial = trial.trial
  AND latency.attempt = trial.attempt
WHERE trial.accepted = 1
  AND NOT EXISTS (
    SELECT 1
    FROM trial AS later
    WHERE later.experiment_id = trial.experiment_id
      AND later.step = trial.step
      AND later.trial = trial.trial
      AND later.accepted = 1
      AND later.attempt > trial.attempt
  );

-- For people: every attempt. counts is 1 for the one of its trial that figures are made of, else 0; run says which rerun made
-- it, 0 for the experiment itself.
CREATE OR REPLACE VIEW trial_attempt AS
SELECT
  trial.experiment_id,
  trial.step,
  trial.trial,
  trial.attempt,
  COALESCE(
    (
      SELECT MAX(rerun.run)
      FROM rerun
      WHERE rerun.experiment_id = trial.experiment_id
        AND rerun.step = trial.step
        AND rerun.stage = trial.probe_kind
        AND rerun.first_attempt <= trial.attempt
    ),
    0
  ) AS run,
  CAST(
    CASE
      WHEN trial.accepted = 1
        AND NOT EXISTS (
          SELECT 1
          FROM trial AS later
          WHERE later.experiment_id = trial.experiment_id
            AND later.step = trial.step
            AND later.trial = trial.trial
            AND later.accepted = 1
            AND later.attempt > trial.attempt
        )
      THEN 1
      ELSE 0
    END AS BIGINT
  ) AS counts,
  trial.accepted,
  trial.flags,
  trial.remarks_json,
  trial.probe_kind,
  trial.data_plane,
  trial.services,
  trial.position,
  trial.repetition,
  trial.started_unix_ms,
  trial.duration_ns,
  trial.node
FROM trial;

-- For people: calls of the rule functions in the attempts that count.
CREATE OR REPLACE VIEW function_call AS
SELECT
  accepted_latency.experiment_id,
  accepted_latency.step,
  accepted_latency.trial,
  accepted_latency.attempt,
  accepted_latency.data_plane,
  accepted_latency.services,
  accepted_latency.position,
  trial.function_attachment AS attachment,
  trial.function_packets AS packets,
  accepted_latency.stage AS call,
  accepted_latency.count AS calls,
  CAST(accepted_latency.count AS DOUBLE PRECISION) / NULLIF(trial.function_packets, 0) AS calls_per_packet,
  accepted_latency.mean_ns,
  accepted_latency.min_ns,
  accepted_latency.p50_ns,
  accepted_latency.p90_ns,
  accepted_latency.p95_ns,
  accepted_latency.p99_ns,
  accepted_latency.p999_ns,
  accepted_latency.max_ns,
  accepted_latency.node
FROM accepted_latency
JOIN trial
  ON trial.experiment_id = accepted_latency.experiment_id
  AND trial.step = accepted_latency.step
  AND trial.trial = accepted_latency.trial
  AND trial.attempt = accepted_latency.attempt
WHERE accepted_latency.stage LIKE 'ipt_do_table %'
  OR accepted_latency.stage LIKE 'nft_do_chain %';

CREATE OR REPLACE VIEW latency_by_services AS
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
  percentile_cont(0.5) WITHIN GROUP (ORDER BY p99_ns) AS p99_ns,
  node
FROM accepted_latency
GROUP BY experiment_id, data_plane, position, probe_kind, stage, services, node
HAVING SUM(count) > 0;

-- The medians of p50 side by side. The baseline is the experiment's on that node, so the same in all of its rows.
CREATE OR REPLACE VIEW data_plane_comparison AS
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
  MAX(cell.p50_ns) FILTER (WHERE cell.stage = 'round-trip' AND cell.data_plane = 'nftables') AS round_trip_nftables_ns,
  cell.node
FROM latency_by_services AS cell
LEFT JOIN (
  SELECT
    experiment_id,
    node,
    MAX(p50_ns) FILTER (WHERE stage = 'prerouting') AS prerouting_ns,
    MAX(p50_ns) FILTER (WHERE stage = 'round-trip') AS round_trip_ns
  FROM latency_by_services
  WHERE data_plane = 'no-rules'
  GROUP BY experiment_id, node
) AS baseline
  ON baseline.experiment_id = cell.experiment_id
  AND baseline.node IS NOT DISTINCT FROM cell.node
WHERE cell.data_plane <> 'no-rules'
  AND cell.stage IN ('prerouting', 'round-trip')
GROUP BY cell.experiment_id, cell.services, cell.position, cell.node;

-- How long the rules of that many Services took to be in the kernel; in a cluster in each node's, from the first change at the API
-- server.
CREATE OR REPLACE VIEW programming_latency AS
SELECT
  experiment_id,
  data_plane,
  services,
  MAX(rules) AS rules,
  COUNT(*) AS steps,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY programming_ns) / 1e6 AS programming_ms,
  MIN(programming_ns) / 1e6 AS programming_min_ms,
  MAX(programming_ns) / 1e6 AS programming_max_ms,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY programming_ns) / 1e3 / services AS us_per_service,
  node
FROM (
  SELECT experiment_id, data_plane, services, rules, programming_ns, NULL AS node
  FROM step
  WHERE NOT EXISTS (
      SELECT 1
      FROM step AS later
      WHERE later.experiment_id = step.experiment_id
        AND later.step = step.step
        AND later.data_plane = step.data_plane
        AND later.run > step.run
    )
    AND NOT EXISTS (
      SELECT 1
      FROM node_step
      WHERE node_step.experiment_id = step.experiment_id
    )
  UNION ALL
  SELECT experiment_id, data_plane, services, rules, programming_ns, node
  FROM node_step
  WHERE NOT EXISTS (
    SELECT 1
    FROM node_step AS later
    WHERE later.experiment_id = node_step.experiment_id
      AND later.step = node_step.step
      AND later.node = node_step.node
      AND later.run > node_step.run
  )
) AS programmed
WHERE services > 0
GROUP BY experiment_id, data_plane, services, node;
