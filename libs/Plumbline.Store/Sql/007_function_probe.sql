-- What a one-way trial was to be timed by: stage, function, or stage+function.
ALTER TABLE trial ADD COLUMN kernel_probes TEXT NOT NULL DEFAULT 'stage';

-- The function probe times ipt_do_table and nft_do_chain. Null where it was not asked for; function_absent says why it did not
-- measure though it was.
ALTER TABLE trial ADD COLUMN function_attachment TEXT;
ALTER TABLE trial ADD COLUMN function_absent TEXT;
ALTER TABLE trial ADD COLUMN function_adds_ns DOUBLE PRECISION;

-- First packets that left while it measured, packets of known flows, and calls that are missing: not seen to return, without room,
-- left out by the kernel.
ALTER TABLE trial ADD COLUMN function_packets BIGINT;
ALTER TABLE trial ADD COLUMN function_not_first_packets BIGINT;
ALTER TABLE trial ADD COLUMN function_unpaired BIGINT;
ALTER TABLE trial ADD COLUMN function_lost BIGINT;
ALTER TABLE trial ADD COLUMN function_missed BIGINT;

-- Runs of each program of the probes by the kernel's accounting, while that many packets were sent; of baseline trials.
CREATE TABLE program_run (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  trial BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  program TEXT NOT NULL,
  runs BIGINT NOT NULL,
  run_time_ns BIGINT NOT NULL,
  packets BIGINT NOT NULL,
  PRIMARY KEY (experiment_id, step, trial, attempt, program),
  FOREIGN KEY (experiment_id, step, trial, attempt) REFERENCES trial (experiment_id, step, trial, attempt)
);

-- For people: calls of the rule functions in the attempts that count. In latency a call's stage is its name, in words: the function,
-- the hook, and the table (of iptables-legacy), or the family, the table and the base chain (of nf_tables).
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
  accepted_latency.max_ns
FROM accepted_latency
JOIN trial
  ON trial.experiment_id = accepted_latency.experiment_id
  AND trial.step = accepted_latency.step
  AND trial.trial = accepted_latency.trial
  AND trial.attempt = accepted_latency.attempt
WHERE accepted_latency.stage LIKE 'ipt_do_table %'
  OR accepted_latency.stage LIKE 'nft_do_chain %';
