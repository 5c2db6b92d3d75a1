/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Function probe: times the calls of ipt_do_table and nft_do_chain for a packet in flight. It counts each
 * call by hook and table or base chain, and the sum of a packet's calls.
 *
 * It needs the stage probe and shares its map of packets in flight. That map says which packet came in on the
 * measured device and namespace, and proves that the packet is the first of its flow. While the packet is
 * under way, the programs only note each call. They count into histograms after the packet has left.
 */
#include "rule_functions.bpf.h"
#include "function_probe.h"
#include "stage_hist.bpf.h"

/* The stage probe's map. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stage_cpu);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct function_cpu);
} function_cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FUNCTION_HISTS);
	__type(key, __u32);
	__type(value, struct stage_hist);
} function_hists SEC(".maps");

static __always_inline struct stage_cpu *stage_cpu(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&cpus, &key);
}

static __always_inline struct function_cpu *this_cpu(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&function_cpus, &key);
}

/* Forgets the calls of the packet before this one. */
static __always_inline void begin(struct function_cpu *cpu, __u64 packet_ns)
{
	int function;

	cpu->packet_ns = packet_ns;
	cpu->calls = 0;
	for (function = 0; function < RULE_FUNCTION_COUNT; function++) {
		if (cpu->open[function].began_ns)
			cpu->unpaired++;
		cpu->open[function].began_ns = 0;
	}
}

static __always_inline struct rule_call *call_of(enum rule_function function, __u64 skb, int *is_followed)
{
	struct function_cpu *cpu = this_cpu();
	struct stage_cpu *stage;

	if (!cpu)
		return 0;
	if (skb) {
		stage = stage_cpu();
		if (stage && stage->skb == skb) {
			*is_followed = 1;
			if (cpu->packet_ns != stage->arrived_ns)
				begin(cpu, stage->arrived_ns);
		}
	}
	return &cpu->open[function];
}

static __always_inline void unpaired(void)
{
	struct function_cpu *cpu = this_cpu();

	if (cpu)
		cpu->unpaired++;
}

static __always_inline void returned(const struct rule_call *call, __u64 now_ns)
{
	struct function_cpu *cpu = this_cpu();
	__u64 index;

	if (!cpu)
		return;
	index = cpu->calls;
	/* The compiler must not split this copy, or the verifier loses its bound. */
	barrier_var(index);
	if (index >= PACKET_CALLS) {
		cpu->lost++;
		return;
	}
	cpu->calls = index + 1;
	cpu->call[index].key = call->key;
	cpu->call[index].latency_ns = now_ns - call->began_ns;
}

SEC("tp_btf/net_dev_start_xmit")
int BPF_PROG(function_left, const struct sk_buff *skb)
{
	struct function_cpu *cpu = this_cpu();
	struct stage_cpu *stage = stage_cpu();
	__u64 sum_ns = 0;
	__u64 index;

	/* The stage probe's program may run before this one: then the packet has left. */
	if (!cpu || !stage || (stage->skb != (__u64)skb && stage->left != (__u64)skb))
		return 0;
	/* The kernel reuses addresses, so the arrival identifies the packet too. */
	if (cpu->finished_ns == stage->arrived_ns)
		return 0;
	if (cpu->packet_ns != stage->arrived_ns)
		begin(cpu, stage->arrived_ns);
	cpu->finished_ns = stage->arrived_ns;
	if ((skb->_nfct & ~NFCT_INFOMASK) && (stage->ct_status & CT_STATUS_CONFIRMED)) {
		cpu->not_first++;
		return 0;
	}
	cpu->packets++;
	for (index = 0; index < PACKET_CALLS && index < cpu->calls; index++) {
		struct packet_call *call = &cpu->call[index];
		__u32 number = number_of(&call->key);

		sum_ns += call->latency_ns;
		if (number < RULE_KEYS)
			record(&function_hists, 1 + number, call->latency_ns);
		else
			cpu->lost++;
	}
	record(&function_hists, FUNCTION_SUM, sum_ns);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
