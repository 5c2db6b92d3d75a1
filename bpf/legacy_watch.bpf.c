/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Counts the changes of legacy tables. ip_tables has no number of its own for them: each change replaces a
 * whole table, by xt_replace_table, which no packet calls.
 */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "kernel_types.bpf.h"
#include "legacy_watch.h"

struct legacy_watch watched;

SEC("kprobe/xt_replace_table")
int legacy_table_replaced(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	unsigned int netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	int i;

	for (i = 0; i < WATCHED_NAMESPACES; i++) {
		if (netns == watched.netns[i])
			__sync_fetch_and_add(&watched.replaced, 1);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
