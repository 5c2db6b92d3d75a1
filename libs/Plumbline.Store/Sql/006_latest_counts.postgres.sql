-- PostgreSQL alone, and the views are replaced where they are: others, and rights to them, may hang on them.

-- run: 0 is the experiment itself, then each rerun. Of a step's data plane the latest counts; the earlier stay.
ALTER TABLE step ADD COLUMN run BIGINT NOT NULL DEFAULT 0;
ALTER TABLE step DROP CONSTRAINT step_pkey;
ALTER TABLE step ADD PRIMARY KEY (experiment_id, step, data_plane, run);

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
  latency.max_ns
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

-- How long the rules of that many Services took to be put into the kernel.
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
  percentile_cont(0.5) WITHIN GROUP (ORDER BY programming_ns) / 1e3 / services AS us_per_service
FROM step
WHERE services > 0
  AND NOT EXISTS (
    SELECT 1
    FROM step AS later
    WHERE later.experiment_id = step.experiment_id
      AND later.step = step.step
      AND later.data_plane = step.data_plane
      AND later.run > step.run
  )
GROUP BY experiment_id, data_plane, services;
