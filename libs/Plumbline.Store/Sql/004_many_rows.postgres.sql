-- PostgreSQL looks every single row's reference up, which takes as long as all else of storing it. These rows are many, and are
-- only ever written together with the one that they refer to.
ALTER TABLE histogram_bucket DROP CONSTRAINT histogram_bucket_experiment_id_step_trial_attempt_stage_fkey;
ALTER TABLE raw_latency DROP CONSTRAINT raw_latency_experiment_id_step_trial_attempt_stage_fkey;
