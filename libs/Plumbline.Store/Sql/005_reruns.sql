-- Single stages of a step may be done again after the experiment. Attempts of a rerun are rows of trial like any other, with
-- higher numbers than all before them; of a trial's accepted attempts the latest counts.

-- stage: scale, one-way, rtt, grpc, aggregate. run: from 1, in the order in which the experiment's reruns began.
CREATE TABLE rerun (
  experiment_id TEXT NOT NULL,
  run BIGINT NOT NULL,
  rerun_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  stage TEXT NOT NULL,
  first_attempt BIGINT NOT NULL,
  trial_count BIGINT NOT NULL,
  started_unix_ms BIGINT NOT NULL,
  PRIMARY KEY (experiment_id, run)
);

-- outcome: completed, failed, cancelled.
CREATE TABLE rerun_end (
  experiment_id TEXT NOT NULL,
  run BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  accepted_trials BIGINT NOT NULL,
  given_up_trials BIGINT NOT NULL,
  ended_unix_ms BIGINT NOT NULL,
  PRIMARY KEY (experiment_id, run)
);

-- state: started (and not ended: it runs still, or was interrupted), completed, failed, cancelled.
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
  trial.duration_ns
FROM trial;
