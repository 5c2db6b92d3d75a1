CREATE TABLE IF NOT EXISTS scheduler_experiment (
  experiment_id uuid PRIMARY KEY,
  arrival bigint GENERATED ALWAYS AS IDENTITY,
  queue text NOT NULL,
  phase text NOT NULL,
  deadline timestamptz,
  -- Rises with every change. A writer names the version that it read.
  version bigint NOT NULL,
  -- Version of the state's shape and of the planner.
  format integer NOT NULL,
  state json NOT NULL,
  updated_at timestamptz NOT NULL
);

-- Experiments of one queue would measure each other.
CREATE UNIQUE INDEX IF NOT EXISTS scheduler_one_running ON scheduler_experiment (queue)
  WHERE phase NOT IN ('queued', 'ended');

CREATE INDEX IF NOT EXISTS scheduler_active ON scheduler_experiment (arrival) WHERE phase <> 'ended';

-- Messages of stored changes. They stay until they are known to be published.
CREATE TABLE IF NOT EXISTS scheduler_outbox (
  place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id uuid NOT NULL UNIQUE,
  experiment_id uuid NOT NULL,
  type text NOT NULL,
  body json NOT NULL,
  kept_at timestamptz NOT NULL
);
