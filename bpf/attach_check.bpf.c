/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Shows whether the kernel accepts programs on its functions: by BPF trampolines, which some hardened kernels
 * refuse, or by kprobes, which some kernels are built without. Every kernel has ip_rcv.
 */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>

SEC("fentry/ip_rcv")
int fentry_ip_rcv(void *ctx)
{
	return 0;
}

SEC("kprobe/ip_rcv")
int kprobe_ip_rcv(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
