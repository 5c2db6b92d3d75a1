/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the function probe shares with user space, besides rule_functions.h. FunctionProbeLayout.cs is the
 * other side. User space compares both by the object's BTF when it loads the object.
 */
#pragma once

#include "rule_functions.h"
#include "stage_probe.h"

/* Room for the calls of one packet. */
#define PACKET_CALLS 32

struct packet_call {
	struct rule_key key;
	unsigned long long latency_ns;
};

/* The rule functions' calls for the packet in flight on one CPU, and counts of the packets before it. */
struct function_cpu {
	unsigned long long packet_ns;	/* stage_cpu.arrived_ns of the packet with these calls */
	unsigned long long finished_ns; /* stage_cpu.arrived_ns of the last packet counted */
	unsigned long long calls;	/* of this packet so far */
	unsigned long long packets;	/* first packets that left: the histograms count these */
	unsigned long long not_first;	/* packets of known flows that left: no histogram counts these */
	unsigned long long unpaired;	/* calls whose return was not seen */
	unsigned long long lost;	/* calls without room or without a number */
	struct rule_call open[RULE_FUNCTION_COUNT];
	struct packet_call call[PACKET_CALLS];
};

/* Histograms: the sum of a packet's calls, then the calls of each number. */
#define FUNCTION_SUM   0
#define FUNCTION_HISTS (1 + RULE_KEYS)
