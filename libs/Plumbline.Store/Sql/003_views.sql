-- Views for people, the same in SQLite and in PostgreSQL.

-- state: started (still running, or interrupted), completed, failed or cancelled.
CREATE VIEW experiment_summary AS
SELECT
  experiment.experiment_id,
  experiment.name,
  COALESCE(experiment_end.state, 'started') AS state,
  experiment_end.reason,
  experiment.seed,
  experiment.message -> 'spec' AS spec_json,
  experiment.step_count,
  experiment.trial_count,
  experiment.started_unix_ms,
  experiment_end.ended_unix_ms
FROM experiment
LEFT JOIN experiment_end ON experiment_end.experiment_id = experiment.experiment_id;

CREATE VIEW latest_experiment AS
SELECT *
FROM experiment_summary
ORDER BY started_unix_ms DESC, experiment_id
LIMIT 1;

-- state: started (still running, or interrupted), completed, failed or cancelled.
CREATE VIEW rerun_summary AS
SELECT
  rerun.experiment_id,
  rerun.run,
  rerun.rerun_id,
  rerun.step,
  rerun.stage,
  COALESCE(rerun_end.outcome, 'started') AS state,
  rerun_end.reason,
  rerun.first_attempt,
  rerun.trial_count,
  rerun_end.accepted_trials,
  rerun_end.given_up_trials,
  rerun.started_unix_ms,
  rerun_end.ended_unix_ms
FROM rerun
LEFT JOIN rerun_end
  ON rerun_end.experiment_id = rerun.experiment_id
  AND rerun_end.run = rerun.run;

-- Every attempt. counts: 1 for the attempt of its trial that figures are computed from, else 0. run: the rerun that
-- made it, 0 for the experiment itself.
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
        AND rerun.stage = trial.measure
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
  trial.message -> 'remarks' AS remarks_json,
  trial.measure,
  trial.data_plane,
  trial.services,
  trial.position,
  trial.repetition,
  trial.started_unix_ms,
  trial.duration_ns,
  trial.node,
  trial.message -> 'trial' -> 'cell' AS cell
FROM trial;

-- Latencies of the attempts that count: of each trial the latest accepted attempt. cell has the values of all axes.
-- control_p50_ns: what control packets took, which meet no rules; null where there were none.
CREATE VIEW accepted_latency AS
SELECT
  trial.experiment_id,
  trial.step,
  trial.trial,
  trial.attempt,
  trial.measure,
  trial.data_plane,
  trial.services,
  trial.rules,
  trial.position,
  trial.target_index,
  trial.achieved_rate_pps,
  latency.stage,
  latency.probe,
  latency.count,
  latency.mean_ns,
  latency.min_ns,
  latency.p50_ns,
  latency.p90_ns,
  latency.p95_ns,
  latency.p99_ns,
  latency.p999_ns,
  latency.max_ns,
  trial.node,
  trial.message -> 'trial' -> 'cell' AS cell,
  planned_step.build,
  trial.control_p50_ns
FROM trial
LEFT JOIN planned_step
  ON planned_step.experiment_id = trial.experiment_id
  AND planned_step.step = trial.step
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

-- Calls of the rule functions in the attempts that count. call is the function, the hook, and the table
-- (iptables-legacy) or the family, the table and the base chain (nf_tables).
CREATE VIEW function_call AS
SELECT
  accepted_latency.experiment_id,
  accepted_latency.step,
  accepted_latency.trial,
  accepted_latency.attempt,
  accepted_latency.data_plane,
  accepted_latency.services,
  accepted_latency.position,
  kernel_probe.attachment,
  kernel_probe.packets,
  accepted_latency.stage AS call,
  accepted_latency.count AS calls,
  CAST(accepted_latency.count AS DOUBLE PRECISION) / NULLIF(kernel_probe.packets, 0) AS calls_per_packet,
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
JOIN kernel_probe
  ON kernel_probe.experiment_id = accepted_latency.experiment_id
  AND kernel_probe.step = accepted_latency.step
  AND kernel_probe.trial = accepted_latency.trial
  AND kernel_probe.attempt = accepted_latency.attempt
  AND kernel_probe.probe = accepted_latency.probe
WHERE accepted_latency.probe = 'function';
