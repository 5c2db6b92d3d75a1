/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the packet trace shares with user space. PacketTraceLayout.cs is the other side. User space compares
 * both by the object's BTF when it loads the object.
 */
#pragma once

#include "rule_functions.h"

/* The points that a packet passes. A number never gets a second meaning. */
enum trace_point {
	TRACE_ARRIVED = 1, /* netif_receive_skb */
	TRACE_ROUTED = 2,  /* the first fib_table_lookup after that */
	TRACE_QUEUED = 3,  /* net_dev_queue: after netfilter and the neighbour */
	TRACE_LEFT = 4,	   /* net_dev_start_xmit */
	TRACE_DROPPED = 5, /* kfree_skb, instead of leaving */
	TRACE_CALLED = 6,  /* a rule function returned; only with the function trace */
};

/* Room for a packet's events. The function trace adds an event for each call. */
#define TRACE_EVENTS 64

#define TRACE_DEVICE_NAME 16

struct trace_event {
	unsigned long long time_ns;  /* by bpf_ktime_get_ns */
	unsigned long long began_ns; /* when a call began */
	unsigned long long
	    ct_status; /* of the packet's conntrack entry; 0 if there is none, or it is not read */
	unsigned int point;
	unsigned int ct_info;	  /* enum ip_conntrack_info */
	unsigned int drop_reason; /* enum skb_drop_reason */
	unsigned int source_ip;	  /* addresses and ports in host byte order; 0 if not read */
	unsigned int destination_ip;
	unsigned short source_port;
	unsigned short destination_port;
	unsigned int chain;	 /* number of the called table or chain in the map chains */
	unsigned char has_entry; /* whether the packet has a conntrack entry; 0 if not read */
	unsigned char unused[3];
	char device[TRACE_DEVICE_NAME]; /* empty if not read */
};

/* One packet's way. User space zeroes it before it sends the packet. */
struct trace_log {
	unsigned long long skb;			    /* address of the packet while it is in flight */
	unsigned int cpu;			    /* on which the packet arrived */
	unsigned int packets;			    /* arrived with that source; only the first is followed */
	unsigned int count;			    /* of events */
	unsigned int lost;			    /* events without room */
	unsigned int routed;			    /* whether the routing lookup was seen */
	unsigned int ended;			    /* set last, after the packet left or was dropped */
	struct rule_call open[RULE_FUNCTION_COUNT]; /* of the function trace */
	struct trace_event events[TRACE_EVENTS];
};

/* User space writes it before it sends the packet. */
struct trace_target {
	unsigned int ifindex;	  /* ingress device; 0 follows nothing */
	unsigned int netns;	  /* inode number of its network namespace */
	unsigned int source_ip;	  /* in host byte order */
	unsigned int source_port; /* in host byte order */
};
