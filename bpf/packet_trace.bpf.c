/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Packet trace: logs the points that one packet passes on its way through a node, and when. The packet is
 * known by its source address and port. The tracepoints are those of the stage probe and net_dev_queue. Every
 * kernel has them, so the trace needs neither kprobes nor BPF trampolines.
 *
 * Time that a program spends before its stamp is in the stage that ends there. Time after the stamp is in the
 * next stage. So the programs read a packet's addresses before it arrives and after it has left. In between
 * they only read the proof of a first packet, as the stage probe does.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
#include "kernel_types.bpf.h"
#include "packet_trace.h"

#define ETH_P_IP 0x0800

struct trace_target target;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct trace_log);
} logs SEC(".maps");

/* The headers of a UDP packet without IP options, up to the last field read. */
struct packet_head {
	struct iphdr ip;
	__be16 source_port;
	__be16 destination_port;
};

static __always_inline struct trace_log *packet_log(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&logs, &key);
}

/* Needs no atomics: a packet is in one place at a time. */
static __always_inline struct trace_event *next_event(struct trace_log *log, enum trace_point point)
{
	__u32 index = log->count;

	/* The compiler must not split this copy, or the verifier loses its bound. */
	barrier_var(index);
	if (index >= TRACE_EVENTS) {
		log->lost++;
		return 0;
	}
	log->count = index + 1;
	log->events[index].point = point;
	return &log->events[index];
}

static __always_inline void read_head(struct trace_event *event, const struct packet_head *head)
{
	event->source_ip = bpf_ntohl(head->ip.saddr);
	event->source_port = bpf_ntohs(head->source_port);
	event->destination_ip = bpf_ntohl(head->ip.daddr);
	event->destination_port = bpf_ntohs(head->destination_port);
}

static __always_inline void read_entry(struct trace_event *event, unsigned long nfct)
{
	struct nf_conn *entry = (struct nf_conn *)(nfct & ~NFCT_INFOMASK);

	if (!entry)
		return;
	event->has_entry = 1;
	event->ct_info = nfct & NFCT_INFOMASK;
	event->ct_status = BPF_CORE_READ(entry, status);
}

/* Stamps a packet's end, then reads the packet. After the stamp, time does not matter. */
static __always_inline int end(enum trace_point point, const struct sk_buff *skb, struct net_device *dev,
			       __u32 drop_reason)
{
	struct trace_log *log = packet_log();
	struct trace_event *event;
	struct packet_head head;
	__u64 now_ns;

	if (!log || log->skb != (__u64)skb)
		return 0;
	now_ns = bpf_ktime_get_ns();
	log->skb = 0;
	event = next_event(log, point);
	if (event) {
		event->time_ns = now_ns;
		event->drop_reason = drop_reason;
		if (!bpf_probe_read_kernel(&head, sizeof(head), skb->head + skb->network_header))
			read_head(event, &head);
		read_entry(event, skb->_nfct);
		if (dev)
			BPF_CORE_READ_STR_INTO(&event->device, dev, name);
	}
	/* A full barrier: whoever sees the flag also sees the events. */
	__sync_lock_test_and_set(&log->ended, 1);
	return 0;
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(trace_arrived, struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct trace_event *event;
	struct packet_head head;
	struct trace_log *log;

	if (dev->ifindex != target.ifindex || !target.ifindex)
		return 0;
	/* Device numbers are per namespace, so compare the namespace too. */
	if (dev->nd_net.net->ns.inum != target.netns || skb->protocol != bpf_htons(ETH_P_IP))
		return 0;
	/* The kernel sets network_header after this tracepoint. Until then the IP header is at data. */
	if (bpf_probe_read_kernel(&head, sizeof(head), skb->data))
		return 0;
	if (head.ip.version != 4 || head.ip.ihl != 5 || head.ip.protocol != IPPROTO_UDP ||
	    head.ip.saddr != bpf_htonl(target.source_ip) || head.source_port != bpf_htons(target.source_port))
		return 0;
	log = packet_log();
	if (!log || log->packets++)
		return 0;
	event = next_event(log, TRACE_ARRIVED);
	if (!event)
		return 0;
	read_head(event, &head);
	BPF_CORE_READ_STR_INTO(&event->device, dev, name);
	log->cpu = bpf_get_smp_processor_id();
	log->skb = (__u64)skb;
	event->time_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/fib_table_lookup")
int BPF_PROG(trace_routed, __u32 tb_id, const struct flowi4 *flow)
{
	struct trace_event *event;
	struct trace_log *log;
	struct sk_buff *skb;
	__u64 now_ns;

	/* Lookups by fib and addrtype matches carry no ingress device. */
	if (flow->__fl_common.flowic_iif != target.ifindex || !target.ifindex)
		return 0;
	log = packet_log();
	if (!log || !log->skb || log->routed || log->cpu != bpf_get_smp_processor_id())
		return 0;
	now_ns = bpf_ktime_get_ns();
	log->routed = 1;
	event = next_event(log, TRACE_ROUTED);
	if (!event)
		return 0;
	event->time_ns = now_ns;
	/* The first-packet proof: the entry that a packet made is confirmed only when it leaves. */
	skb = (struct sk_buff *)log->skb;
	read_entry(event, BPF_CORE_READ(skb, _nfct));
	return 0;
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(trace_queued, struct sk_buff *skb)
{
	struct trace_log *log = packet_log();
	struct trace_event *event;
	__u64 now_ns;

	if (!log || log->skb != (__u64)skb)
		return 0;
	now_ns = bpf_ktime_get_ns();
	event = next_event(log, TRACE_QUEUED);
	if (event)
		event->time_ns = now_ns;
	return 0;
}

SEC("tp_btf/net_dev_start_xmit")
int BPF_PROG(trace_left, const struct sk_buff *skb, struct net_device *dev)
{
	return end(TRACE_LEFT, skb, dev, 0);
}

SEC("tp_btf/kfree_skb")
int BPF_PROG(trace_dropped, struct sk_buff *skb, void *location, __u32 reason)
{
	return end(TRACE_DROPPED, skb, 0, reason);
}

char LICENSE[] SEC("license") = "GPL";
