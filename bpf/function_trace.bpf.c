/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Function trace: adds the calls of ipt_do_table and nft_do_chain to the packet trace's log, whose map it
 * shares. It logs a call when the call returns. Time spent on logging is in the stage, not in the call.
 */
#include "rule_functions.bpf.h"
#include "packet_trace.h"

/* The packet trace's map. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct trace_log);
} logs SEC(".maps");

static __always_inline struct trace_log *packet_log(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&logs, &key);
}

static __always_inline struct rule_call *call_of(enum rule_function function, __u64 skb, int *is_followed)
{
	struct trace_log *log = packet_log();

	/* The log has only calls on the packet's CPU. */
	if (!log || !log->skb || log->cpu != bpf_get_smp_processor_id())
		return 0;
	*is_followed = log->skb == skb;
	return &log->open[function];
}

static __always_inline void unpaired(void)
{
	struct trace_log *log = packet_log();

	if (log)
		log->lost++;
}

static __always_inline void returned(const struct rule_call *call, __u64 now_ns)
{
	struct trace_log *log = packet_log();
	struct trace_event *event;
	__u32 index;

	if (!log)
		return;
	index = log->count;
	/* The compiler must not split this copy, or the verifier loses its bound. */
	barrier_var(index);
	if (index >= TRACE_EVENTS) {
		log->lost++;
		return;
	}
	log->count = index + 1;
	event = &log->events[index];
	event->point = TRACE_CALLED;
	event->began_ns = call->began_ns;
	event->time_ns = now_ns;
	event->chain = number_of(&call->key);
}

char LICENSE[] SEC("license") = "GPL";
