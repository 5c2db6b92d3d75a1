-- Results of experiments, the same in SQLite and in PostgreSQL.
--
-- A row is one message: its key, and the whole message as JSON with the names of the wire. Generated columns give names
-- to what queries ask for most. Everything else is in the JSON: message -> 'conditions' ->> 'cpu'. So a new property or
-- a new axis of a cell is stored without a change here. SQLite keeps JSONB as text.
--
-- A row is written once and never changed, and messages may arrive in any order. Each kind of message has its own
-- table, and only rows of one message refer to each other. Names of data planes, positions, stages and flags are those
-- of YAML. Times are Unix milliseconds, UTC. False and true are 0 and 1.

CREATE TABLE experiment (
  experiment_id TEXT NOT NULL PRIMARY KEY,
  started_unix_ms BIGINT NOT NULL,
  step_count BIGINT NOT NULL,
  message JSONB NOT NULL,
  name TEXT GENERATED ALWAYS AS (message -> 'spec' ->> 'name') STORED,
  seed BIGINT GENERATED ALWAYS AS (CAST(message -> 'spec' ->> 'seed' AS BIGINT)) STORED,
  trial_count BIGINT GENERATED ALWAYS AS (CAST(message ->> 'trialCount' AS BIGINT)) STORED
);

-- state: completed, failed or cancelled.
CREATE TABLE experiment_end (
  experiment_id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  reason TEXT,
  accepted_trials BIGINT,
  given_up_trials BIGINT,
  ended_unix_ms BIGINT NOT NULL
);

-- node: name of the cluster's node; null for a lab's machine.
CREATE TABLE machine (
  experiment_id TEXT NOT NULL,
  node TEXT,
  message JSONB NOT NULL,
  kernel TEXT GENERATED ALWAYS AS (message -> 'machine' ->> 'kernel') STORED,
  operating_system TEXT GENERATED ALWAYS AS (message -> 'machine' ->> 'operatingSystem') STORED,
  cpu_model TEXT GENERATED ALWAYS AS (message -> 'machine' ->> 'cpuModel') STORED,
  cpu_count BIGINT GENERATED ALWAYS AS (CAST(message -> 'machine' ->> 'cpuCount' AS BIGINT)) STORED,
  governor TEXT GENERATED ALWAYS AS (message -> 'machine' ->> 'governor') STORED,
  hypervisor TEXT GENERATED ALWAYS AS (message -> 'machine' ->> 'hypervisor') STORED,
  mitigations TEXT GENERATED ALWAYS AS (message -> 'machine' ->> 'mitigations') STORED,
  clock_source TEXT GENERATED ALWAYS AS (message -> 'machine' ->> 'clockSource') STORED,
  plumbline_version TEXT GENERATED ALWAYS AS (message -> 'machine' ->> 'plumblineVersion') STORED
);

CREATE UNIQUE INDEX machine_key ON machine (experiment_id, COALESCE(node, ''));

-- One set-up of a step. run: 0 for the experiment itself, then 1, 2 … for each rerun. The views step and node_step
-- show its data planes and its nodes.
CREATE TABLE scaled_step (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  run BIGINT NOT NULL,
  message JSONB NOT NULL,
  PRIMARY KEY (experiment_id, step, run)
);

-- stage: scale, one-way, rtt, grpc or aggregate. run: from 1, in the order in which the experiment's reruns started.
CREATE TABLE rerun (
  experiment_id TEXT NOT NULL,
  run BIGINT NOT NULL,
  started_unix_ms BIGINT NOT NULL,
  message JSONB NOT NULL,
  rerun_id TEXT GENERATED ALWAYS AS (message ->> 'rerunId') STORED,
  step BIGINT GENERATED ALWAYS AS (CAST(message ->> 'step' AS BIGINT)) STORED,
  stage TEXT GENERATED ALWAYS AS (message ->> 'stage') STORED,
  first_attempt BIGINT GENERATED ALWAYS AS (CAST(message ->> 'firstAttempt' AS BIGINT)) STORED,
  trial_count BIGINT GENERATED ALWAYS AS (CAST(message ->> 'trialCount' AS BIGINT)) STORED,
  PRIMARY KEY (experiment_id, run)
);

-- outcome: completed, failed or cancelled.
CREATE TABLE rerun_end (
  experiment_id TEXT NOT NULL,
  run BIGINT NOT NULL,
  ended_unix_ms BIGINT NOT NULL,
  message JSONB NOT NULL,
  outcome TEXT GENERATED ALWAYS AS (message ->> 'outcome') STORED,
  reason TEXT GENERATED ALWAYS AS (NULLIF(message ->> 'reason', '')) STORED,
  accepted_trials BIGINT GENERATED ALWAYS AS (CAST(message ->> 'acceptedTrials' AS BIGINT)) STORED,
  given_up_trials BIGINT GENERATED ALWAYS AS (CAST(message ->> 'givenUpTrials' AS BIGINT)) STORED,
  PRIMARY KEY (experiment_id, run)
);

-- One attempt at one trial: what was asked, under which conditions it ran, and where its packets went. Its histograms
-- are rows of latency.
CREATE TABLE trial (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  trial BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  started_unix_ms BIGINT NOT NULL,
  message JSONB NOT NULL,
  measure TEXT GENERATED ALWAYS AS (message -> 'trial' ->> 'measure') STORED,
  node TEXT GENERATED ALWAYS AS (message -> 'trial' -> 'cell' ->> 'node') STORED,
  path TEXT GENERATED ALWAYS AS (message -> 'trial' -> 'cell' ->> 'path') STORED,
  family TEXT GENERATED ALWAYS AS (message -> 'trial' -> 'cell' ->> 'family') STORED,
  data_plane TEXT GENERATED ALWAYS AS (COALESCE(message -> 'trial' -> 'cell' ->> 'dataPlane', 'no-rules')) STORED,
  position TEXT GENERATED ALWAYS AS (COALESCE(message -> 'trial' -> 'cell' ->> 'position', 'none')) STORED,
  protocol TEXT GENERATED ALWAYS AS (message -> 'trial' -> 'cell' ->> 'protocol') STORED,
  tcp_share BIGINT GENERATED ALWAYS AS (CAST(message -> 'trial' -> 'cell' ->> 'tcpShare' AS BIGINT)) STORED,
  services BIGINT GENERATED ALWAYS AS (CAST(message -> 'trial' -> 'cell' ->> 'services' AS BIGINT)) STORED,
  repetition BIGINT GENERATED ALWAYS AS (CAST(message -> 'trial' ->> 'repetition' AS BIGINT)) STORED,
  packets BIGINT GENERATED ALWAYS AS (CAST(message -> 'trial' ->> 'packets' AS BIGINT)) STORED,
  warmup_packets BIGINT GENERATED ALWAYS AS (CAST(message -> 'trial' ->> 'warmupPackets' AS BIGINT)) STORED,
  rate_pps BIGINT GENERATED ALWAYS AS (CAST(message -> 'trial' ->> 'ratePps' AS BIGINT)) STORED,
  timing TEXT GENERATED ALWAYS AS (REPLACE(message -> 'trial' ->> 'timing', ', ', '+')) STORED,
  rtt_pacing TEXT GENERATED ALWAYS AS (message -> 'trial' -> 'roundTrip' ->> 'pacing') STORED,
  grpc_connection TEXT GENERATED ALWAYS AS (message -> 'trial' -> 'grpc' ->> 'connection') STORED,
  duration_ns BIGINT GENERATED ALWAYS AS (CAST(message -> 'conditions' ->> 'durationNs' AS BIGINT)) STORED,
  generator TEXT GENERATED ALWAYS AS (message -> 'conditions' ->> 'generator') STORED,
  generator_reason TEXT GENERATED ALWAYS AS (message -> 'conditions' ->> 'generatorReason') STORED,
  timed_by TEXT GENERATED ALWAYS AS (message -> 'conditions' ->> 'timedBy') STORED,
  asked_rate_pps DOUBLE PRECISION GENERATED ALWAYS AS (
    CAST(message -> 'conditions' ->> 'askedRatePps' AS DOUBLE PRECISION)
  ) STORED,
  achieved_rate_pps DOUBLE PRECISION GENERATED ALWAYS AS (
    CAST(message -> 'conditions' ->> 'achievedRatePps' AS DOUBLE PRECISION)
  ) STORED,
  lateness_p50_ns BIGINT GENERATED ALWAYS AS (CAST(message -> 'conditions' ->> 'latenessP50Ns' AS BIGINT)) STORED,
  lateness_p99_ns BIGINT GENERATED ALWAYS AS (CAST(message -> 'conditions' ->> 'latenessP99Ns' AS BIGINT)) STORED,
  lateness_max_ns BIGINT GENERATED ALWAYS AS (CAST(message -> 'conditions' ->> 'latenessMaxNs' AS BIGINT)) STORED,
  target_index BIGINT GENERATED ALWAYS AS (CAST(message -> 'conditions' ->> 'targetIndex' AS BIGINT)) STORED,
  target TEXT GENERATED ALWAYS AS (message -> 'conditions' ->> 'target') STORED,
  rules BIGINT GENERATED ALWAYS AS (CAST(message -> 'conditions' ->> 'rules' AS BIGINT)) STORED,
  conntrack_count_before BIGINT GENERATED ALWAYS AS (
    CAST(message -> 'conditions' ->> 'conntrackCountBefore' AS BIGINT)
  ) STORED,
  conntrack_max BIGINT GENERATED ALWAYS AS (CAST(message -> 'conditions' ->> 'conntrackMax' AS BIGINT)) STORED,
  cpu BIGINT GENERATED ALWAYS AS (CAST(message -> 'conditions' ->> 'cpu' AS BIGINT)) STORED,
  kernel TEXT GENERATED ALWAYS AS (message -> 'conditions' ->> 'kernel') STORED,
  sender_priority TEXT GENERATED ALWAYS AS (message -> 'conditions' ->> 'senderPriority') STORED,
  steal_ns BIGINT GENERATED ALWAYS AS (CAST(message -> 'conditions' ->> 'stealNs' AS BIGINT)) STORED,
  control_p50_ns DOUBLE PRECISION GENERATED ALWAYS AS (
    CAST(message -> 'conditions' -> 'control' ->> 'p50Ns' AS DOUBLE PRECISION)
  ) STORED,
  sent BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'sent' AS BIGINT)) STORED,
  send_errors BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'sendErrors' AS BIGINT)) STORED,
  arrived BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'arrived' AS BIGINT)) STORED,
  measured BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'measured' AS BIGINT)) STORED,
  first_packets BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'firstPackets' AS BIGINT)) STORED,
  not_first_packets BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'notFirstPackets' AS BIGINT)) STORED,
  untracked BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'untracked' AS BIGINT)) STORED,
  translated BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'translated' AS BIGINT)) STORED,
  without_route BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'withoutRoute' AS BIGINT)) STORED,
  unaccounted BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' ->> 'unaccounted' AS BIGINT)) STORED,
  answered BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' -> 'answers' ->> 'answered' AS BIGINT)) STORED,
  lost BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' -> 'answers' ->> 'lost' AS BIGINT)) STORED,
  late BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' -> 'answers' ->> 'late' AS BIGINT)) STORED,
  failed BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' -> 'answers' ->> 'failed' AS BIGINT)) STORED,
  duplicates BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' -> 'answers' ->> 'duplicates' AS BIGINT)) STORED,
  stray BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' -> 'answers' ->> 'stray' AS BIGINT)) STORED,
  untimed BIGINT GENERATED ALWAYS AS (CAST(message -> 'counts' -> 'answers' ->> 'untimed' AS BIGINT)) STORED,
  accepted BIGINT GENERATED ALWAYS AS (CAST(CASE WHEN message -> 'flags' = '[]' THEN 1 ELSE 0 END AS BIGINT)) STORED,
  flags TEXT GENERATED ALWAYS AS (
    REPLACE(REPLACE(REPLACE(REPLACE(CAST(message -> 'flags' AS TEXT), '[', ''), ']', ''), '"', ''), ' ', '')
  ) STORED,
  PRIMARY KEY (experiment_id, step, trial, attempt)
);

-- One histogram. probe: null for a stage; else the kernel probe whose detail it is, and stage is the detail's name.
-- buckets: [index, lower_ns, upper_ns, count] of each bucket that is not empty; both edges belong to it. raw_ns: each
-- latency in the order of sending, where the trial kept them.
-- A percentile is null where fewer than ten samples lie above it. Mean, minimum and maximum are null without samples.
CREATE TABLE latency (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  trial BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  stage TEXT NOT NULL,
  probe TEXT,
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
  buckets JSONB NOT NULL,
  raw_ns JSONB,
  PRIMARY KEY (experiment_id, step, trial, attempt, stage),
  FOREIGN KEY (experiment_id, step, trial, attempt) REFERENCES trial (experiment_id, step, trial, attempt)
);
