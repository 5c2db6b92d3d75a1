/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* Counts latencies in the kernel. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "stage_probe.h"

/* Counts into one histogram of a per-CPU array. Needs no atomics: softirq does not nest on a CPU. */
static __always_inline void record(void *hists, __u32 number, __u64 latency_ns)
{
	struct stage_hist *hist = bpf_map_lookup_elem(hists, &number);
	__u32 index;

	if (!hist)
		return;
	index = hist_index(latency_ns);
	if (index >= HIST_BUCKETS) {
		hist->overflow++;
		return;
	}
	hist->buckets[index]++;
	hist->count++;
	hist->sum_ns += latency_ns;
	if (~latency_ns > hist->min_ns_complement)
		hist->min_ns_complement = ~latency_ns;
	if (latency_ns > hist->max_ns)
		hist->max_ns = latency_ns;
}
