-- In a cluster it is nodes that are measured, each by itself: they are different machines. Null in all of these is a lab.

-- The node, and what a probe there was told of it.
ALTER TABLE trial ADD COLUMN node TEXT;
ALTER TABLE trial ADD COLUMN source_prefix TEXT;
ALTER TABLE trial ADD COLUMN endpoint_ip TEXT;
ALTER TABLE trial ADD COLUMN endpoint_port BIGINT;
ALTER TABLE trial ADD COLUMN service_namespace TEXT;

CREATE TABLE node_machine (
  experiment_id TEXT NOT NULL,
  node TEXT NOT NULL,
  kernel TEXT NOT NULL,
  operating_system TEXT NOT NULL,
  cpu_model TEXT NOT NULL,
  cpu_count BIGINT NOT NULL,
  governor TEXT NOT NULL,
  hypervisor TEXT NOT NULL,
  mitigations TEXT NOT NULL,
  nft_version TEXT NOT NULL,
  iptables_version TEXT NOT NULL,
  plumbline_version TEXT NOT NULL,
  PRIMARY KEY (experiment_id, node)
);

-- What a step was on each node when it was ready. services: the experiment's, 0 in a baseline. rules: those of its Services;
-- all_rules: those of all Services of the cluster. programming_ns: from the first change at the API server. kube_proxy_*: what
-- kube-proxy tells of itself, null where it does not. run as in step: of a step's node the latest counts.
CREATE TABLE node_step (
  experiment_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  run BIGINT NOT NULL,
  node TEXT NOT NULL,
  source_prefix TEXT NOT NULL,
  endpoint_ip TEXT NOT NULL,
  endpoint_port BIGINT NOT NULL,
  service_namespace TEXT NOT NULL,
  data_plane TEXT NOT NULL,
  services BIGINT NOT NULL,
  rules BIGINT NOT NULL,
  all_rules BIGINT NOT NULL,
  programming_ns BIGINT NOT NULL,
  kube_proxy_mode TEXT,
  kube_proxy_version TEXT,
  kube_proxy_syncs BIGINT,
  kube_proxy_sync_seconds DOUBLE PRECISION,
  kube_proxy_last_sync_unix_seconds DOUBLE PRECISION,
  remarks_json TEXT NOT NULL,
  PRIMARY KEY (experiment_id, step, node, run)
);
