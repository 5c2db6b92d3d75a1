-- Trials are of one probe each: one-way, rtt or grpc. Whatever was recorded before was one-way.

ALTER TABLE trial ADD COLUMN probe_kind TEXT NOT NULL DEFAULT 'one-way';
ALTER TABLE trial ADD COLUMN keep_raw BIGINT NOT NULL DEFAULT 0;

-- Null unless the trial is of round trips, or of requests; timeout_ms is both's.
ALTER TABLE trial ADD COLUMN rtt_mode TEXT;
ALTER TABLE trial ADD COLUMN rtt_pacing TEXT;
ALTER TABLE trial ADD COLUMN timeout_ms BIGINT;
ALTER TABLE trial ADD COLUMN grpc_connection TEXT;
ALTER TABLE trial ADD COLUMN grpc_work_us BIGINT;

-- Only round trips of a baseline measure it.
ALTER TABLE trial ADD COLUMN probe_adds_ns DOUBLE PRECISION;

-- What became of probes or requests; all null where none is answered. sent = answered + lost + late + failed.
ALTER TABLE trial ADD COLUMN answered BIGINT;
ALTER TABLE trial ADD COLUMN lost BIGINT;
ALTER TABLE trial ADD COLUMN late BIGINT;
ALTER TABLE trial ADD COLUMN failed BIGINT;
ALTER TABLE trial ADD COLUMN duplicates BIGINT;
ALTER TABLE trial ADD COLUMN stray BIGINT;
ALTER TABLE trial ADD COLUMN untimed BIGINT;

-- Each latency, where the trial was asked to keep them; numbered from 0 in the order of sending.
CREATE TABLE raw_latency (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  trial BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  stage TEXT NOT NULL,
  number BIGINT NOT NULL,
  latency_ns BIGINT NOT NULL,
  PRIMARY KEY (experiment_id, step, trial, attempt, stage, number),
  FOREIGN KEY (experiment_id, step, trial, attempt, stage)
    REFERENCES latency (experiment_id, step, trial, attempt, stage)
);

DROP VIEW accepted_latency;

-- For people: latencies of accepted attempts, one attempt for each trial.
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
    FROM trial AS earlier
    WHERE earlier.experiment_id = trial.experiment_id
      AND earlier.step = trial.step
      AND earlier.trial = trial.trial
      AND earlier.accepted = 1
      AND earlier.attempt < trial.attempt
  );
