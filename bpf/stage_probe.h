/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the stage probe shares with user space. libs/Plumbline.Probing/Stages/StageProbeLayout.cs is the
 * other side; both are compared through the object's BTF when it is loaded.
 */
#pragma once

#include "hist.h"

enum stage {
	STAGE_PREROUTING,	   /* netif_receive_skb -> fib_table_lookup */
	STAGE_FORWARD_POSTROUTING, /* fib_table_lookup -> net_dev_start_xmit */
	STAGE_TOTAL,		   /* netif_receive_skb -> net_dev_start_xmit */
	STAGE_COUNT,
};

/* One stage's latencies on one CPU. Fits the 32 KiB that a per-CPU map value may have. */
struct stage_hist {
	unsigned long long count;
	unsigned long long sum_ns;
	unsigned long long min_ns_complement; /* ~minimum, so that zeroed memory means "none yet" */
	unsigned long long max_ns;
	unsigned long long overflow;
	unsigned long long buckets[HIST_BUCKETS];
};

/* enum skb_drop_reason is counted reason by reason; subsystems' own reasons start at 1 << 16 and are counted
 * together. */
#define DROP_REASONS 256

/* The packet in flight on one CPU, and where those before it went: all that is touched for every packet, side
 * by side. */
struct stage_cpu {
	unsigned long long
	    skb; /* address of the packet in flight, 0 when none: softirq takes one of a device at a time */
	unsigned long long arrived_ns;
	unsigned long long routed_ns; /* 0 until the routing lookup */
	unsigned long long ct_status; /* of its conntrack entry at the routing lookup; 0 when it has none */
	unsigned long long left;    /* skb, when it has left: the function probe may look at it after that */
	unsigned long long dev;	    /* address of the target's device, once a packet was seen on it */
	unsigned long long arrived; /* packets seen on the ingress device */
	unsigned long long first;   /* left with a conntrack entry that they made */
	unsigned long long
	    not_first; /* left with an entry that was there before them: not in the histograms */
	unsigned long long untracked;	  /* left without an entry */
	unsigned long long translated;	  /* left with their destination translated */
	unsigned long long without_route; /* left without a routing lookup seen: not in the histograms */
	unsigned long long superseded;	  /* followed by the next packet before leaving or being dropped */
	unsigned long long dropped_by_subsystem;
	unsigned long long dropped[DROP_REASONS];
};

/* Written by user space before a trial. */
struct stage_target {
	unsigned int ifindex; /* ingress device; 0 measures nothing */
	unsigned int netns;   /* inode number of its network namespace */
};
