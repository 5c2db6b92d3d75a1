-- SQLite alone: it cannot change a primary key, nor replace a view.

-- run: 0 is the experiment itself, then each rerun. Of a step's data plane the latest counts; the earlier stay.
CREATE TABLE step_with_run (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  data_plane TEXT NOT NULL,
  services BIGINT NOT NULL,
  rules BIGINT NOT NULL,
  programming_ns BIGINT NOT NULL,
  tool TEXT NOT NULL,
  run BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (experiment_id, step, data_plane, run)
);

INSERT INTO step_with_run (experiment_id, step, data_plane, services, rules, programming_ns, tool)
SELECT experiment_id, step, data_plane, services, rules, programming_ns, tool
FROM step;

DROP TABLE step;

ALTER TABLE step_with_run RENAME TO step;

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
