-- Views with medians, in PostgreSQL only: SQLite has no percentile_cont. Figures are the reports': each trial's
-- percentile at the machine's full speed, the median of each build, and the geometric mean over builds. A trial with
-- too few samples for a percentile is left out of it. Figures of different nodes never mix, nor do those of different
-- values of any other axis.

-- What control packets take on a machine at full speed: in the fastest tenth of the attempts that count.
CREATE VIEW machine_speed AS
SELECT
  trial_attempt.experiment_id,
  trial_attempt.node,
  percentile_cont(0.1) WITHIN GROUP (ORDER BY trial.control_p50_ns) AS full_speed_control_ns
FROM trial_attempt
JOIN trial
  ON trial.experiment_id = trial_attempt.experiment_id
  AND trial.step = trial_attempt.step
  AND trial.trial = trial_attempt.trial
  AND trial.attempt = trial_attempt.attempt
WHERE trial_attempt.counts = 1
  AND trial.control_p50_ns > 0
GROUP BY trial_attempt.experiment_id, trial_attempt.node;

-- Figures of each build. speed_factor: what a trial's times are multiplied by to be at full speed; 1 without
-- control packets and for baselines, which the reports show as they were.
CREATE VIEW latency_by_build AS
SELECT
  experiment_id,
  data_plane,
  position,
  measure,
  stage,
  services,
  build,
  COUNT(*) AS trials,
  SUM(count) AS samples,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY p50_ns * speed_factor) AS p50_ns,
  MIN(p50_ns * speed_factor) AS p50_min_ns,
  MAX(p50_ns * speed_factor) AS p50_max_ns,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY p99_ns * speed_factor) AS p99_ns,
  node,
  cell
FROM (
  SELECT
    accepted_latency.*,
    CASE
      WHEN accepted_latency.data_plane <> 'no-rules' AND accepted_latency.control_p50_ns > 0
      THEN machine_speed.full_speed_control_ns / accepted_latency.control_p50_ns
      ELSE 1
    END AS speed_factor
  FROM accepted_latency
  LEFT JOIN machine_speed
    ON machine_speed.experiment_id = accepted_latency.experiment_id
    AND machine_speed.node IS NOT DISTINCT FROM accepted_latency.node
) AS stated
GROUP BY experiment_id, data_plane, position, measure, stage, services, build, node, cell;

CREATE VIEW latency_by_services AS
SELECT
  experiment_id,
  data_plane,
  position,
  measure,
  stage,
  services,
  COUNT(*) AS builds,
  SUM(trials)::bigint AS trials,
  CASE WHEN MIN(p50_ns) = MAX(p50_ns) THEN MIN(p50_ns) ELSE EXP(AVG(LN(NULLIF(p50_ns, 0)))) END AS p50_ns,
  MIN(p50_min_ns) AS p50_min_ns,
  MAX(p50_max_ns) AS p50_max_ns,
  CASE WHEN MIN(p99_ns) = MAX(p99_ns) THEN MIN(p99_ns) ELSE EXP(AVG(LN(NULLIF(p99_ns, 0)))) END AS p99_ns,
  node,
  cell
FROM latency_by_build
GROUP BY experiment_id, data_plane, position, measure, stage, services, node, cell
HAVING SUM(samples) > 0;

-- The p50 beside the baseline's. A cell's baseline is the one with the same value on every axis that the
-- baseline has: the same node, for instance. Its first and last arm count together.
CREATE VIEW data_plane_comparison AS
SELECT
  measured.experiment_id,
  measured.data_plane,
  measured.services,
  measured.position,
  measured.stage,
  measured.p50_ns,
  baseline.p50_ns AS baseline_ns,
  measured.node,
  measured.cell
FROM latency_by_services AS measured
LEFT JOIN (
  SELECT experiment_id, stage, cell - '{dataPlane,position,services}'::text[] AS coordinates, MAX(p50_ns) AS p50_ns
  FROM latency_by_services
  WHERE data_plane = 'no-rules'
  GROUP BY experiment_id, stage, coordinates
) AS baseline
  ON baseline.experiment_id = measured.experiment_id
  AND baseline.stage = measured.stage
  AND measured.cell @> baseline.coordinates
WHERE measured.data_plane <> 'no-rules';

-- How long the rules of that many Services took to be in the kernel. In a cluster this is for each node, from the first
-- change at the API server. Where a step was programmed again, only the latest run counts.
CREATE VIEW programming_latency AS
SELECT
  experiment_id,
  data_plane,
  services,
  MAX(rules) AS rules,
  COUNT(*) AS steps,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY programming_ns) / 1e6 AS programming_ms,
  MIN(programming_ns) / 1e6 AS programming_min_ms,
  MAX(programming_ns) / 1e6 AS programming_max_ms,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY programming_ns) / 1e3 / services AS us_per_service,
  node
FROM (
  SELECT experiment_id, data_plane, services, rules, programming_ns, NULL AS node
  FROM step
  WHERE NOT EXISTS (
      SELECT 1
      FROM step AS later
      WHERE later.experiment_id = step.experiment_id
        AND later.step = step.step
        AND later.data_plane = step.data_plane
        AND later.run > step.run
    )
    AND NOT EXISTS (
      SELECT 1
      FROM node_step
      WHERE node_step.experiment_id = step.experiment_id
    )
  UNION ALL
  SELECT experiment_id, data_plane, services, rules, programming_ns, node
  FROM node_step
  WHERE NOT EXISTS (
    SELECT 1
    FROM node_step AS later
    WHERE later.experiment_id = node_step.experiment_id
      AND later.step = node_step.step
      AND later.node = node_step.node
      AND later.run > node_step.run
  )
) AS programmed
WHERE services > 0
GROUP BY experiment_id, data_plane, services, node;
