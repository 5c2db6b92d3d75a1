/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What the function probe shares with user space beside rule_functions.h.
 * libs/Plumbline.Probing/Functions/FunctionProbeLayout.cs is the other side; both are compared through the
 * object's BTF when it is loaded.
 */
#pragma once

#include "rule_functions.h"
#include "stage_probe.h"

/* Calls of one packet that there is room for. */
#define PACKET_CALLS 32

struct packet_call {
	struct rule_key key;
	unsigned long long latency_ns;
};

/* The packet in flight on one CPU as far as the rule functions were called for it, and what became of those
 * before it. */
struct function_cpu {
	unsigned long long packet_ns;	/* stage_cpu.arrived_ns of the packet whose calls these are */
	unsigned long long finished_ns; /* the same of the last packet that was counted */
	unsigned long long calls;	/* of it so far */
	unsigned long long packets;	/* first packets that have left: those in the histograms */
	unsigned long long not_first;	/* packets of known flows that have left: in none */
	unsigned long long unpaired;	/* calls that were not seen to return */
	unsigned long long lost;	/* calls that there was no room or no number for */
	struct rule_call open[RULE_FUNCTION_COUNT];
	struct packet_call call[PACKET_CALLS];
};

/* Histograms: all calls of a packet together, then the calls of each number. */
#define FUNCTION_SUM   0
#define FUNCTION_HISTS (1 + RULE_KEYS)
