-- Views that show the parts of messages as rows, the same in SQLite and in PostgreSQL. $elements$ is the database's
-- function that gives the elements of a JSON array as rows, $members$ the one for the members of a JSON object.

-- The steps of an experiment's plan. build: which build of its number of Services the step is, from 0.
CREATE VIEW planned_step AS
SELECT
  experiment.experiment_id,
  CAST(planned.value ->> 'step' AS BIGINT) AS step,
  COALESCE(CAST(planned.value ->> 'build' AS BIGINT), 0) AS build
FROM experiment
CROSS JOIN $elements$(experiment.message -> 'steps') AS planned;

-- What was programmed in a set-up of a step: one row for each data plane.
CREATE VIEW step AS
SELECT
  scaled_step.experiment_id,
  scaled_step.step,
  scaled_step.run,
  plane.value -> 'cell' AS cell,
  plane.value -> 'cell' ->> 'dataPlane' AS data_plane,
  CAST(plane.value -> 'cell' ->> 'services' AS BIGINT) AS services,
  CAST(plane.value ->> 'rules' AS BIGINT) AS rules,
  CAST(plane.value ->> 'programmingNs' AS BIGINT) AS programming_ns,
  plane.value ->> 'tool' AS tool
FROM scaled_step
CROSS JOIN $elements$(scaled_step.message -> 'dataPlanes') AS plane;

-- The cluster's nodes when a step was ready. rules: those of the experiment's Services; all_rules: those of all.
-- programming_ns: from the first change at the API server. kube_proxy_*: null where kube-proxy does not report it.
CREATE VIEW node_step AS
SELECT
  scaled_step.experiment_id,
  scaled_step.step,
  scaled_step.run,
  ready.value -> 'node' ->> 'name' AS node,
  ready.value ->> 'dataPlane' AS data_plane,
  CAST(scaled_step.message -> 'dataPlanes' -> 0 -> 'cell' ->> 'services' AS BIGINT) AS services,
  CAST(ready.value ->> 'rules' AS BIGINT) AS rules,
  CAST(ready.value ->> 'allRules' AS BIGINT) AS all_rules,
  CAST(ready.value ->> 'programmingNs' AS BIGINT) AS programming_ns,
  ready.value -> 'kubeProxy' ->> 'mode' AS kube_proxy_mode,
  ready.value -> 'kubeProxy' ->> 'version' AS kube_proxy_version,
  CAST(ready.value -> 'kubeProxy' ->> 'syncs' AS BIGINT) AS kube_proxy_syncs,
  CAST(ready.value -> 'kubeProxy' ->> 'syncSeconds' AS DOUBLE PRECISION) AS kube_proxy_sync_seconds,
  ready.value -> 'remarks' AS remarks_json
FROM scaled_step
CROSS JOIN $elements$(scaled_step.message -> 'nodes') AS ready;

-- Packets that the node dropped, by the kernel's reason.
CREATE VIEW trial_loss AS
SELECT
  trial.experiment_id,
  trial.step,
  trial.trial,
  trial.attempt,
  loss.key AS reason,
  CAST(loss.value AS BIGINT) AS count
FROM trial
CROSS JOIN $members$(trial.message -> 'counts' -> 'lostByReason') AS loss;

-- What each kernel probe of an attempt reported. packets: first packets that it saw; null where it does not count them.
-- run_ns, runs_per_packet: by the kernel's accounting, in baselines.
CREATE VIEW kernel_probe AS
SELECT
  trial.experiment_id,
  trial.step,
  trial.trial,
  trial.attempt,
  report.value ->> 'probe' AS probe,
  report.value ->> 'attachment' AS attachment,
  report.value ->> 'absent' AS absent,
  CAST(report.value ->> 'addsNs' AS DOUBLE PRECISION) AS adds_ns,
  CAST(report.value -> 'cost' ->> 'runNs' AS DOUBLE PRECISION) AS run_ns,
  CAST(report.value -> 'cost' ->> 'runsPerPacket' AS DOUBLE PRECISION) AS runs_per_packet,
  CAST(report.value -> 'counts' ->> 'packets' AS BIGINT) AS packets,
  report.value -> 'counts' AS counts_json
FROM trial
CROSS JOIN $elements$(trial.message -> 'probes') AS report;

-- Runs of each program of a kernel probe by the kernel's accounting, while that many packets were sent; of baselines.
CREATE VIEW program_run AS
SELECT
  trial.experiment_id,
  trial.step,
  trial.trial,
  trial.attempt,
  report.value ->> 'probe' AS probe,
  run.value ->> 'program' AS program,
  CAST(run.value ->> 'runs' AS BIGINT) AS runs,
  CAST(run.value ->> 'runTimeNs' AS BIGINT) AS run_time_ns,
  CAST(report.value -> 'cost' ->> 'packets' AS BIGINT) AS packets
FROM trial
CROSS JOIN $elements$(trial.message -> 'probes') AS report
CROSS JOIN $elements$(COALESCE(NULLIF(report.value -> 'cost' -> 'programs', 'null'), '[]')) AS run;

-- Buckets that are not empty. Both edges belong to the bucket.
CREATE VIEW histogram_bucket AS
SELECT
  latency.experiment_id,
  latency.step,
  latency.trial,
  latency.attempt,
  latency.stage,
  CAST(bucket.value ->> 0 AS BIGINT) AS bucket_index,
  CAST(bucket.value ->> 1 AS BIGINT) AS lower_ns,
  CAST(bucket.value ->> 2 AS BIGINT) AS upper_ns,
  CAST(bucket.value ->> 3 AS BIGINT) AS count
FROM latency
CROSS JOIN $elements$(latency.buckets) AS bucket;
