-- SQLite alone: it cannot replace a view. node is the cluster's node that was measured, null in the lab.

DROP VIEW function_call;

DROP VIEW trial_attempt;

DROP VIEW accepted_latency;

-- For people: latencies of the attempts that count, one for each trial: its latest accepted one.
CREATE VIEW accepted_latency AS
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
CREATE VIEW trial_attempt AS
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
CREATE VIEW function_call AS
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
