/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the stage probe shares with user space. StageProbeLayout.cs is the other side. User space compares
 * both by the object's BTF when it loads the object.
 */
#pragma once

#include "hist.h"

enum stage {
	STAGE_PREROUTING,	   /* netif_receive_skb -> fib_table_lookup */
	STAGE_FORWARD_POSTROUTING, /* fib_table_lookup -> net_dev_start_xmit */
	STAGE_TOTAL,		   /* netif_receive_skb -> net_dev_start_xmit */
	STAGE_COUNT,
};

/* One stage's latencies on one CPU. A per-CPU map value may have 32 KiB; this fits. */
struct stage_hist {
	unsigned long long count;
	unsigned long long sum_ns;
	unsigned long long min_ns_complement; /* ~minimum, so zeroed memory means "none yet" */
	unsigned long long max_ns;
	unsigned long long overflow;
	unsigned long long buckets[HIST_BUCKETS];
};

/* Reasons of enum skb_drop_reason count separately. Subsystems have reasons of their own, from 1 << 16 on;
 * these count together. */
#define DROP_REASONS 256

/* The packet in flight on one CPU, and counts of what became of the packets before it. The programs touch
 * these fields for every packet, so they are side by side. */
struct stage_cpu {
	unsigned long long
	    skb; /* address of the packet in flight, or 0: softirq takes one of a device at a time */
	unsigned long long arrived_ns;
	unsigned long long routed_ns;	  /* 0 until the routing lookup */
	unsigned long long ct_status;	  /* of its conntrack entry at the routing lookup; 0 if it has none */
	unsigned long long left;	  /* skb after it left: the function probe may run after that */
	unsigned long long dev;		  /* address of the target's device, after its first packet */
	unsigned long long arrived;	  /* packets on the ingress device */
	unsigned long long first;	  /* left with a conntrack entry of their own */
	unsigned long long not_first;	  /* left with an older entry: not in the histograms */
	unsigned long long untracked;	  /* left without an entry */
	unsigned long long translated;	  /* left with their destination translated */
	unsigned long long without_route; /* left, but no routing lookup was seen: not in the histograms */
	unsigned long long superseded;	  /* the next packet arrived before they left or were dropped */
	unsigned long long dropped_by_subsystem;
	unsigned long long dropped[DROP_REASONS];
};

/* User space writes it before a trial. */
struct stage_target {
	unsigned int ifindex; /* ingress device; 0 measures nothing */
	unsigned int netns;   /* inode number of its network namespace */
};
