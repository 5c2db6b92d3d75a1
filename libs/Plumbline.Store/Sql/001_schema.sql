-- Results of experiments. Portable between SQLite and PostgreSQL: TEXT, BIGINT and DOUBLE PRECISION only; 0 and 1 for
-- false and true; names of data planes, positions, stages and flags as in YAML; times in Unix milliseconds, UTC.
--
-- A message's rows are written once and never changed, and messages may arrive in any order. So what different messages
-- tell of one experiment is in different tables, and only rows of one and the same message refer to each other.

CREATE TABLE experiment (
  experiment_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  seed BIGINT NOT NULL,
  spec_json TEXT NOT NULL,
  step_count BIGINT NOT NULL,
  trial_count BIGINT NOT NULL,
  started_unix_ms BIGINT NOT NULL
);

CREATE TABLE machine (
  experiment_id TEXT NOT NULL PRIMARY KEY,
  kernel TEXT NOT NULL,
  operating_system TEXT NOT NULL,
  cpu_model TEXT NOT NULL,
  cpu_count BIGINT NOT NULL,
  governor TEXT NOT NULL,
  hypervisor TEXT NOT NULL,
  mitigations TEXT NOT NULL,
  nft_version TEXT NOT NULL,
  iptables_version TEXT NOT NULL,
  plumbline_version TEXT NOT NULL
);

-- state: completed, failed, cancelled.
CREATE TABLE experiment_end (
  experiment_id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  reason TEXT,
  accepted_trials BIGINT,
  given_up_trials BIGINT,
  ended_unix_ms BIGINT NOT NULL
);

CREATE TABLE step (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  data_plane TEXT NOT NULL,
  services BIGINT NOT NULL,
  rules BIGINT NOT NULL,
  programming_ns BIGINT NOT NULL,
  tool TEXT NOT NULL,
  PRIMARY KEY (experiment_id, step, data_plane)
);

-- One attempt at one trial: what was asked, under which conditions it ran, and where its packets went.
CREATE TABLE trial (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  trial BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  data_plane TEXT NOT NULL,
  services BIGINT NOT NULL,
  position TEXT NOT NULL,
  repetition BIGINT NOT NULL,
  packets BIGINT NOT NULL,
  warmup_packets BIGINT NOT NULL,
  rate_pps BIGINT NOT NULL,
  first_flow BIGINT NOT NULL,
  flows BIGINT NOT NULL,
  seed BIGINT NOT NULL,
  started_unix_ms BIGINT NOT NULL,
  duration_ns BIGINT NOT NULL,
  generator TEXT NOT NULL,
  probe TEXT NOT NULL,
  asked_rate_pps DOUBLE PRECISION NOT NULL,
  achieved_rate_pps DOUBLE PRECISION NOT NULL,
  lateness_p50_ns BIGINT NOT NULL,
  lateness_p99_ns BIGINT NOT NULL,
  lateness_max_ns BIGINT NOT NULL,
  target_index BIGINT,
  target TEXT NOT NULL,
  rules BIGINT NOT NULL,
  conntrack_count_before BIGINT NOT NULL,
  conntrack_max BIGINT NOT NULL,
  cpu BIGINT NOT NULL,
  kernel TEXT NOT NULL,
  steal_ns BIGINT NOT NULL,
  probe_run_ns DOUBLE PRECISION,
  probe_runs_per_packet DOUBLE PRECISION,
  sent BIGINT NOT NULL,
  send_errors BIGINT NOT NULL,
  arrived BIGINT NOT NULL,
  measured BIGINT NOT NULL,
  first_packets BIGINT NOT NULL,
  not_first_packets BIGINT NOT NULL,
  untracked BIGINT NOT NULL,
  translated BIGINT NOT NULL,
  unaccounted BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  flags TEXT NOT NULL,
  remarks_json TEXT NOT NULL,
  PRIMARY KEY (experiment_id, step, trial, attempt)
);

CREATE TABLE trial_loss (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  trial BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  reason TEXT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (experiment_id, step, trial, attempt, reason),
  FOREIGN KEY (experiment_id, step, trial, attempt) REFERENCES trial (experiment_id, step, trial, attempt)
);

-- A percentile is null where fewer than ten samples lie above it; mean, minimum and maximum are null without samples.
CREATE TABLE latency (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  trial BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  stage TEXT NOT NULL,
  layout_version BIGINT NOT NULL,
  count BIGINT NOT NULL,
  sum_ns BIGINT NOT NULL,
  mean_ns DOUBLE PRECISION,
  min_ns BIGINT,
  max_ns BIGINT,
  p50_ns DOUBLE PRECISION,
  p90_ns DOUBLE PRECISION,
  p95_ns DOUBLE PRECISION,
  p99_ns DOUBLE PRECISION,
  p999_ns DOUBLE PRECISION,
  overflow BIGINT NOT NULL,
  PRIMARY KEY (experiment_id, step, trial, attempt, stage),
  FOREIGN KEY (experiment_id, step, trial, attempt) REFERENCES trial (experiment_id, step, trial, attempt)
);

-- Buckets that are not empty; both edges belong to the bucket.
CREATE TABLE histogram_bucket (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  trial BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  stage TEXT NOT NULL,
  bucket_index BIGINT NOT NULL,
  lower_ns BIGINT NOT NULL,
  upper_ns BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (experiment_id, step, trial, attempt, stage, bucket_index),
  FOREIGN KEY (experiment_id, step, trial, attempt, stage)
    REFERENCES latency (experiment_id, step, trial, attempt, stage)
);

-- state: started (and not ended: it runs still, or was interrupted), completed, failed, cancelled.
CREATE VIEW experiment_summary AS
SELECT
  experiment.experiment_id,
  experiment.name,
  COALESCE(experiment_end.state, 'started') AS state,
  experiment_end.reason,
  experiment.seed,
  experiment.spec_json,
  experiment.step_count,
  experiment.trial_count,
  experiment.started_unix_ms,
  experiment_end.ended_unix_ms
FROM experiment
LEFT JOIN experiment_end ON experiment_end.experiment_id = experiment.experiment_id;

-- For people: latencies of accepted attempts, one attempt for each trial.
CREATE VIEW accepted_latency AS
SELECT
  trial.experiment_id,
  trial.step,
  trial.trial,
  trial.attempt,
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
