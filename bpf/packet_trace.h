/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the packet trace shares with user space. libs/Plumbline.Probing/Tracing/PacketTraceLayout.cs is the
 * other side; both are compared through the object's BTF when it is loaded.
 */
#pragma once

#include "rule_functions.h"

/* What a packet came by. Numbers are never given a second meaning. */
enum trace_point {
	TRACE_ARRIVED = 1, /* netif_receive_skb */
	TRACE_ROUTED = 2,  /* fib_table_lookup, the first after it */
	TRACE_QUEUED = 3,  /* net_dev_queue: netfilter and the neighbour are behind it */
	TRACE_LEFT = 4,	   /* net_dev_start_xmit */
	TRACE_DROPPED = 5, /* kfree_skb instead */
	TRACE_CALLED = 6,  /* a rule function has returned; only with the function trace */
};

/* Room for what a packet comes by; a finer probe has more points than the five above. */
#define TRACE_EVENTS 64

#define TRACE_DEVICE_NAME 16

struct trace_event {
	unsigned long long time_ns;  /* by bpf_ktime_get_ns */
	unsigned long long began_ns; /* of a call */
	unsigned long long
	    ct_status; /* of its conntrack entry; 0 when it has none, or where it is not read */
	unsigned int point;
	unsigned int ct_info;	  /* enum ip_conntrack_info */
	unsigned int drop_reason; /* enum skb_drop_reason */
	unsigned int source_ip;	  /* addresses and ports in host byte order; 0 where they are not read */
	unsigned int destination_ip;
	unsigned short source_port;
	unsigned short destination_port;
	unsigned int chain;	 /* number of what a call was for, in the map chains */
	unsigned char has_entry; /* whether it has a conntrack entry; 0 where that is not read */
	unsigned char unused[3];
	char device[TRACE_DEVICE_NAME]; /* empty where it is not read */
};

/* One packet's way. Written by user space before the packet is sent: all zero. */
struct trace_log {
	unsigned long long skb; /* address of the packet while it is under way */
	unsigned int cpu;	/* that it arrived on */
	unsigned int packets;	/* with that source that have arrived: only the first is followed */
	unsigned int count;	/* of events */
	unsigned int lost;	/* events that there was no room for */
	unsigned int routed;	/* whether the routing lookup was seen */
	unsigned int ended;	/* set last, after the packet has left or was dropped */
	struct rule_call open[RULE_FUNCTION_COUNT]; /* of the function trace */
	struct trace_event events[TRACE_EVENTS];
};

/* Written by user space before that. */
struct trace_target {
	unsigned int ifindex;	  /* ingress device; 0 follows nothing */
	unsigned int netns;	  /* inode number of its network namespace */
	unsigned int source_ip;	  /* in host byte order */
	unsigned int source_port; /* in host byte order */
};
