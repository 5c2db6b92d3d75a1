-- Who sends one-way packets is chosen: what was asked for (auto, pktgen, af_packet), and why it was that generator that sent.
-- lateness_*_ns are 0 where generator is pktgen, which does not tell.
ALTER TABLE trial ADD COLUMN asked_generator TEXT NOT NULL DEFAULT 'auto';
ALTER TABLE trial ADD COLUMN generator_reason TEXT;
