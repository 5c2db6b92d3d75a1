/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * A program that does nothing, for bench/: what the kernel's run-time accounting says of it is the
 * accounting's own cost, which is to be taken off what it says of the probe.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(accounting_floor)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
