/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Stage probe: times a packet's way through a node between three tracepoints. Every kernel with BTF has them,
 * so the probe needs neither kprobes nor BPF trampolines.
 *
 *   netif_receive_skb   the packet arrives on the measured device
 *   fib_table_lookup    PREROUTING is over (conntrack, nat), routing begins
 *   net_dev_start_xmit  FORWARD and POSTROUTING are over, the packet leaves
 *   kfree_skb           the packet was dropped instead
 *
 * Each CPU has one packet in flight, known by its skb address. The thread does not identify it: softirq runs
 * under any thread that it interrupted. The histograms count packets that leave with a NEW conntrack entry or
 * with none. All others skipped the nat chains.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
#include "kernel_types.bpf.h"
#include "stage_hist.bpf.h"
#include "stage_probe.h"

#define ETH_P_IP 0x0800

struct stage_target target;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stage_cpu);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, STAGE_COUNT);
	__type(key, __u32);
	__type(value, struct stage_hist);
} hists SEC(".maps");

static __always_inline struct stage_cpu *this_cpu(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&cpus, &key);
}

/* Device numbers are per namespace, so the first match compares the namespace too. After that the device is
 * known by its address. */
static __always_inline int is_target(struct stage_cpu *cpu, struct net_device *dev)
{
	if (cpu->dev)
		return cpu->dev == (__u64)dev;
	if (dev->nd_net.net->ns.inum != target.netns)
		return 0;
	cpu->dev = (__u64)dev;
	return 1;
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(stage_arrived, struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct stage_cpu *cpu;

	if (dev->ifindex != target.ifindex || !target.ifindex)
		return 0;
	cpu = this_cpu();
	if (!cpu || !is_target(cpu, dev) || skb->protocol != bpf_htons(ETH_P_IP))
		return 0;
	if (cpu->skb)
		cpu->superseded++;
	cpu->arrived++;
	cpu->skb = (__u64)skb;
	cpu->left = 0;
	cpu->routed_ns = 0;
	cpu->ct_status = 0;
	cpu->arrived_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/fib_table_lookup")
int BPF_PROG(stage_routed, __u32 tb_id, const struct flowi4 *flow)
{
	struct stage_cpu *cpu;
	struct nf_conn *entry;
	struct sk_buff *skb;

	/* Lookups by fib and addrtype matches carry no ingress device. */
	if (flow->__fl_common.flowic_iif != target.ifindex || !target.ifindex)
		return 0;
	cpu = this_cpu();
	if (!cpu || !cpu->skb || cpu->routed_ns)
		return 0;
	cpu->routed_ns = bpf_ktime_get_ns();
	/*
	 * The first-packet proof. ctinfo does not prove it: it says NEW for every packet of a flow that was
	 * never answered. But the kernel confirms the entry that a first packet made only when the packet
	 * leaves the node.
	 */
	skb = (struct sk_buff *)cpu->skb;
	entry = (struct nf_conn *)(BPF_CORE_READ(skb, _nfct) & ~NFCT_INFOMASK);
	if (entry)
		cpu->ct_status = BPF_CORE_READ(entry, status);
	return 0;
}

SEC("tp_btf/net_dev_start_xmit")
int BPF_PROG(stage_left, const struct sk_buff *skb)
{
	struct stage_cpu *cpu = this_cpu();
	__u64 now_ns;

	if (!cpu || cpu->skb != (__u64)skb)
		return 0;
	now_ns = bpf_ktime_get_ns();
	cpu->skb = 0;
	cpu->left = (__u64)skb;

	if (!(skb->_nfct & ~NFCT_INFOMASK)) {
		cpu->untracked++;
	} else {
		if (cpu->ct_status & CT_STATUS_DNAT)
			cpu->translated++;
		if (cpu->ct_status & CT_STATUS_CONFIRMED) {
			cpu->not_first++;
			return 0;
		}
		cpu->first++;
	}
	if (!cpu->routed_ns) {
		cpu->without_route++;
		return 0;
	}
	record(&hists, STAGE_PREROUTING, cpu->routed_ns - cpu->arrived_ns);
	record(&hists, STAGE_FORWARD_POSTROUTING, now_ns - cpu->routed_ns);
	record(&hists, STAGE_TOTAL, now_ns - cpu->arrived_ns);
	return 0;
}

SEC("tp_btf/kfree_skb")
int BPF_PROG(stage_dropped, struct sk_buff *skb, void *location, __u32 reason)
{
	struct stage_cpu *cpu = this_cpu();
	__u64 index;

	if (!cpu || cpu->skb != (__u64)skb)
		return 0;
	cpu->skb = 0;
	/* The compiler must not split this 64-bit copy, or the verifier loses its bound. */
	index = reason;
	barrier_var(index);
	if (index < DROP_REASONS)
		cpu->dropped[index]++;
	else
		cpu->dropped_by_subsystem++;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
